using Cgmemd.Core.Samples;

namespace Cgmemd.Core.History;

/// <summary>What a recorded cgroup is to the operator.</summary>
public enum InvocationKind : byte
{
    /// <summary>A unit of systemd's other than a slice.</summary>
    Unit,

    /// <summary>A slice.</summary>
    Slice,

    /// <summary>A plain cgroup, named by its path.</summary>
    Cgroup,

    /// <summary>A cgroup below one of the others.</summary>
    Child,
}

/// <summary>
/// One life of a recorded cgroup: a unit from its start to its stop, or a plain cgroup from its making to its removal.
/// Its identity is boot, cgroup id and invocation id, never the path. Sizes are bytes.
/// </summary>
public sealed record Invocation
{
    /// <summary>A <see cref="Result"/> of ours: the configuration does not want it any more.</summary>
    public const string Unwatched = "unwatched";

    /// <summary>The unit, or the cgroup's path; a child is its unit's name, a slash and its path below that.</summary>
    public required string Unit { get; init; }

    public required InvocationKind Kind { get; init; }

    /// <summary>The cgroup's path below the root, such as <c>/system.slice/api.service</c>.</summary>
    public required string Cgroup { get; init; }

    public required ulong CgroupId { get; init; }

    /// <summary>32 hexadecimal digits.</summary>
    public required string BootId { get; init; }

    /// <summary>systemd's: 32 hexadecimal digits, or null where systemd did not start it.</summary>
    public string? InvocationId { get; init; }

    /// <summary>Since when it is recorded.</summary>
    public required HistoryTime Start { get; init; }

    /// <summary>When it ended, or was last seen; null while it goes on.</summary>
    public HistoryTime? End { get; init; }

    /// <summary>
    /// systemd's Result, such as <c>success</c> or <c>oom-kill</c>; <c>unwatched</c> and <c>lost</c> are ours: no
    /// longer wanted by the configuration, and ended while cgmemd did not run. Null while it goes on, or where nobody
    /// told.
    /// </summary>
    public string? Result { get; init; }

    /// <summary>The highest memory.current.</summary>
    public ulong? Peak { get; init; }

    /// <summary>The highest memory.swap.current.</summary>
    public ulong? SwapPeak { get; init; }

    /// <summary>Processes of it that the OOM killer killed.</summary>
    public ulong OomKills { get; init; }

    /// <summary>The limits at its end, or of its last sample.</summary>
    public Limits Limits { get; init; }

    /// <summary>
    /// Whether another life is of the same cgroup, so that the kernel's counters go on in it: one that was unwatched
    /// for a time, or this one as it was read before or after its end.
    /// </summary>
    public bool IsOfSameCgroup(Invocation other) => CgroupId == other.CgroupId && BootId == other.BootId;
}
