namespace Cgmemd.Core.Varlink;

/// <summary>
/// How the writing of the history goes. Sizes are bytes, points in time CLOCK_REALTIME in microseconds, other times
/// microseconds; what is counted is counted from the daemon's start.
/// </summary>
public sealed record DaemonHistory
{
    /// <summary>
    /// <c>recording</c>; <c>unavailable</c>, which mends itself when its cause ends; <c>opening</c>, for a moment after
    /// the start; or <c>disabled</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>What is wrong; null while nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public required long SinceUsec { get; init; }

    public required string File { get; init; }

    /// <summary>The file with its write-ahead log.</summary>
    public required long Bytes { get; init; }

    /// <summary>The oldest that is kept, in whatever resolution; null where there is nothing yet.</summary>
    public long? OldestUsec { get; init; }

    /// <summary>Samples that wait in memory to be committed.</summary>
    public required long QueueBytes { get; init; }

    /// <summary>Samples committed to disk.</summary>
    public required long SamplesWritten { get; init; }

    /// <summary>Samples given up: the disk could not take them, or not in time.</summary>
    public required long SamplesLost { get; init; }

    /// <summary>Events, alerts and the like given up.</summary>
    public required long RecordsLost { get; init; }

    public required long Commits { get; init; }

    public required long CommitLastUsec { get; init; }

    public required long CommitMaxUsec { get; init; }

    /// <summary>Chunks compressed and sealed.</summary>
    public required long ChunksSealed { get; init; }

    /// <summary>CPU time of the thread that writes.</summary>
    public required long CpuUsec { get; init; }
}
