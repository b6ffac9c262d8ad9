using Cgmemd.Core.Attribution;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Captures;

/// <summary>
/// What is to be captured of whom and why: the seam between the decision, which the loop takes, and the work, which
/// goes on beside it.
/// </summary>
/// <param name="Unit">The unit, or the cgroup's path where it has none.</param>
/// <param name="CgroupPath">The cgroup's path below the cgroup root.</param>
/// <param name="CgroupId">The inode of its directory: a capture of another cgroup at the same path is refused.</param>
/// <param name="InvocationId">32 hexadecimal digits, or null where there is none.</param>
/// <param name="BootId">32 hexadecimal digits.</param>
/// <param name="TimeUs">When the decision was taken, CLOCK_REALTIME in microseconds.</param>
/// <param name="Trigger">The alert that asked for it.</param>
/// <param name="Limits">The limits at that time.</param>
/// <param name="Sample">The sample the decision was taken on.</param>
/// <param name="Before">The samples before, oldest first.</param>
public sealed record CapturePlan(
    string Unit,
    string CgroupPath,
    ulong CgroupId,
    string? InvocationId,
    string BootId,
    long TimeUs,
    CaptureTrigger Trigger,
    Limits Limits,
    Sample Sample,
    IReadOnlyList<RingSample> Before)
{
    /// <summary>Whether there is to be no file: what the memory is for goes into the history alone.</summary>
    public bool IsBreakdownOnly { get; init; }

    /// <summary>
    /// The file's name: <c>unit.kind.bootid.time.json</c>, unique within a boot, safe in a directory.
    /// </summary>
    public string FileName => $"{Escape(Unit)}.smaps.{BootId[..8]}.{TimeUs}.json";

    /// <summary>
    /// A path's slashes become dashes as in systemd-escape(1); what is not plain becomes <c>\xNN</c>; 160 characters at
    /// most.
    /// </summary>
    private static string Escape(string unit)
    {
        var name = new System.Text.StringBuilder();
        foreach (char c in unit.Trim('/'))
        {
            name.Append(c switch
            {
                '/' => "-",
                '.' when name.Length == 0 => @"\x2e",
                _ when char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '.' or '-' or '@' or '\\' => c.ToString(),
                _ => $@"\x{(int)c:x2}",
            });
        }

        return name.Length <= 160 ? name.ToString() : name.ToString(0, 160);
    }
}

/// <summary>The alert behind a capture.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="On">The key of the value judged.</param>
/// <param name="Unit">What the value is.</param>
/// <param name="Value">What it was.</param>
/// <param name="Threshold">The bound it crossed.</param>
/// <param name="Episode">The number of the alert for this rule and unit.</param>
public sealed record CaptureTrigger(
    string Rule, Severity Severity, string On, ValueUnit Unit, ulong Value, ulong Threshold, uint Episode);

/// <summary>What came of a capture.</summary>
/// <param name="Plan">What was asked.</param>
/// <param name="Path">The file, or null where none came about.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="DurationUs">How long it took, in microseconds.</param>
/// <param name="Failure">Why there is no file, or null.</param>
public sealed record CaptureOutcome(CapturePlan Plan, string? Path, ulong Bytes, long DurationUs, string? Failure)
{
    /// <summary>What the memory was for, as the file has it; null where nothing was captured.</summary>
    public Breakdown? Breakdown { get; init; }
}
