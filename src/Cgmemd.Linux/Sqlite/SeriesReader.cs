using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Finds and decodes the samples of invocations: chunks of three tiers, and the log of open ones.</summary>
internal sealed class SeriesReader(SqliteDatabase database, List<string> problems)
{
    // A sample is of a time if no more than so many intervals have gone by since.
    private const int Intervals = 3;
    private const long LeastIntervalUs = 5_000_000;
    private const long GreatestIntervalUs = 300_000_000;

    // Not all is read every time: near a limit memory.current alone, and PSS by its own interval.
    private const long CarriedUs = 120_000_000;

    private readonly SqliteStatement _chunks = database.Prepare("""
        SELECT id, tier, first_mono_us, last_mono_us FROM chunk
        WHERE invocation = ? AND first_us < ? AND last_us >= ?
        """);

    private readonly SqliteStatement _lastChunk = database.Prepare("""
        SELECT id FROM chunk WHERE invocation = ? AND tier = ? AND first_us <= ? ORDER BY first_mono_us DESC LIMIT 1
        """);

    private readonly SqliteStatement _data = database.Prepare("SELECT data FROM chunk WHERE id = ?");

    private readonly SqliteStatement _sealed = database.Prepare("SELECT sealed, newest FROM invocation WHERE id = ?");

    private readonly SqliteStatement _newest = database.Prepare(
        "SELECT id FROM open_sample WHERE invocation = ? AND id > ? ORDER BY id DESC LIMIT 1");

    private readonly SqliteStatement _open = database.Prepare(
        "SELECT previous, mono_us, real_us, data FROM open_sample WHERE id = ?");

    private readonly SqliteStatement _log = database.Prepare(
        "SELECT id, invocation, mono_us, real_us, data FROM open_sample ORDER BY id DESC");

    private readonly SqliteStatement _logStart = database.Prepare(
        "SELECT real_us FROM open_sample ORDER BY id LIMIT 1");

    /// <summary>
    /// What there is of an invocation in a range, each time once: of the preferred tier where that has it, else of a
    /// finer one, else of a coarser one.
    /// </summary>
    public List<SeriesPart> Load(
        KnownInvocation life, HistoryRange range, HistoryTier preferred, IReadOnlyList<HistoryField> fields)
    {
        life = AsOfNow(life);
        List<ChunkPlace> chunks = Chunks(life.Id, range);
        var covered = new List<(long First, long Last)>();
        var parts = new List<SeriesPart>();
        foreach (HistoryTier tier in Preference(preferred))
        {
            var found = new List<(long First, long Last)>();
            foreach (ChunkPlace chunk in chunks.Where(chunk => chunk.Tier == tier))
            {
                if (covered.Exists(c => c.First <= chunk.First && chunk.Last <= c.Last))
                    continue;
                if (Decode(life, chunk.Id, fields) is not { Count: > 0 } block)
                    continue;
                parts.Add(new SeriesPart(tier, block, RowsOf(block, range, covered)));
                found.Add((chunk.First, chunk.Last));
            }

            covered.AddRange(found);
        }

        if (Open(life) is { } open)
            parts.Add(new SeriesPart(HistoryTier.Full, open, RowsOf(open, range, [])));
        parts.RemoveAll(p => p.Rows.Count == 0);
        return InOrder(parts);
    }

