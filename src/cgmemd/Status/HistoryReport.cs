using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Daemon.Status;

/// <summary>How the writing of the history goes, as the varlink interface shows it.</summary>
internal static class HistoryReport
{
    /// <summary>The state in which all that is handed in is written.</summary>
    public const string Recording = "recording";

    public static DaemonHistory Of(HistoryStatus status) => new()
    {
        State = status.State switch
        {
            HistoryState.Off => "disabled",
            HistoryState.Opening => "opening",
            HistoryState.Recording => Recording,
            _ => "unavailable",
        },
        Problem = status.Problem,
        SinceUsec = status.SinceUs,
        File = status.Path,
        Bytes = status.Bytes,
        OldestUsec = status.OldestUs,
        QueueBytes = status.QueuedBytes,
        SamplesWritten = status.SamplesWritten,
        SamplesLost = status.SamplesLost,
        RecordsLost = status.RecordsLost,
        Commits = status.Commits,
        CommitLastUsec = status.LastCommitUs,
        CommitMaxUsec = status.MaxCommitUs,
        ChunksSealed = status.SealedChunks,
        CpuUsec = status.ThreadCpuUs,
    };
}
