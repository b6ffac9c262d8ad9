using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// Tasks of the unit have stalled for memory for more than a share of the time, over a window: by the kernel's running
/// totals, and so exact, where the averages of memory.pressure are smoothed.
/// </summary>
/// <param name="IsFull">All tasks at once rather than some.</param>
/// <param name="Above">Holds above this share of the time.</param>
/// <param name="ClearBelow">Ends below this share.</param>
/// <param name="Window">Over how long, at least two seconds.</param>
/// <remarks>Source: Documentation/accounting/psi.rst.</remarks>
public sealed record PressureCondition(bool IsFull, Bound Above, Bound ClearBelow, TimeSpan Window) : Condition
{
    public override string Kind => "pressure";

    public override string On => IsFull ? "memory.pressure.full" : "memory.pressure.some";

    public override ValueUnit Unit => ValueUnit.Permyriad;

    public override RuleMemory NewMemory() => new StallMemory();

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        Metric total = IsFull ? Metric.PressureFullTotal : Metric.PressureSomeTotal;
        if (!seen.Sample.TryGet(total, out ulong stalledUs))
            return Finding.Unknown;
        var stalls = (StallMemory)memory!;
        if (stalls.Take(stalledUs, seen.NowUs, (long)Window.TotalMicroseconds) is not { } share)
            return Finding.Unknown;
        return Finding.Of(share > Above.Value, share < ClearBelow.Value, level, share, Above.Value);
    }
}

/// <summary>The running total of stalls at some points of a window, oldest first.</summary>
internal sealed class StallMemory : RuleMemory
{
    private const int Points = 16;

    private readonly (long TimeUs, ulong Total)[] _points = new (long, ulong)[Points];
    private int _count;

    /// <summary>
    /// Takes the total in, and returns the share of the time stalled since about the window's begin, in hundredths of a
    /// percent; null until half of the window is known.
    /// </summary>
    public ulong? Take(ulong stalledUs, long nowUs, long windowUs)
    {
        if (_count > 0 && (stalledUs < _points[_count - 1].Total || nowUs < _points[_count - 1].TimeUs))
            _count = 0;
        // The first that stays is the last at or before the window's begin.
        while (_count > 1 && nowUs - _points[1].TimeUs >= windowUs)
            RemoveFirst();
        ulong? share = null;
        if (_count > 0 && nowUs - _points[0].TimeUs >= windowUs / 2)
        {
            ulong passedUs = (ulong)Math.Max(nowUs - _points[0].TimeUs, windowUs);
            share = Math.Min((stalledUs - _points[0].Total) * 10_000 / passedUs, 10_000);
        }

        // So that the points reach over the window however often it is read.
        if (_count == 0 || nowUs - _points[_count - 1].TimeUs >= windowUs / (Points - 2))
        {
            if (_count == Points)
                RemoveFirst();
            _points[_count++] = (nowUs, stalledUs);
        }

        return share;
    }

    public override void Clear() => _count = 0;

    public override long[] Save()
    {
        long[] saved = new long[_count * 2];
        for (int i = 0; i < _count; i++)
            (saved[2 * i], saved[(2 * i) + 1]) = (_points[i].TimeUs, (long)_points[i].Total);
        return saved;
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.Length % 2 != 0 || saved.Length > Points * 2)
            return false;
        _count = saved.Length / 2;
        for (int i = 0; i < _count; i++)
            _points[i] = (saved[2 * i], (ulong)saved[(2 * i) + 1]);
        return true;
    }

    private void RemoveFirst()
    {
        _points.AsSpan(1, _count - 1).CopyTo(_points);
        _count--;
    }
}