    /// <summary>
    /// The open samples that are the last of invocations before or at a time, where one is. What the last does not have
    /// is of one shortly before.
    /// </summary>
    public Dictionary<long, SampleBlock> OpenAt(List<KnownInvocation> lives, long realtimeUs)
    {
        var found = new Dictionary<long, List<(long MonoUs, long RealUs, byte[] Data)>>();
        if (_logStart.RunForInt64() is not { } start || start > realtimeUs)
            return [];
        Dictionary<long, KnownInvocation> pending = lives.ToDictionary(l => l.Id);
        int missing = pending.Count;
        while (pending.Count > 0 && _log.Step())
        {
            (long id, long monoUs, long realUs) = (_log.Int64(1), _log.Int64(2), _log.Int64(3));
            if (missing == 0 && realtimeUs - realUs > CarriedUs)
                break;
            if (realUs > realtimeUs || !pending.TryGetValue(id, out KnownInvocation? life))
                continue;
            bool isFirst = !found.TryGetValue(id, out List<(long MonoUs, long RealUs, byte[] Data)>? rows);
            if (_log.Int64(0) <= life.Sealed || realtimeUs - realUs > Intervals * GreatestIntervalUs
                || (!isFirst && rows![0].MonoUs - monoUs > CarriedUs))
            {
                pending.Remove(id);
                missing -= isFirst ? 1 : 0;
                continue;
            }

            if (isFirst)
            {
                found.Add(id, rows = []);
                missing--;
            }

            rows!.Add((monoUs, realUs, _log.Blob(4).ToArray()));
        }

        _log.Reset();
        var last = new Dictionary<long, SampleBlock>();
        foreach ((long id, List<(long MonoUs, long RealUs, byte[] Data)> rows) in found)
        {
            if (Block(rows) is { } block)
                last.Add(id, Carried(block, block.Count - 1));
        }

        return last;
    }

    /// <summary>The last row of an invocation's chunks before or at a time, if that is not too long before.</summary>
    public SeriesPart? SealedAt(KnownInvocation life, long realtimeUs, IReadOnlyList<HistoryField> fields)
    {
        foreach (HistoryTier tier in Preference(HistoryTier.Full))
        {
            long? id = _lastChunk.Bind(1, life.Id).Bind(2, (long)tier).Bind(3, realtimeUs).RunForInt64();
            if (id is not { } chunk || Decode(life, chunk, fields) is not { } block)
                continue;
            int row = block.Count - 1;
            while (row >= 0 && block.RealtimeUs[row] > realtimeUs)
                row--;
            if (row >= 0 && realtimeUs - block.RealtimeUs[row] <= Intervals * Interval(tier, block))
                return new SeriesPart(tier, Carried(block, row), [0]);
        }

        return null;
    }

    // One row; what it does not have is of one shortly before. A summary has all that was read in its time.
    private static SampleBlock Carried(SampleBlock block, int row)
    {
        var carried = new SampleBlockBuilder();
        if (block.SampleCounts is { } samples)
            carried.AddRow(block.MonotonicUs[row], block.RealtimeUs[row], samples[row]);
        else
            carried.AddRow(block.MonotonicUs[row], block.RealtimeUs[row]);
        foreach (Column column in block.Columns)
        {
            int from = row;
            while (from > 0 && block.SampleCounts is null && !column.IsPresent(from)
                && block.MonotonicUs[row] - block.MonotonicUs[from - 1] <= CarriedUs)
                from--;
            if (column.IsPresent(from))
                carried.Set(column.Id, column.Values[from]);
        }

        return carried.Build();
    }

    private static long Interval(HistoryTier tier, SampleBlock block)
    {
        long mean = block.Count < 2 ? 0 : (block.MonotonicUs[^1] - block.MonotonicUs[0]) / (block.Count - 1);
        return tier == HistoryTier.Full
            ? Math.Clamp(mean, LeastIntervalUs, GreatestIntervalUs)
            : ChunkWriter.BucketUs(tier);
    }

    private static HistoryTier[] Preference(HistoryTier preferred) => preferred switch
    {
        HistoryTier.Full => [HistoryTier.Full, HistoryTier.Minute, HistoryTier.Hour],
        HistoryTier.Minute => [HistoryTier.Minute, HistoryTier.Full, HistoryTier.Hour],
        _ => [HistoryTier.Hour, HistoryTier.Minute, HistoryTier.Full],
    };

    // By the monotonic clock, which within a life never goes back: tiers overlap by whole chunks of the finer one.
    private static List<int> RowsOf(SampleBlock block, HistoryRange range, List<(long First, long Last)> covered)
    {
        var rows = new List<int>(block.Count);
        for (int row = 0; row < block.Count; row++)
        {
            long monoUs = block.MonotonicUs[row];
            if (range.Contains(block.RealtimeUs[row]) && !covered.Exists(c => c.First <= monoUs && monoUs <= c.Last))
                rows.Add(row);
        }

        return rows;
    }

