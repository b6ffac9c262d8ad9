namespace Cgmemd.Linux.Systemd;

/// <summary>Whether a unit runs or has stopped.</summary>
public enum UnitChangeKind : byte
{
    /// <summary>The unit has a control group: it has started, or its state or control group has changed.</summary>
    Present,

    /// <summary>The invocation has ended, or the unit is no longer wanted.</summary>
    Gone,
}

/// <summary>A change of a unit, as systemd tells it.</summary>
/// <param name="Unit">The unit's name.</param>
/// <param name="Kind">Whether it runs.</param>
/// <param name="ActiveState">systemd's ActiveState, such as <c>active</c>.</param>
/// <param name="SubState">systemd's SubState, such as <c>running</c>.</param>
/// <param name="ControlGroup">
/// The path from the root of the hierarchy, such as <c>/system.slice/a.service</c>; on Gone the last one known.
/// </param>
/// <param name="InvocationId">The invocation that is present or gone: 32 hexadecimal digits, null if unknown.</param>
/// <param name="Result">
/// On Gone, why it stopped: <c>success</c>, <c>oom-kill</c>, <c>exit-code</c>…; null where systemd did not tell.
/// </param>
public sealed record UnitChange(
    string Unit, UnitChangeKind Kind, string ActiveState, string SubState, string? ControlGroup, string? InvocationId,
    string? Result);
