using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The history file as its one writer sees it. For one thread. Whatever fails throws a <see cref="SqliteException"/>, and
/// what was not committed is then to be rolled back.
/// </summary>
public sealed partial class HistoryStore : IDisposable
{
    /// <summary>
    /// Opens the file or makes it, in the newest form. Invocations of other boots that had no end get one.
    /// </summary>
    /// <param name="path">Its directory must be there.</param>
    /// <param name="bootId">The current boot: 32 hexadecimal digits.</param>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    /// <exception cref="HistoryException">It is not a history, or one of a newer cgmemd: it is left alone.</exception>
    public static HistoryStore Open(string path, string bootId) => throw new NotImplementedException();

    /// <summary>Begins a transaction. All that adds something must be in one.</summary>
    /// <exception cref="SqliteException">Also when <see cref="SqliteException.IsLogFull"/>.</exception>
    public void Begin() => throw new NotImplementedException();

    /// <summary>Ends it; what it did is on the disk then.</summary>
    public void Commit() => throw new NotImplementedException();

    /// <summary>Takes back what was done since Begin; never throws.</summary>
    public void Rollback() => throw new NotImplementedException();

    /// <summary>
    /// Begins a life, or goes on with one of the same boot, cgroup and invocation id that has no end yet, as after a
    /// restart of the daemon.
    /// </summary>
    /// <returns>The invocation's number for the other calls.</returns>
    public long BeginInvocation(Invocation start) => throw new NotImplementedException();

    /// <summary>Adds a sample, as OpenRow encoded it. Allocates nothing.</summary>
    public void AppendSample(long invocation, HistoryTime time, ReadOnlySpan<byte> openRow) =>
        throw new NotImplementedException();

    /// <summary>Ends a life: with its closing values; its samples are sealed in the maintenance to come.</summary>
    public void EndInvocation(long invocation, Invocation end) => throw new NotImplementedException();

    /// <summary>
    /// Ends as <c>lost</c> the invocations that were open when the store was opened and were not begun again since: to be
    /// called when the daemon has found all there is.
    /// </summary>
    /// <returns>How many.</returns>
    public int EndAbandoned() => throw new NotImplementedException();

    public long AddEvent(EventRecord record, HistoryTime time, string? invocationId) =>
        throw new NotImplementedException();

    public void AddAlert(Alert alert) => throw new NotImplementedException();

    /// <summary>Notes the end of an alert that was added, or adds it whole when it is not there.</summary>
    public void ResolveAlert(Alert alert) => throw new NotImplementedException();

    public void AddCapture(RecordedCapture capture) => throw new NotImplementedException();

    public void AddMark(Mark mark) => throw new NotImplementedException();

    public void AddGap(Gap gap) => throw new NotImplementedException();

    public void AddProcesses(long invocation, ProcessSamples samples) => throw new NotImplementedException();

    /// <summary>
    /// One bounded step of upkeep, in transactions of its own: seals, merges, drops what is too old or too much,
    /// checkpoints, and drops page cache. To be called outside a transaction, about every commit.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="freeDisk">Bytes free to root on the file system; null where unknown.</param>
    /// <returns>Whether more is waiting, so that the next step should come soon.</returns>
    public bool Maintain(HistoryTime now, HistoryOptions options, ulong? freeDisk) =>
        throw new NotImplementedException();

    /// <summary>The newest time of anything recorded, on the clock of its boot; null in an empty file.</summary>
    public (string BootId, HistoryTime Time)? LastSeen() => throw new NotImplementedException();

    /// <summary>Whether the file was removed or replaced under its name: what is written now is lost.</summary>
    public bool IsFileGone => throw new NotImplementedException();

    public HistoryInfo Info() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
