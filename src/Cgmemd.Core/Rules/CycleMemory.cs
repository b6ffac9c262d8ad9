using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>The last cycles of one invocation of one unit, and the one under way. It is told of marks.</summary>
/// <remarks>Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.</remarks>
public sealed class CycleMemory : RuleMemory
{
    private const int Numbers = 8;

    private readonly CycleCondition _condition;
    private readonly Cycle[] _cycles;
    private int _count;
    private Cycle _current;
    private bool _isOpen;
    private bool _hasLow;
    private long _markUs;

    internal CycleMemory(CycleCondition condition)
    {
        _condition = condition;
        _cycles = new Cycle[Math.Clamp(condition.Cycles, 2, CycleCondition.MostCycles)];
    }

    /// <summary>What is kept of each cycle; null where there are too few.</summary>
    public CycleResidual? Residual { get; private set; }

    /// <summary>Cycles whose low is known, up to as many as count.</summary>
    public int Known => _count;

    /// <summary>
    /// Takes in a mark on the timeline of the unit, or of the whole host; one that is not the rule's is passed over.
    /// </summary>
    /// <param name="text">Its text.</param>
    /// <param name="count">The work counter, such as requests served so far.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public void Mark(string text, ulong? count, long nowUs)
    {
        if (!Glob.IsMatch(_condition.Mark, text))
            return;
        Close();
        _current = new Cycle(_current.Number + 1, 0, count);
        (_isOpen, _hasLow, _markUs) = (true, false, nowUs);
    }

    internal void Take(ulong value, long nowUs)
    {
        if (!_isOpen)
            return;
        long settleUs = (long)_condition.Settle.TotalMicroseconds, passedUs = nowUs - _markUs;
        bool isOver = settleUs > 0 && passedUs >= settleUs;
        // The first value after the time is better than none within it.
        if (!_hasLow || !isOver || passedUs == settleUs)
        {
            _current = _current with { Low = _hasLow ? Math.Min(_current.Low, value) : value };
            _hasLow = true;
        }

        if (isOver)
            Close();
    }

    public override void Clear()
    {
        (_count, _current, _isOpen, _hasLow, _markUs) = (0, default, false, false, 0);
        Residual = null;
    }

    public override long[] Save()
    {
        long[] saved = new long[Numbers + (4 * _count)];
        (saved[0], saved[1], saved[2], saved[3]) = (_count, _isOpen ? 1 : 0, _hasLow ? 1 : 0, _markUs);
        Write(_current, saved.AsSpan(4));
        for (int i = 0; i < _count; i++)
            Write(_cycles[i], saved.AsSpan(Numbers + (4 * i)));
        return saved;
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.Length < Numbers || saved[0] is < 0 or > CycleCondition.MostCycles
            || saved.Length != Numbers + (4 * (int)saved[0]))
            return false;
        int count = (int)saved[0], skipped = Math.Max(0, count - _cycles.Length);
        for (int i = 1; i < count; i++)
        {
            if (saved[Numbers + (4 * i)] <= saved[Numbers + (4 * i) - 4])
                return false;
        }

        (_isOpen, _hasLow, _markUs) = (saved[1] != 0, saved[2] != 0, saved[3]);
        _current = Read(saved[4..]);
        _count = count - skipped;
        for (int i = 0; i < _count; i++)
            _cycles[i] = Read(saved[(Numbers + (4 * (i + skipped)))..]);
        Measure();
        return true;
    }

    private static void Write(in Cycle cycle, Span<long> saved) => (saved[0], saved[1], saved[2], saved[3]) =
        (cycle.Number, (long)cycle.Low, cycle.Work is null ? 0 : 1, (long)(cycle.Work ?? 0));

    private static Cycle Read(ReadOnlySpan<long> saved) =>
        new(saved[0], (ulong)saved[1], saved[2] != 0 ? (ulong)saved[3] : null);

    // A cycle of which no value is known is passed over: it is not zero, and its number is used up.
    private void Close()
    {
        _isOpen = false;
        if (!_hasLow)
            return;
        if (_count == _cycles.Length)
        {
            _cycles.AsSpan(1, _count - 1).CopyTo(_cycles);
            _count--;
        }

        _cycles[_count++] = _current;
        _hasLow = false;
        Measure();
    }

    // What a later cycle came down below was given back, if late: it is no residue of the earlier one. So a sawtooth
    // over several cycles grows by no more than its last tooth.
    private void Measure()
    {
        Residual = null;
        if (_count < Math.Max(2, _condition.MinCycles))
            return;
        Span<ulong> kept = stackalloc ulong[_count];
        for (int i = _count - 1; i >= 0; i--)
            kept[i] = Math.Min(_cycles[i].Low, i + 1 < _count ? kept[i + 1] : ulong.MaxValue);
        Residual = new CycleResidual(_count, MedianSlope(kept, byWork: false)!.Value, MedianSlope(kept, byWork: true));
    }

    // Theil and Sen's: of the slopes between all pairs.
    private double? MedianSlope(ReadOnlySpan<ulong> kept, bool byWork)
    {
        Span<double> slopes = stackalloc double[_count * (_count - 1) / 2];
        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            for (int j = i + 1; j < _count; j++)
            {
                double passed = _cycles[j].Number - _cycles[i].Number;
                if (byWork)
                {
                    // A counter that has shrunk was begun anew: nothing lies between the two.
                    if (_cycles[i].Work is not { } before || _cycles[j].Work is not { } after || after <= before)
                        continue;
                    passed = after - before;
                }

                slopes[count++] = ((double)kept[j] - kept[i]) / passed;
            }
        }

        slopes = slopes[..count];
        slopes.Sort();
        return count == 0 ? null
            : count % 2 == 1 ? slopes[count / 2]
            : (slopes[(count / 2) - 1] + slopes[count / 2]) / 2;
    }

    /// <summary>One cycle: its number, its low in bytes, and the work counter of the mark it began with.</summary>
    private readonly record struct Cycle(long Number, ulong Low, ulong? Work);
}
