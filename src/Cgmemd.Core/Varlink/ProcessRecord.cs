namespace Cgmemd.Core.Varlink;

/// <param name="Unit">A unit's name, or a cgroup path that begins with a slash.</param>
public sealed record ListProcessesCall(string Unit);

/// <param name="Processes">All that are known of the unit; in no order.</param>
public sealed record ListProcessesReply(IReadOnlyList<ProcessRecord> Processes);

/// <summary>
/// A process of a unit, as the daemon last measured it: each at its own time. Sizes are bytes; what was never read is
/// null.
/// </summary>
public sealed record ProcessRecord
{
    public required int Pid { get; init; }

    public required int ParentPid { get; init; }

    /// <summary>Its name, from /proc/PID/comm.</summary>
    public required string Comm { get; init; }

    /// <summary>Clock ticks since boot; with the pid it tells one process from another.</summary>
    public required ulong StartTimeTicks { get; init; }

    public ulong? Rss { get; init; }

    public ulong? Pss { get; init; }

    public ulong? PssAnon { get; init; }

    public ulong? PssFile { get; init; }

    public ulong? PssShmem { get; init; }

    public ulong? PssDirty { get; init; }

    public ulong? SwapPss { get; init; }

    /// <summary>How long ago its PSS was read, in microseconds.</summary>
    public long? AgeUsec { get; init; }

    /// <summary>Whether that is too little: Linux before 6.6 skips mappings while the process maps and unmaps.</summary>
    public bool? Undercounted { get; init; }

    /// <summary>Such as <c>dotnet</c>, where it is known.</summary>
    public string? Runtime { get; init; }

    /// <summary>Where a process is that has left the unit's cgroup: not in the unit's memory.</summary>
    public string? EscapedTo { get; init; }
}