    // A coarse chunk may have its rows before and after those of a finer one that was kept: cut it there.
    private static List<SeriesPart> InOrder(List<SeriesPart> parts)
    {
        List<long> starts = parts.ConvertAll(p => p.Block.MonotonicUs[p.Rows[0]]);
        starts.Sort();
        var runs = new List<SeriesPart>();
        foreach (SeriesPart part in parts)
        {
            if (!HasStart(starts, part, part.Rows[0], part.Rows[^1]))
            {
                runs.Add(part);
                continue;
            }

            int begin = 0;
            for (int i = 1; i <= part.Rows.Count; i++)
            {
                if (i < part.Rows.Count && !HasStart(starts, part, part.Rows[i - 1], part.Rows[i]))
                    continue;
                runs.Add(part with { Rows = part.Rows.GetRange(begin, i - begin) });
                begin = i;
            }
        }

        return [.. runs.OrderBy(p => p.Block.MonotonicUs[p.Rows[0]])];
    }

    // Whether a part begins behind one row and no later than another.
    private static bool HasStart(List<long> starts, SeriesPart part, int before, int row)
    {
        int at = starts.BinarySearch(part.Block.MonotonicUs[before] + 1);
        at = at < 0 ? ~at : at;
        return at < starts.Count && starts[at] <= part.Block.MonotonicUs[row];
    }

    private List<ChunkPlace> Chunks(long invocation, HistoryRange range)
    {
        var found = new List<ChunkPlace>();
        _chunks.Bind(1, invocation).Bind(2, range.UntilUs).Bind(3, range.SinceUs);
        while (_chunks.Step())
            found.Add(new((HistoryTier)_chunks.Int64(1), _chunks.Int64(0), _chunks.Int64(2), _chunks.Int64(3)));
        return found;
    }

    private SampleBlock? Decode(KnownInvocation life, long chunk, IReadOnlyList<HistoryField> fields)
    {
        string? problem;
        SampleBlock? block = null;
        try
        {
            problem = "it is gone";
            if (_data.Bind(1, chunk).Step())
                block = ChunkBlob.Decode(_data.Blob(0), IsWanted, out problem);
            _data.Reset();
        }
        catch (SqliteException e) when (e.IsCorrupt)
        {
            problem = e.Message;
        }

        if (block is null)
        {
            string line = $"{database.Path}: chunk {chunk} of {life.Invocation.Unit} is left out: {problem}";
            if (!problems.Contains(line))
                problems.Add(line);
        }

        return block;

        bool IsWanted(ColumnId column) => fields.Any(field => field.Id == column.Field);
    }

    // What is sealed must be of the same instant as the chunks, or a sample comes twice or not at all.
    private KnownInvocation AsOfNow(KnownInvocation life)
    {
        if (_sealed.Bind(1, life.Id).Step())
            life = life with { Sealed = _sealed.Int64(0), Newest = _sealed.Int64(1) };
        _sealed.Reset();
        return life;
    }

    private SampleBlock? Open(KnownInvocation life)
    {
        long row = life.Newest > 0
            ? life.Newest
            : _newest.Bind(1, life.Id).Bind(2, life.Sealed).RunForInt64() ?? 0;
        var rows = new List<(long MonoUs, long RealUs, byte[] Data)>();
        while (row > life.Sealed && _open.Bind(1, row).Step())
        {
            rows.Add((_open.Int64(1), _open.Int64(2), _open.Blob(3).ToArray()));
            row = _open.Int64(0);
            _open.Reset();
        }

        return Block(rows);
    }

    // The newest comes first.
    private static SampleBlock? Block(List<(long MonoUs, long RealUs, byte[] Data)> rows)
    {
        var builder = new SampleBlockBuilder();
        for (int i = rows.Count - 1; i >= 0; i--)
            OpenRow.TryDecodeInto(rows[i].Data, builder, rows[i].MonoUs, rows[i].RealUs);
        return builder.Count == 0 ? null : builder.Build();
    }

    // A class, for LINQ over a type of value is compiled anew for each; times are CLOCK_MONOTONIC in microseconds.
    private sealed record ChunkPlace(HistoryTier Tier, long Id, long First, long Last);
}
