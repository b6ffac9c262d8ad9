using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

public sealed partial class HistoryStore
{
    // Frames are pages of 4 KiB. A checkpoint copies at most what has come since the one before.
    private const int CheckpointFrames = 1000;

    /// <summary>With so many frames held by a reader's snapshot writing stops: 64 MiB.</summary>
    internal const int MaxWalFrames = 16_384;

    /// <summary>What is left of the log's file when it begins anew.</summary>
    private const int WalRestBytes = 8 << 20;

    private const int SealRows = 120;
    private const long SealAfterUs = 600_000_000;

    // The work of one step.
    private const int SealsAtOnce = 8;
    private const int DeletesAtOnce = 4000;

    /// <summary>
    /// One bounded step of upkeep, in a transaction of its own: seals, merges, drops what is too old or too much,
    /// checkpoints, and drops page cache. To be called outside a transaction, about every commit.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="freeDisk">Bytes free to root on the file system; null where unknown.</param>
    /// <returns>Whether more is waiting, so that the next step should come soon.</returns>
    public bool Maintain(HistoryTime now, HistoryOptions options, ulong? freeDisk)
    {
        Begin();
        bool isMoreDue;
        try
        {
            isMoreDue = SealDue(now);
            isMoreDue |= _log.DeleteSealed(DeletesAtOnce) == DeletesAtOnce;
            isMoreDue |= _pruner.Step(_retentionClock.Judge(now), options, freeDisk);
            Commit();
        }
        catch
        {
            Rollback();
            _pruner.Forget();
            throw;
        }

        if (_database.WalFrames >= CheckpointFrames)
        {
            _database.Checkpoint();
            _pageCache.Drop();
        }

        return isMoreDue;
    }

    /// <summary>Pieces of lives sealed since it was opened.</summary>
    public long SealedChunks { get; private set; }

    /// <summary>About the oldest that is kept, in whatever tier: CLOCK_REALTIME; null where there is nothing.</summary>
    public long? OldestUs() => _oldest.RunForInt64();

    /// <summary>SQLite's heap now, in bytes, of the whole process.</summary>
    internal static long HeapBytes => LibSqlite.MemoryUsed();

    // A reader that stays on an old snapshot keeps the log from beginning anew, and so it grows with each commit.
    private void BoundWal()
    {
        if (_database.WalFrames < MaxWalFrames || _database.Checkpoint())
            return;
        throw new SqliteException(
            _database.Path + "-wal", SqliteException.Busy, Errno.None,
            "a reader has held its snapshot for so long that the log is as large as it may be", isLogFull: true);
    }

    private bool SealDue(HistoryTime now)
    {
        int seals = 0;
        foreach (OpenSeries series in _log.Series.Where(s => IsDue(s, now)).ToList())
        {
            if (seals++ == SealsAtOnce)
                return true;
            _chunks.Add(series.Invocation, _log.Take(series), series.IsEnded);
            SealedChunks++;
            if (series.IsEnded)
                _log.Forget(series.Invocation);
        }

        return false;
    }

    // A boot's clock that is behind its first sample's is another boot's: its invocations are ended anyhow.
    private static bool IsDue(OpenSeries series, HistoryTime now) =>
        series.IsEnded || series.Count >= SealRows
        || (series.Count > 0 && now.MonotonicUs - series.FirstMonoUs >= SealAfterUs);
}
