using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// As the unit has grown of late, its limit is less than a while away. The growth is the median of the slopes between
/// the lows of a window's parts, so that a sawtooth that comes back to its floor is no growth; and the lesser of that
/// in both halves of the window, so that one step is none.
/// </summary>
/// <param name="Metric">The value that grows towards the limit.</param>
/// <param name="Below">Holds when the time left is below this.</param>
/// <param name="ClearAbove">Ends when it is above this; at least <paramref name="Below"/>.</param>
/// <param name="Window">Over how long the growth is taken.</param>
/// <param name="Of">Which limit.</param>
/// <remarks>Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.</remarks>
public sealed record TimeToLimitCondition(
    Metric Metric, TimeSpan Below, TimeSpan ClearAbove, TimeSpan Window, LimitFile Of) : Condition
{
    public override string Kind => "time-to-limit";

    /// <summary>What the key begins with: the value is a time, not the metric.</summary>
    public const string KeyPrefix = "time-to-limit.";

    public override string On => KeyPrefix + Metrics.Key(Metric);

    public override ValueUnit Unit => ValueUnit.Microseconds;

    public override bool IsWorseBelow => true;

    public override RuleMemory NewMemory() => new LowsMemory();

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        ByteLimit limit = Of == LimitFile.MemoryHigh ? seen.Limits.EffectiveHigh : seen.Limits.EffectiveMax;
        if (!seen.Sample.TryGet(Metric, out ulong value))
            return Finding.Unknown;
        double? growth = ((LowsMemory)memory!).Take(value, seen.NowUs, (long)Window.TotalMicroseconds);
        if (!limit.IsFinite || growth is not { } bytesPerUs)
            return Finding.Unknown;
        ulong left = TimeLeft(value, limit.Bytes, bytesPerUs);
        ulong below = (ulong)Below.TotalMicroseconds;
        bool clears = left > (ulong)ClearAbove.TotalMicroseconds;
        return Finding.Of(left < below, clears, level, left, below);
    }

    // Longer than a century is for ever; so is the time of what does not grow.
    private static ulong TimeLeft(ulong value, ulong limit, double bytesPerUs)
    {
        const double Century = 3.2e15;
        if (value >= limit)
            return 0;
        double left = bytesPerUs <= 0 ? Century : (limit - value) / bytesPerUs;
        return (ulong)Math.Min(left, Century);
    }
}

/// <summary>The lows of the last parts of a window.</summary>
internal sealed class LowsMemory : RuleMemory
{
    private const int Parts = 12;

    /// <summary>With fewer there is no telling growth from a step.</summary>
    private const int Enough = 6;

    private readonly (long TimeUs, ulong Low)[] _lows = new (long, ulong)[Parts + 1];
    private int _count;

    /// <summary>
    /// Takes a value in, and returns the growth in bytes per microsecond; null while too little of the window is known.
    /// </summary>
    public double? Take(ulong value, long nowUs, long windowUs)
    {
        long partUs = Math.Max(1, windowUs / Parts);
        long begin = nowUs / partUs * partUs;
        if (_count > 0 && _lows[_count - 1].TimeUs == begin)
        {
            ref (long TimeUs, ulong Low) last = ref _lows[_count - 1];
            last.Low = Math.Min(last.Low, value);
        }
        else
        {
            if (_count == _lows.Length)
                RemoveFirst();
            _lows[_count++] = (begin, value);
        }

        while (_count > 1 && begin - _lows[0].TimeUs > windowUs)
            RemoveFirst();
        if (_count < Enough)
            return null;
        int half = _count / 2;
        return Math.Min(Slope(_lows.AsSpan(0, half)), Slope(_lows.AsSpan(half, _count - half)));
    }

    public override void Clear() => _count = 0;

    public override long[] Save()
    {
        long[] saved = new long[_count * 2];
        for (int i = 0; i < _count; i++)
            (saved[2 * i], saved[(2 * i) + 1]) = (_lows[i].TimeUs, (long)_lows[i].Low);
        return saved;
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.Length % 2 != 0 || saved.Length > _lows.Length * 2)
            return false;
        _count = saved.Length / 2;
        for (int i = 0; i < _count; i++)
            _lows[i] = (saved[2 * i], (ulong)saved[(2 * i) + 1]);
        return true;
    }

    private static double Slope(ReadOnlySpan<(long TimeUs, ulong Low)> lows)
    {
        Span<double> slopes = stackalloc double[(Parts + 1) * Parts / 2];
        int count = 0;
        for (int i = 0; i < lows.Length; i++)
        {
            for (int j = i + 1; j < lows.Length; j++)
                slopes[count++] = ((double)lows[j].Low - lows[i].Low) / (lows[j].TimeUs - lows[i].TimeUs);
        }

        slopes = slopes[..count];
        slopes.Sort();
        return count % 2 == 1 ? slopes[count / 2] : (slopes[(count / 2) - 1] + slopes[count / 2]) / 2;
    }

    private void RemoveFirst()
    {
        _lows.AsSpan(1, _count - 1).CopyTo(_lows);
        _count--;
    }
}
