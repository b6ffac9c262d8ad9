using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Takes out what is too old or too much, a bounded part at a time, the oldest first.</summary>
internal sealed class Pruner(SqliteDatabase database)
{
    private const int ChunksAtOnce = 16;
    private const int RowsAtOnce = 64;
    private const int PagesAtOnce = 256;

    // Lives and notes are bounded by number too: a unit that is started again every second has 86,400 lives a day.
    private const long MaxInvocations = 100_000;

    /// <summary>Starts and stops, and so many other events.</summary>
    internal const int MaxEvents = 50_000;

    // When they are too many, so many more go at once, so that they are not counted again for each.
    private const long SpareInvocations = 1_000;

    private static readonly NoteTable[] Notes =
    [
        new("event", 1_000_000), new("alert", 20_000), new("capture", 20_000), new("mark", 20_000), new("gap", 20_000),
        new("process_sample", 50_000), new("breakdown", 1_000),
    ];

    // The newest stays in any case.
    private readonly SqliteStatement _deleteBreakdowns = database.Prepare($"""
        DELETE FROM breakdown WHERE id IN (
            SELECT id FROM (SELECT id, sum(length(data)) OVER (ORDER BY id DESC) AS bytes FROM breakdown)
            WHERE bytes > ? ORDER BY id LIMIT {RowsAtOnce}) AND id < (SELECT max(id) FROM breakdown)
        """);

    private readonly SqliteStatement _newestBreakdown = database.Prepare("SELECT max(id) FROM breakdown");

    private readonly SqliteStatement _oldest = database.Prepare(
        "SELECT id, last_us, length(data) FROM chunk WHERE tier = ? ORDER BY last_us LIMIT 1");

    private readonly SqliteStatement _deleteChunk = database.Prepare("DELETE FROM chunk WHERE id = ?");

    private readonly SqliteStatement _pages = database.Prepare("PRAGMA page_count");

    private readonly SqliteStatement _freePages = database.Prepare("PRAGMA freelist_count");

    private readonly SqliteStatement _vacuum = database.Prepare($"PRAGMA incremental_vacuum({PagesAtOnce})");

    private readonly SqliteStatement _endedInvocations = database.Prepare("""
        SELECT id, unit, end_us FROM invocation WHERE end_us IS NOT NULL ORDER BY end_us LIMIT 16
        """);

    private readonly SqliteStatement _endedOfUnit = database.Prepare("""
        SELECT id, unit, end_us FROM invocation WHERE unit = ? AND end_us IS NOT NULL ORDER BY id LIMIT 16
        """);

    private readonly SqliteStatement _mostEnded = database.Prepare("""
        SELECT unit FROM invocation WHERE end_us IS NOT NULL GROUP BY unit ORDER BY count(*) DESC LIMIT 1
        """);

    private readonly SqliteStatement _newestInvocation = database.Prepare("SELECT max(id) FROM invocation");

    private readonly SqliteStatement _countInvocations = database.Prepare(
        "SELECT count(*) FROM invocation WHERE end_us IS NOT NULL");

    private readonly SqliteStatement _hasChunk = database.Prepare("SELECT 1 FROM chunk WHERE invocation = ? LIMIT 1");

    private readonly SqliteStatement _deleteChunks = database.Prepare("DELETE FROM chunk WHERE invocation = ?");

    private readonly SqliteStatement _deleteInvocation = database.Prepare("DELETE FROM invocation WHERE id = ?");

    private readonly SqliteStatement _deleteUnit = database.Prepare("""
        DELETE FROM unit WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM invocation WHERE unit = ?1)
        """);

    private readonly SqliteStatement[] _deleteNotes = [.. Notes.Select(note => database.Prepare($"""
        DELETE FROM {note.Name} WHERE id IN (SELECT id FROM {note.Name} ORDER BY id LIMIT {RowsAtOnce})
            AND id < (SELECT max(id) FROM {note.Name})
            AND (real_us < ?1 OR id <= (SELECT max(id) FROM {note.Name}) - {note.MaxRows})
        """))];

    // Starts and stops, and all other events apart: what goes on every second does not cost the OOM kill of last week.
    private readonly SqliteStatement[] _deleteEvents =
        [.. new[] { HistorySchema.EventOfLife, HistorySchema.EventOther }.Select(kind => database.Prepare($"""
        DELETE FROM event WHERE id IN (SELECT id FROM event WHERE {kind} ORDER BY id LIMIT {RowsAtOnce})
            AND id <= (SELECT id FROM event WHERE {kind} ORDER BY id DESC LIMIT 1 OFFSET {MaxEvents})
        """))];

    private (long Newest, ulong MaxBytes) _judgedBreakdowns;
    private long _excessInvocations;
    private long _countAfter;
    private long _busiestUnit;

