using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>How grave an alert is; the journal's priority follows from it.</summary>
public enum Severity
{
    Info,
    Warning,
    Critical,
}

/// <summary>What a rule does when it fires. Logging is not listed: every alert is logged.</summary>
public enum RuleAction
{
    Capture,
}

/// <summary>The limit a percentage refers to: the least finite of the file over the cgroup and its ancestors.</summary>
public enum LimitFile
{
    MemoryMax,
    MemoryHigh,
}

/// <summary>
/// A threshold rule as configured: which units, which value, and from where on it is an alert.
/// </summary>
/// <param name="Name">The rule's identity, together with the unit: <c>[rule.NAME]</c>.</param>
/// <param name="Units">Globs over unit names (or cgroup paths, where they begin with a slash).</param>
/// <param name="On">The value compared.</param>
/// <param name="Above">Fires when the value is above this.</param>
/// <param name="ClearBelow">Resolves when the value is below this; at most <paramref name="Above"/>.</param>
/// <param name="Of">What a percentage is of.</param>
/// <param name="For">How long the value must stay above before the alert fires.</param>
/// <param name="KeepFiringFor">How long the value must stay below before the alert resolves.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="Actions">What to do when it fires, in order.</param>
/// <param name="DryRun">Actions are announced, not done.</param>
/// <param name="Summary">A line of the operator's own for the alert, or null.</param>
public sealed record Rule(
    string Name,
    IReadOnlyList<string> Units,
    Metric On,
    Bound Above,
    Bound ClearBelow,
    LimitFile Of,
    TimeSpan For,
    TimeSpan KeepFiringFor,
    Severity Severity,
    IReadOnlyList<RuleAction> Actions,
    bool DryRun,
    string? Summary);
