using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Takes out what is too old or too much, a bounded part at a time, the oldest first.</summary>
internal sealed class Pruner(SqliteDatabase database, OpenLog log)
{
    private const int ChunksAtOnce = 16;
    private const int PagesAtOnce = 256;

    private readonly SqliteStatement _oldest = database.Prepare(
        "SELECT id, last_us, length(data) FROM chunk WHERE tier = ? ORDER BY last_us LIMIT 1");

    private readonly SqliteStatement _deleteChunk = database.Prepare("DELETE FROM chunk WHERE id = ?");

    private readonly SqliteStatement _pages = database.Prepare("PRAGMA page_count");

    private readonly SqliteStatement _freePages = database.Prepare("PRAGMA freelist_count");

    private readonly SqliteStatement _vacuum = database.Prepare($"PRAGMA incremental_vacuum({PagesAtOnce})");

    private readonly LifePruner _lives = new(database, log);

    private readonly NotePruner _notes = new(database);

    private readonly long _pageSize = database.Scalar("PRAGMA page_size") ?? 4096;

    /// <summary>Takes out one part.</summary>
    /// <param name="nowUs">CLOCK_REALTIME in microseconds, as <see cref="RetentionClock"/> believes it.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="freeDisk">Bytes free to root on the file system; null where unknown.</param>
    /// <returns>Whether more is to go.</returns>
    public bool Step(long nowUs, HistoryOptions options, ulong? freeDisk)
    {
        long cutoffUs = nowUs - (long)options.HourRetention.TotalMicroseconds;
        bool isMoreDue = _notes.Step(nowUs, options);
        isMoreDue |= PruneChunks(nowUs, options, freeDisk ?? ulong.MaxValue);
        isMoreDue |= _lives.Step(cutoffUs, HistoryRetention.MostLives(options));
        GiveBack(options, freeDisk);
        return isMoreDue;
    }

    /// <summary>What this did last was rolled back.</summary>
    public void Forget()
    {
        _lives.Forget();
        _notes.Forget();
    }

    private bool PruneChunks(long nowUs, HistoryOptions options, ulong freeDisk)
    {
        // Pages on the free list are as good as free: they are used before the file grows.
        long free = FreePages;
        ulong used = (ulong)((Pages - free) * _pageSize);
        // No sample goes for the notes that are too much: they go themselves, if not as fast.
        used -= Math.Min(used, _notes.Excess);
        ulong available = Math.Max(freeDisk, freeDisk + (ulong)(free * _pageSize));
        Span<OldestChunk> oldest = stackalloc OldestChunk[3];
        Span<(long Id, long Bytes)> chunks = stackalloc (long Id, long Bytes)[3];
        for (int deleted = 0; deleted < ChunksAtOnce; deleted++)
        {
            int tiers = 0;
            for (HistoryTier tier = HistoryTier.Full; tier <= HistoryTier.Hour; tier++)
            {
                if (_oldest.Bind(1, (long)tier).Step())
                {
                    oldest[tiers] = new OldestChunk(tier, _oldest.Int64(1));
                    chunks[tiers++] = (_oldest.Int64(0), _oldest.Int64(2));
                }

                _oldest.Reset();
            }

            if (HistoryRetention.Next(oldest[..tiers], used, available, options, nowUs) is not { } next)
                return false;
            int index = 0;
            while (oldest[index].Tier != next.Tier)
                index++;
            _deleteChunk.Bind(1, chunks[index].Id).Run();
            ulong bytes = (ulong)chunks[index].Bytes;
            used -= Math.Min(used, bytes);
            available += Math.Min(ulong.MaxValue - available, bytes);
        }

        return true;
    }

    // Free pages are kept for what comes next, unless they are many, the file is larger than it may be, or the disk is
    // short of them. The reserve stays in any case: on a disk that others fill it is all that can be written to.
    private void GiveBack(HistoryOptions options, ulong? freeDisk)
    {
        ulong free = (ulong)(FreePages * _pageSize), all = (ulong)(Pages * _pageSize);
        bool isShort = freeDisk is { } room && HistoryRetention.IsShort(all - free, room, options);
        bool isMuch = free > Math.Max(2 * HistoryRetention.ReserveBytes, all / 8);
        if (isMuch || (free > HistoryRetention.ReserveBytes && (isShort || all > options.MaxBytes)))
            _vacuum.Run();
    }

    private long Pages => _pages.RunForInt64() ?? 0;

    private long FreePages => _freePages.RunForInt64() ?? 0;
}
