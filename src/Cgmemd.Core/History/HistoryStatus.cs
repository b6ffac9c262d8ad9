namespace Cgmemd.Core.History;

/// <summary>Whether the history is being written.</summary>
public enum HistoryState : byte
{
    /// <summary>The configuration does not want it, or it was stopped.</summary>
    Off,

    /// <summary>Its file is not open yet.</summary>
    Opening,

    /// <summary>All is well.</summary>
    Recording,

    /// <summary>Something is in the way; what is sampled waits in memory, within bounds.</summary>
    Faulted,
}

/// <summary>How the history's writer does. Times of day are CLOCK_REALTIME in microseconds.</summary>
public sealed record HistoryStatus
{
    public required HistoryState State { get; init; }

    /// <summary>The history's file.</summary>
    public required string Path { get; init; }

    /// <summary>What is in the way, for a person; null unless <see cref="HistoryState.Faulted"/>.</summary>
    public string? Problem { get; init; }

    /// <summary>Which kind of fault that is.</summary>
    public HistoryFault Fault { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public long SinceUs { get; init; }

    /// <summary>The size of the file and its write-ahead log.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of samples that wait to be committed.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Samples committed since the daemon's start.</summary>
    public long SamplesWritten { get; init; }

    /// <summary>Samples dropped since then: the queue was full, or the file was given up.</summary>
    public long SamplesLost { get; init; }

    /// <summary>Events, alerts and the like that were dropped since then.</summary>
    public long RecordsLost { get; init; }

    /// <summary>Commits since then.</summary>
    public long Commits { get; init; }

    /// <summary>When the last one was done; null before the first.</summary>
    public long? CommittedUs { get; init; }

    /// <summary>How long the last one took, its samples' writing included, in microseconds.</summary>
    public long LastCommitUs { get; init; }

    /// <summary>The longest of them, in microseconds.</summary>
    public long MaxCommitUs { get; init; }

    /// <summary>About the oldest that is kept; null where nothing is, or the file was never open.</summary>
    public long? OldestUs { get; init; }

    /// <summary>Chunks sealed since the daemon's start.</summary>
    public long SealedChunks { get; init; }

    /// <summary>CPU time of the writing thread, in microseconds.</summary>
    public long ThreadCpuUs { get; init; }
}

/// <summary>What the daemon is to say of its history.</summary>
public enum HistoryNoticeKind : byte
{
    /// <summary>It cannot be written now; samples wait in memory. Said once for each fault.</summary>
    Unavailable,

    /// <summary>That has ended, and what waited is written.</summary>
    Recovered,

    /// <summary>The file is corrupt: it was moved aside, and a new one is begun.</summary>
    MovedAside,

    /// <summary>Samples were dropped although nothing is wrong with the file: the disk is too slow.</summary>
    Overloaded,
}

/// <summary>One such notice.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">The history's file.</param>
/// <param name="Problem">What is or was in the way, for a person.</param>
/// <param name="Code">SQLite's extended result code; 0 where it was not SQLite that told.</param>
/// <param name="Errno">The system's error number; 0 where there was none.</param>
/// <param name="Aside">For <see cref="HistoryNoticeKind.MovedAside"/>: what the file is called now.</param>
/// <param name="DurationUs">For <see cref="HistoryNoticeKind.Recovered"/>: how long it lasted.</param>
/// <param name="SamplesLost">How many samples were dropped meanwhile.</param>
public sealed record HistoryNotice(
    HistoryNoticeKind Kind,
    string Path,
    string Problem,
    int Code = 0,
    int Errno = 0,
    string? Aside = null,
    long DurationUs = 0,
    long SamplesLost = 0);
