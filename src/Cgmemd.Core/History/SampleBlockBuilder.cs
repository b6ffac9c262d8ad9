namespace Cgmemd.Core.History;

/// <summary>Collects rows into a <see cref="SampleBlock"/>.</summary>
public sealed class SampleBlockBuilder
{
    private readonly Dictionary<ColumnId, OpenColumn> _columns = [];
    private long[] _monotonicUs = new long[64];
    private long[] _realtimeUs = new long[64];
    private uint[]? _sampleCounts;

    /// <summary>How many rows have been added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row of one sample, without values.</summary>
    public void AddRow(long monotonicUs, long realtimeUs)
    {
        if (Count == _monotonicUs.Length)
            Grow();
        (_monotonicUs[Count], _realtimeUs[Count]) = (monotonicUs, realtimeUs);
        if (_sampleCounts is not null)
            _sampleCounts[Count] = 1;
        Count++;
    }

    /// <summary>Adds a row that sums up samples, the last of them at this time.</summary>
    public void AddRow(long monotonicUs, long realtimeUs, uint samples)
    {
        AddRow(monotonicUs, realtimeUs);
        if (_sampleCounts is null)
        {
            _sampleCounts = new uint[_monotonicUs.Length];
            _sampleCounts.AsSpan(0, Count).Fill(1);
        }

        _sampleCounts[Count - 1] = samples;
    }

    /// <summary>Sets a value of the newest row.</summary>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    public void Set(ColumnId id, ulong value)
    {
        if (Count == 0)
            throw new InvalidOperationException("there is no row");
        if (!_columns.TryGetValue(id, out OpenColumn? column))
            _columns.Add(id, column = new OpenColumn());
        column.Set(Count - 1, _monotonicUs.Length, value);
    }

    /// <summary>The rows so far.</summary>
    public SampleBlock Build()
    {
        // No LINQ over a type of value: ahead of time each such is compiled with every other one.
        List<Column> columns = new(_columns.Count);
        foreach ((ColumnId id, OpenColumn column) in _columns)
            columns.Add(column.Build(id, Count));
        columns.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return new SampleBlock(
            _monotonicUs[..Count], _realtimeUs[..Count], _sampleCounts?[..Count], columns);
    }

    private void Grow()
    {
        int capacity = _monotonicUs.Length * 2;
        Array.Resize(ref _monotonicUs, capacity);
        Array.Resize(ref _realtimeUs, capacity);
        if (_sampleCounts is not null)
            Array.Resize(ref _sampleCounts, capacity);
    }

    private sealed class OpenColumn
    {
        private ulong[] _values = [];
        private ulong[] _presence = [];
        private int _present;

        public void Set(int row, int capacity, ulong value)
        {
            if (row >= _values.Length)
            {
                Array.Resize(ref _values, capacity);
                Array.Resize(ref _presence, (capacity + 63) / 64);
            }

            _values[row] = value;
            ulong bit = 1UL << (row & 63);
            if ((_presence[row >> 6] & bit) == 0)
                _present++;
            _presence[row >> 6] |= bit;
        }

        public Column Build(ColumnId id, int count)
        {
            ulong[] values = new ulong[count];
            _values.AsSpan(0, Math.Min(count, _values.Length)).CopyTo(values);
            if (_present == count)
                return new Column(id, values);
            ulong[] presence = new ulong[(count + 63) / 64];
            _presence.AsSpan(0, Math.Min(presence.Length, _presence.Length)).CopyTo(presence);
            return new Column(id, values, presence);
        }
    }
}
