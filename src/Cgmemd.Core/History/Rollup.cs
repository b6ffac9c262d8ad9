namespace Cgmemd.Core.History;

/// <summary>
/// Sums samples up over spans of CLOCK_REALTIME. A gauge keeps last, least, greatest and mean, a counter its last
/// value; a field that this version does not know is summed up as a gauge.
/// </summary>
/// <remarks>
/// Of parts of a span that were summed up apart, the summary is that of the whole, but for the mean, of which each
/// summing up leaves less than 1.
/// </remarks>
public static class Rollup
{
    public const long MinuteUs = 60_000_000;

    public const long HourUs = 60 * MinuteUs;

    /// <summary>
    /// A row for each bucket, at the time of its last sample; the bucket is that time rounded down. The rows may be
    /// samples or summaries of shorter or the same buckets. Where the clock stepped back, a bucket has several rows.
    /// </summary>
    public static SampleBlock Summarize(SampleBlock block, long bucketUs)
    {
        int[] starts = Starts(block, bucketUs);
        long[] monotonicUs = new long[starts.Length];
        long[] realtimeUs = new long[starts.Length];
        uint[] counts = new uint[starts.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            int end = i + 1 < starts.Length ? starts[i + 1] : block.Count;
            monotonicUs[i] = block.MonotonicUs[end - 1];
            realtimeUs[i] = block.RealtimeUs[end - 1];
            ulong count = 0;
            for (int row = starts[i]; row < end; row++)
                count += block.SampleCounts?[row] ?? 1;
            counts[i] = (uint)Math.Min(count, uint.MaxValue);
        }

        var columns = new List<Column>();
        foreach (Column column in block.Columns)
        {
            if (column.Id.Statistic == Statistic.Last)
                new FieldRollup(block, column).AddTo(columns, starts, counts);
        }

        return new SampleBlock(monotonicUs, realtimeUs, counts, columns);
    }

    /// <summary>The rows of all parts, in their order. A bucket that was split stays so, for readers to join.</summary>
    public static SampleBlock Merge(IReadOnlyList<SampleBlock> parts)
    {
        int count = parts.Sum(p => p.Count);
        bool areSummaries = parts.Any(p => p.SampleCounts is not null);
        long[] monotonicUs = new long[count];
        long[] realtimeUs = new long[count];
        uint[]? counts = areSummaries ? new uint[count] : null;
        var columns = new Dictionary<ColumnId, Column>();
        int start = 0;
        foreach (SampleBlock part in parts)
        {
            part.MonotonicUs.CopyTo(monotonicUs, start);
            part.RealtimeUs.CopyTo(realtimeUs, start);
            counts?.AsSpan(start, part.Count).Fill(1);
            part.SampleCounts?.CopyTo(counts!, start);
            foreach (Column column in part.Columns)
            {
                if (!columns.TryGetValue(column.Id, out Column? whole))
                {
                    whole = new Column(column.Id, new ulong[count], new ulong[(count + 63) / 64]);
                    columns.Add(column.Id, whole);
                }

                column.Values.CopyTo(whole.Values, start);
                for (int i = 0; i < part.Count; i++)
                {
                    if (column.IsPresent(i))
                        whole.Presence![(start + i) >> 6] |= 1UL << ((start + i) & 63);
                }
            }

            start += part.Count;
        }

        List<Column> merged = [.. columns.Values];
        merged.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return new SampleBlock(monotonicUs, realtimeUs, counts, merged);
    }

    /// <summary>The beginning of the bucket a time is in.</summary>
    public static long BucketStart(long realtimeUs, long bucketUs) =>
        realtimeUs - (((realtimeUs % bucketUs) + bucketUs) % bucketUs);

    private static int[] Starts(SampleBlock block, long bucketUs)
    {
        var starts = new List<int>();
        long bucket = 0;
        for (int i = 0; i < block.Count; i++)
        {
            long own = BucketStart(block.RealtimeUs[i], bucketUs);
            if (i == 0 || own != bucket)
                starts.Add(i);
            bucket = own;
        }

        return [.. starts];
    }
}
