using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Adds sealed blocks to the tiers. Small chunks of one life are pending until they are enough for a final one; a final
/// chunk is summed up into the next tier, where its summary is a small one again.
/// </summary>
internal sealed class ChunkWriter(SqliteDatabase database)
{
    private readonly SqliteStatement _pending = database.Prepare("""
        SELECT id, rows, first_mono_us, data FROM chunk
        WHERE invocation = ? AND tier = ? AND final = 0 ORDER BY first_mono_us
        """);

    private readonly SqliteStatement _count = database.Prepare(
        "SELECT count(*), total(rows) FROM chunk WHERE invocation = ? AND tier = ? AND final = 0");

    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM chunk WHERE id = ?");

    private readonly SqliteStatement _finish = database.Prepare("UPDATE chunk SET final = 1 WHERE id = ?");

    private readonly SqliteStatement _insert = database.Prepare("""
        INSERT INTO chunk (invocation, tier, final, first_us, last_us, first_mono_us, last_mono_us, rows, points, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    /// <summary>Adds a block of the full tier.</summary>
    /// <param name="invocation">Whose.</param>
    /// <param name="block">Its newest samples; null when there are none.</param>
    /// <param name="isEnded">Whether the life is over: then nothing stays pending.</param>
    public void Add(long invocation, SampleBlock? block, bool isEnded) =>
        Add(invocation, HistoryTier.Full, block, block is { Count: > 0 } ? block.MonotonicUs[0] : 0, isEnded);

    private void Add(long invocation, HistoryTier tier, SampleBlock? block, long firstMonoUs, bool isEnded)
    {
        (int pieces, int target) = Size(tier);
        _count.Bind(1, invocation).Bind(2, (long)tier).Step();
        long pending = _count.Int64(0), rows = _count.Int64(1) + (block?.Count ?? 0);
        _count.Reset();
        if (rows == 0)
            return;
        if (!isEnded && pending + 1 < pieces && rows < target)
        {
            Insert(invocation, tier, block!, firstMonoUs, isFinal: false);
            return;
        }

        SampleBlock? whole = TakePending(invocation, tier, block, ref firstMonoUs);
        if (whole is null)
            return;
        bool isFinal = isEnded || rows >= target / 2;
        Insert(invocation, tier, whole, firstMonoUs, isFinal);
        if (isFinal && tier < HistoryTier.Hour)
        {
            HistoryTier next = tier + 1;
            Add(invocation, next, Rollup.Summarize(whole, BucketUs(next)), firstMonoUs, isEnded);
        }
    }

    // So many pieces or rows make a final chunk. The pieces of a full chunk are what is sealed at once; with 5 s
    // between samples a full one holds an hour, one of minutes a day, one of hours a month.
    private static (int Pieces, int Rows) Size(HistoryTier tier) => tier switch
    {
        HistoryTier.Full => (12, 720),
        HistoryTier.Minute => (24, 1440),
        _ => (30, 720),
    };

    internal static long BucketUs(HistoryTier tier) => tier switch
    {
        HistoryTier.Full => 0,
        HistoryTier.Minute => Rollup.MinuteUs,
        _ => Rollup.HourUs,
    };

    // A bucket that is split over two pieces stays so, or a reader could not tell what finer chunks still have of it.
    // A piece that cannot be read stays as it is, for readers to tell of, and is not tried again.
    private SampleBlock? TakePending(long invocation, HistoryTier tier, SampleBlock? last, ref long firstMonoUs)
    {
        var parts = new List<SampleBlock>();
        var taken = new List<(long Id, bool IsRead)>();
        long? first = null;
        _pending.Bind(1, invocation).Bind(2, (long)tier);
        while (_pending.Step())
        {
            SampleBlock? part = ChunkBlob.Decode(_pending.Blob(3), null, out _);
            taken.Add((_pending.Int64(0), part is not null));
            if (part is null)
                continue;
            first ??= _pending.Int64(2);
            parts.Add(part);
        }

        foreach ((long id, bool isRead) in taken)
            (isRead ? _delete : _finish).Bind(1, id).Run();
        if (last is { Count: > 0 })
            parts.Add(last);
        firstMonoUs = first ?? firstMonoUs;
        if (parts.Count == 0)
            return null;
        return parts.Count == 1 ? parts[0] : Rollup.Merge(parts);
    }

    private void Insert(long invocation, HistoryTier tier, SampleBlock block, long firstMonoUs, bool isFinal)
    {
        long least = long.MaxValue, greatest = long.MinValue, points = 0;
        foreach (long us in block.RealtimeUs)
            (least, greatest) = (Math.Min(least, us), Math.Max(greatest, us));
        foreach (Column column in block.Columns)
        {
            for (int row = 0; row < block.Count; row++)
                points += column.IsPresent(row) ? 1 : 0;
        }

        _insert.Bind(1, invocation).Bind(2, (long)tier).Bind(3, isFinal ? 1L : 0).Bind(4, least).Bind(5, greatest)
            .Bind(6, firstMonoUs).Bind(7, block.MonotonicUs[^1]).Bind(8, (long)block.Count).Bind(9, points)
            .RunWithBlob(10, ChunkBlob.Encode(block));
    }
}
