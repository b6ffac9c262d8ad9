namespace Cgmemd.Core.Varlink;

/// <summary>One process of a unit, as it was measured last. Sizes are bytes; null is what was not read.</summary>
public sealed record ProcessMemory
{
    public required int Pid { get; init; }

    public required int Ppid { get; init; }

    public required string Comm { get; init; }

    /// <summary>Clock ticks since boot; with the pid it tells one process from another.</summary>
    public required ulong StartTimeTicks { get; init; }

    /// <summary>The path of its cgroup, where that is below the unit's.</summary>
    public string? Cgroup { get; init; }

    public ulong? Rss { get; init; }

    public ulong? Pss { get; init; }

    public ulong? PssAnon { get; init; }

    public ulong? PssFile { get; init; }

    public ulong? PssShmem { get; init; }

    public ulong? PssDirty { get; init; }

    public ulong? SwapPss { get; init; }

    /// <summary>How long ago it was read, in microseconds; null for never.</summary>
    public long? AgeUsec { get; init; }

    /// <summary>What the last reading took, in microseconds.</summary>
    public long? CostUsec { get; init; }

    /// <summary><c>unreadable</c> or <c>undercounted</c>, where the last attempt to read it gave nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// Such as <c>dotnet 10.0.1</c>. The daemon does not look for it: <c>cgmemctl ps</c> adds it, for root.
    /// </summary>
    public string? Runtime { get; init; }

    /// <summary>Where a process is that has left the unit's cgroup: not in the unit's memory.</summary>
    public string? EscapedTo { get; init; }

    /// <summary>How that is known: <c>parent</c>, <c>session</c>, <c>seen</c> or <c>invocation</c>.</summary>
    public string? EscapedBy { get; init; }
}