    private readonly long _pageSize = database.Scalar("PRAGMA page_size") ?? 4096;

    /// <summary>Takes out one part.</summary>
    /// <param name="nowUs">CLOCK_REALTIME in microseconds, as <see cref="RetentionClock"/> believes it.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="freeDisk">Bytes free to root on the file system; null where unknown.</param>
    /// <returns>Whether more is to go.</returns>
    public bool Step(long nowUs, HistoryOptions options, ulong? freeDisk)
    {
        bool isMoreDue = PruneChunks(nowUs, options, freeDisk ?? ulong.MaxValue);
        isMoreDue |= PruneInvocations(nowUs, options);
        for (int i = 0; i < Notes.Length; i++)
        {
            HistoryTier kept = Notes[i].Name == "process_sample" ? HistoryTier.Full : HistoryTier.Hour;
            _deleteNotes[i].Bind(1, Cutoff(nowUs, HistoryRetention.Of(kept, options))).Run();
            isMoreDue |= database.Changes == RowsAtOnce;
        }

        foreach (SqliteStatement delete in _deleteEvents)
        {
            delete.Run();
            isMoreDue |= database.Changes == RowsAtOnce;
        }

        isMoreDue |= PruneBreakdowns(options, freeDisk);
        GiveBack(options, freeDisk);
        return isMoreDue;
    }

    private static long Cutoff(long nowUs, TimeSpan kept) =>
        nowUs - (kept.Ticks / TimeSpan.TicksPerMicrosecond);

    private bool PruneChunks(long nowUs, HistoryOptions options, ulong freeDisk)
    {
        // Pages on the free list are as good as free: they are used before the file grows.
        long free = FreePages;
        ulong used = (ulong)((Pages - free) * _pageSize);
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

    // They are summed up again only when there is a new one, or less room for them.
    private bool PruneBreakdowns(HistoryOptions options, ulong? freeDisk)
    {
        ulong used = (ulong)((Pages - FreePages) * _pageSize);
        bool isShort = freeDisk is { } free && HistoryRetention.IsShort(used, free, options);
        var judged = (_newestBreakdown.RunForInt64() ?? 0, HistoryRetention.BreakdownBytes(options, isShort));
        if (judged == _judgedBreakdowns)
            return false;
        _deleteBreakdowns.Bind(1, judged.Item2).Run();
        if (database.Changes == RowsAtOnce)
            return true;
        _judgedBreakdowns = judged;
        return false;
    }

    // A life is told of as long as any of its samples, and as long as hours are kept; but of too many some go with all
    // they have: those of the unit that has most, so that one that is started every second does not cost the others.
    private bool PruneInvocations(long nowUs, HistoryOptions options)
    {
        bool areTooMany = AreTooMany();
        int pruned = areTooMany ? Prune(_endedOfUnit.Bind(1, _busiestUnit), long.MaxValue) : 0;
        if (pruned == 0)
            pruned = Prune(_endedInvocations, areTooMany ? long.MaxValue : Cutoff(nowUs, options.HourRetention));
        _excessInvocations -= pruned;
        return areTooMany;
    }

    private int Prune(SqliteStatement ended, long cutoffUs)
    {
        var old = new List<PrunedLife>();
        while (ended.Step())
        {
            long id = ended.Int64(0);
            bool isOld = cutoffUs == long.MaxValue
                || (ended.Int64(2) < cutoffUs && _hasChunk.Bind(1, id).RunForInt64() is null);
            if (isOld)
                old.Add(new PrunedLife(id, ended.Int64(1)));
        }

        foreach (PrunedLife life in old)
        {
            _deleteChunks.Bind(1, life.Id).Run();
            _deleteInvocation.Bind(1, life.Id).Run();
            _deleteUnit.Bind(1, life.Unit).Run();
        }

        return old.Count;
    }

    // Those that have ended are counted, which reads a whole index, only once so many have begun since the last time
    // that there may be too many. Their numbers alone do not tell: one that goes on for years keeps its own.
    private bool AreTooMany()
    {
        long newest = _newestInvocation.RunForInt64() ?? 0;
        if (_excessInvocations <= 0 && newest >= _countAfter)
        {
            long count = _countInvocations.RunForInt64() ?? 0;
            _excessInvocations = count > MaxInvocations ? count - MaxInvocations + SpareInvocations : 0;
            _countAfter = newest + Math.Max(SpareInvocations, MaxInvocations - count);
            _busiestUnit = _excessInvocations > 0 ? _mostEnded.RunForInt64() ?? 0 : 0;
        }

        return _excessInvocations > 0;
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

    private sealed record NoteTable(string Name, long MaxRows);

    private sealed record PrunedLife(long Id, long Unit);
}
