namespace Cgmemd.Core.History;

/// <summary>Sums up one field of a block, be it of samples or of summaries.</summary>
internal sealed class FieldRollup
{
    private readonly SampleBlock _block;
    private readonly int _field;
    private readonly Column _last;
    private readonly Column? _min;
    private readonly Column? _max;
    private readonly Column? _mean;
    private readonly Column? _count;

    public FieldRollup(SampleBlock block, Column last)
    {
        (_block, _field, _last) = (block, last.Id.Field, last);
        _min = block.Find(new ColumnId(_field, Statistic.Min));
        _max = block.Find(new ColumnId(_field, Statistic.Max));
        _mean = block.Find(new ColumnId(_field, Statistic.Mean));
        _count = block.Find(new ColumnId(_field, Statistic.Count));
    }

    /// <summary>Adds the field's columns for the buckets that begin at these rows.</summary>
    public void AddTo(List<Column> columns, int[] starts, uint[] sampleCounts)
    {
        int rows = starts.Length;
        ulong[] presence = new ulong[(rows + 63) / 64];
        ulong[] last = new ulong[rows], min = new ulong[rows], max = new ulong[rows], mean = new ulong[rows];
        ulong[] count = new ulong[rows];
        bool countsDiffer = false;
        for (int i = 0; i < rows; i++)
        {
            int end = i + 1 < rows ? starts[i + 1] : _block.Count;
            if (Sum(starts[i], end) is not { } summary)
                continue;
            presence[i >> 6] |= 1UL << (i & 63);
            (last[i], min[i], max[i]) = (summary.Last, summary.Min, summary.Max);
            (mean[i], count[i]) = (summary.Mean, summary.Count);
            countsDiffer |= summary.Count != sampleCounts[i];
        }

        Add(Statistic.Last, last);
        if (HistoryFields.Find(_field)?.Kind == FieldKind.Counter)
            return;
        Add(Statistic.Min, min);
        Add(Statistic.Max, max);
        Add(Statistic.Mean, mean);
        if (countsDiffer)
            Add(Statistic.Count, count);

        void Add(Statistic statistic, ulong[] values) =>
            columns.Add(new Column(new ColumnId(_field, statistic), values, presence));
    }

    private Summary? Sum(int start, int end)
    {
        UInt128 total = 0;
        ulong count = 0, min = ulong.MaxValue, max = 0, last = 0;
        for (int row = start; row < end; row++)
        {
            if (!_last.IsPresent(row))
                continue;
            last = _last.Values[row];
            ulong weight = Math.Max(1, _count?[row] ?? _block.SampleCounts?[row] ?? 1);
            count += weight;
            min = Math.Min(min, _min?[row] ?? last);
            max = Math.Max(max, _max?[row] ?? last);
            total += (UInt128)(_mean?[row] ?? last) * weight;
        }

        return count == 0 ? null : new Summary(last, min, max, (ulong)(total / count), count);
    }

    private readonly record struct Summary(ulong Last, ulong Min, ulong Max, ulong Mean, ulong Count);
}
