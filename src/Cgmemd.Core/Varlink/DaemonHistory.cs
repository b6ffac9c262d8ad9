namespace Cgmemd.Core.Varlink;

/// <summary>
/// How the writing of the history goes. Sizes are bytes, points in time CLOCK_REALTIME in microseconds, other times
/// microseconds; null where it cannot be told now.
/// </summary>
public sealed record DaemonHistory
{
    /// <summary>
    /// <c>recording</c>; <c>unavailable</c>, which mends itself when its cause ends; or <c>disabled</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>What is wrong; null while nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public required long SinceUsec { get; init; }

    public required string File { get; init; }

    public ulong? Bytes { get; init; }

    /// <summary>The write-ahead log beside the file.</summary>
    public ulong? WalBytes { get; init; }

    /// <summary>The oldest that is kept, in whatever resolution.</summary>
    public long? OldestUsec { get; init; }

    /// <summary>Samples committed to disk since the daemon's start.</summary>
    public required ulong SamplesWritten { get; init; }

    /// <summary>Samples given up since the start: the disk could not take them, or not in time.</summary>
    public required ulong SamplesLost { get; init; }

    /// <summary>What waits in memory to be written.</summary>
    public required ulong QueueBytes { get; init; }

    public long? CommitLastUsec { get; init; }

    public long? CommitMaxUsec { get; init; }

    /// <summary>Chunks compressed and sealed since the start.</summary>
    public required ulong ChunksSealed { get; init; }

    /// <summary>CPU time of the thread that writes.</summary>
    public required long CpuUsec { get; init; }
}
