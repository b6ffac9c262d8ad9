using System.Numerics;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Writer;

/// <summary>
/// A made-up course of a recorded unit that goes on for ever and does not repeat itself. It walks through the
/// recording, to and fro, turning at random, so that every step is one that was recorded or its reverse; each step is
/// up to half larger or smaller, by the same share in all fields, so that what moves together goes on doing so, but a
/// compressor finds none of it again. Counters grow by what lies on the way. What stood still in the recording stands
/// still.
/// </summary>
internal sealed class Course
{
    private const double TurnsPerRow = 1 / 20.0;
    private const int RowsPerPss = 6;

    private readonly RecordedUnit _unit;
    private readonly Random _random;
    private readonly Track[] _tracks;
    private readonly ulong?[] _values;
    private readonly byte[] _buffer = new byte[OpenRow.MaxLength];
    private readonly int _peak, _intervalPeak, _swapPeak, _current, _swap;
    private int _row, _direction = 1, _sinceTurn, _rowsToTurn, _samples;

    public Course(RecordedUnit unit, int seed)
    {
        (_unit, _random) = (unit, new Random(seed));
        _values = new ulong?[unit.Fields.Length];
        _tracks = [.. unit.Fields.Select((field, i) => new Track(field, [.. unit.Rows.Select(row => row[i])]))];
        int Place(Metric metric) => Array.FindIndex(unit.Fields, field => field.Metric == metric);
        (_current, _swap) = (Place(Metric.MemoryCurrent), Place(Metric.MemorySwapCurrent));
        (_peak, _swapPeak) = (Place(Metric.MemoryPeak), Place(Metric.MemorySwapPeak));
        _intervalPeak = Place(Metric.IntervalPeak);
        Restart();
    }

    /// <summary>A new life: elsewhere in the recording, with counters and peaks that begin anew.</summary>
    public void Restart()
    {
        (_row, _samples) = (_random.Next(_unit.Rows.Count), _random.Next(RowsPerPss));
        _values[_peak] = _values[_swapPeak] = 0;
        foreach (Track track in _tracks)
            track.Restart(_row);
    }

    /// <summary>The sample so many recorded rows later, as the daemon's log has it.</summary>
    public ReadOnlySpan<byte> Next(int rows)
    {
        int before = _row;
        double share = _random.NextDouble() - 0.5;
        while (rows > 0)
            rows -= Walk(rows, share);
        bool hasPss = _samples++ % RowsPerPss == 0;
        for (int i = 0; i < _tracks.Length; i++)
        {
            bool isPss = _tracks[i].Field.Metric is >= Metric.Pss and <= Metric.SwapPss;
            if (i != _peak && i != _swapPeak)
                _values[i] = isPss && !hasPss ? null : _tracks[i].At(before, _row, share);
        }

        _values[_intervalPeak] = Greater(_intervalPeak, _current);
        _values[_peak] = Greater(_peak, _intervalPeak);
        _values[_swapPeak] = Greater(_swapPeak, _swap);
        return _buffer.AsSpan(0, RecordedUnit.Encode(_unit.Fields, _values, _buffer));
    }

    private ulong? Greater(int left, int right) => Math.Max(_values[left] ?? 0, _values[right] ?? 0);

    private int Walk(int rows, double share)
    {
        int toEnd = _direction > 0 ? _unit.Rows.Count - 1 - _row : _row;
        int step = Math.Min(rows, Math.Min(toEnd, _rowsToTurn - _sinceTurn));
        if (step <= 0)
        {
            (_direction, _sinceTurn) = (-_direction, 0);
            _rowsToTurn = 1 + (int)(Math.Log(1 - _random.NextDouble()) / Math.Log(1 - TurnsPerRow));
            return 0;
        }

        int to = _row + (_direction * step);
        foreach (Track track in _tracks)
            track.Pass(_row, to, share);
        (_row, _sinceTurn) = (to, _sinceTurn + step);
        return step;
    }

    /// <summary>One field along the way.</summary>
    private sealed class Track
    {
        private readonly ulong[]? _recorded;
        private readonly ulong[] _way;
        private readonly bool _isCounter, _moves;
        private readonly int _shift;
        private ulong _total;
        private long _noise;

        public Track(HistoryField field, ulong?[] values)
        {
            (Field, _isCounter, _way) = (field, field.Kind == FieldKind.Counter, new ulong[values.Length]);
            if (Array.TrueForAll(values, value => value is null))
                return;
            _recorded = new ulong[values.Length];
            ulong last = Array.Find(values, value => value is not null)!.Value, all = 0;
            for (int i = 0; i < values.Length; i++)
            {
                ulong value = values[i] ?? last;
                ulong change = value > last ? value - last : last - value;
                _way[i] = (i == 0 ? 0 : _way[i - 1]) + change;
                all |= change;
                _recorded[i] = last = value;
            }

            (_moves, _shift) = (all != 0, all == 0 ? 0 : BitOperations.TrailingZeroCount(all));
        }

        public HistoryField Field { get; }

        public void Restart(int row) => (_total, _noise) = (_isCounter ? _recorded?[row] ?? 0 : 0, 0);

        public void Pass(int from, int to, double share)
        {
            if (!_isCounter || !_moves)
                return;
            ulong way = _way[Math.Max(from, to)] - _way[Math.Min(from, to)];
            _total += (ulong)((long)way + Part((long)way, share));
        }

        public ulong? At(int from, int to, double share)
        {
            if (_recorded is null || !_moves)
                return _recorded?[to];
            if (_isCounter)
                return _total;
            long change = (long)(_recorded[to] - _recorded[from]);
            if (change != 0)
                _noise = Part(change, share);
            return (ulong)Math.Max(0, (long)_recorded[to] + _noise);
        }

        // In whole units of what the field is counted in: pages, or kilobytes.
        private long Part(long change, double share) => (long)Math.Round((change >> _shift) * share) << _shift;
    }
}
