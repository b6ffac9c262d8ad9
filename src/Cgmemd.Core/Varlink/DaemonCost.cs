namespace Cgmemd.Core.Varlink;

/// <summary>What the daemon itself costs. Sizes are bytes, times microseconds; null where not measured yet.</summary>
public sealed record DaemonCost
{
    /// <summary>Of /proc/self/smaps_rollup.</summary>
    public ulong? Pss { get; init; }

    public ulong? PrivateDirty { get; init; }

    /// <summary>User and system time since the start.</summary>
    public required long CpuUsec { get; init; }

    /// <summary>Microseconds of CPU per second over the last minute.</summary>
    public double? CpuUsecPerSecond { get; init; }

    public required ulong Ticks { get; init; }

    public required long TickLastUsec { get; init; }

    public required long TickMeanUsec { get; init; }

    public required long TickMaxUsec { get; init; }

    /// <summary>Kernel files read since the start.</summary>
    public required ulong Reads { get; init; }

    public required int Fds { get; init; }

    /// <summary>Managed bytes allocated since the start.</summary>
    public required long GcAllocatedBytes { get; init; }

    public ulong? StateFileBytes { get; init; }

    public required ulong JournalEntries { get; init; }
}
