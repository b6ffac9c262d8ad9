namespace Cgmemd.Linux.Sqlite;

/// <summary>The times and bounds of the recorder.</summary>
public sealed record HistoryPace
{
    public static HistoryPace Default { get; } = new();

    /// <summary>Samples are committed this often: as much is lost when the power fails.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Events are committed within this.</summary>
    public TimeSpan EventInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the file may be held by somebody else before that is a fault to tell of.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first pause after a fault; it doubles.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time between two files that are moved aside as corrupt.</summary>
    public TimeSpan AsideInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long <see cref="HistoryRecorder.Stop"/> waits for what is queued to be written.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So many bytes of samples wait in memory at most: at 200 units, about four minutes.</summary>
    public int MaxQueuedBytes { get; init; } = 2 << 20;

    /// <summary>So many events, alerts and the like wait at most, and as many begins of invocations.</summary>
    public int MaxQueuedRecords { get; init; } = 4_096;
}
