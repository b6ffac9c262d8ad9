using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Makes rows of steps out of samples and summaries that come in their order. A step is done when something of another
/// one comes; where the clock goes back, a step comes again.
/// </summary>
internal sealed class StepBuilder(Invocation invocation, IReadOnlyList<HistoryField> fields, long stepUs)
{
    private readonly FieldSum[] _sums = new FieldSum[fields.Count];
    private FieldColumns[] _columns = [];
    private SeriesPart? _part;
    private long _bucketUs, _startUs, _startMonoUs, _lastUs;
    private ulong _samples;

    /// <summary>The rows to come are of this part.</summary>
    public void Enter(SeriesPart part)
    {
        _part = part;
        _columns = new FieldColumns[fields.Count];
        for (int i = 0; i < _columns.Length; i++)
            _columns[i] = new FieldColumns(part.Block, fields[i]);
    }

    /// <summary>Adds a row of the part; gives the step before it if that is done.</summary>
    public HistoryRow? Add(int row)
    {
        SampleBlock block = _part!.Block;
        long realUs = block.RealtimeUs[row];
        long bucketUs = Math.Max(stepUs, ChunkWriter.BucketUs(_part.Tier));
        long startUs = bucketUs == 0 ? realUs : Rollup.BucketStart(realUs, bucketUs);
        HistoryRow? done = null;
        if (_samples > 0 && (bucketUs == 0 || bucketUs != _bucketUs || startUs != _startUs))
            done = Finish();
        if (_samples == 0)
            (_bucketUs, _startUs, _startMonoUs) = (bucketUs, startUs, block.MonotonicUs[row] - (realUs - startUs));
        _lastUs = realUs;
        uint samples = block.SampleCounts?[row] ?? 1;
        _samples += samples;
        for (int i = 0; i < _columns.Length; i++)
            _sums[i].Add(_columns[i], row, samples);
        return done;
    }

    /// <summary>The step that is under way; null when there is none.</summary>
    public HistoryRow? Finish()
    {
        if (_samples == 0)
            return null;
        var values = new FieldSummary?[_sums.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _sums[i].Take(fields[i].Kind);
        var row = new HistoryRow
        {
            Time = new HistoryTime(_startUs, _startMonoUs),
            LastUs = _lastUs,
            Samples = (uint)Math.Min(_samples, uint.MaxValue),
            Invocation = invocation,
            Values = values,
        };
        _samples = 0;
        return row;
    }

    private readonly struct FieldColumns(SampleBlock block, HistoryField field)
    {
        public readonly Column? Last = block.Find(new ColumnId(field.Id, Statistic.Last));
        public readonly Column? Min = block.Find(new ColumnId(field.Id, Statistic.Min));
        public readonly Column? Max = block.Find(new ColumnId(field.Id, Statistic.Max));
        public readonly Column? Mean = block.Find(new ColumnId(field.Id, Statistic.Mean));
        public readonly Column? Count = block.Find(new ColumnId(field.Id, Statistic.Count));
    }

    private struct FieldSum
    {
        private ulong _min, _max, _last, _count;
        private UInt128 _sum;

        public void Add(in FieldColumns columns, int row, uint samples)
        {
            if (columns.Last?[row] is not { } last)
                return;
            ulong min = columns.Min?[row] ?? last, max = columns.Max?[row] ?? last;
            ulong count = columns.Count?[row] ?? samples;
            (_min, _max) = _count == 0 ? (min, max) : (Math.Min(_min, min), Math.Max(_max, max));
            _sum += (UInt128)(columns.Mean?[row] ?? last) * count;
            _count += count;
            _last = last;
        }

        public FieldSummary? Take(FieldKind kind)
        {
            FieldSummary? summary = _count == 0 ? null
                : kind == FieldKind.Counter ? FieldSummary.Of(_last)
                : new FieldSummary(_min, _max, _count == 1 ? (ulong)_sum : (ulong)(_sum / _count), _last);
            this = default;
            return summary;
        }
    }
}
