namespace Cgmemd.Core.Rules;

/// <summary>
/// The lows of the parts of a window that slides: what a value comes down to again and again, whatever it does between.
/// </summary>
internal sealed class LowWindow
{
    /// <summary>The window is cut into so many parts; the one under way is one more.</summary>
    public const int Parts = 12;

    private readonly (long BeginUs, ulong Low)[] _lows = new (long, ulong)[Parts + 1];
    private int _count;
    private long _sinceUs;

    /// <summary>The lowest value within the window; there must be one.</summary>
    public ulong Low
    {
        get
        {
            ulong low = _lows[0].Low;
            for (int i = 1; i < _count; i++)
                low = Math.Min(low, _lows[i].Low);
            return low;
        }
    }

    /// <summary>
    /// The lower quartile of the lows: a short dip, such as a start, is none of it. There must be one.
    /// </summary>
    public ulong Quartile
    {
        get
        {
            Span<ulong> sorted = stackalloc ulong[_count];
            for (int i = 0; i < _count; i++)
                sorted[i] = _lows[i].Low;
            sorted.Sort();
            return sorted[_count / 4];
        }
    }

    /// <summary>Takes a value in. Times are CLOCK_MONOTONIC in microseconds, none before the one before it.</summary>
    public void Take(ulong value, long nowUs, long windowUs)
    {
        long partUs = Math.Max(1, windowUs / Parts);
        long begin = nowUs / partUs * partUs;
        while (_count > 0 && begin - _lows[0].BeginUs > windowUs)
            RemoveFirst();
        if (_count == 0)
            _sinceUs = nowUs;
        if (_count > 0 && _lows[_count - 1].BeginUs >= begin)
        {
            ref (long BeginUs, ulong Low) last = ref _lows[_count - 1];
            last.Low = Math.Min(last.Low, value);
            return;
        }

        // Only where the window has become shorter, as after a change of the configuration.
        if (_count == _lows.Length)
            RemoveFirst();
        _lows[_count++] = (begin, value);
    }

    /// <summary>Whether values are known for so long, up to a quarter of it missing at the begin.</summary>
    public bool Covers(long nowUs, long spanUs) =>
        _count > 0 && nowUs - _sinceUs >= spanUs && nowUs - _lows[0].BeginUs >= spanUs - (spanUs / 4);

    /// <summary>
    /// Whether all of the window is known, and the lows of its two halves are no further apart than the noise.
    /// </summary>
    public bool IsLevel(long nowUs, long windowUs, ulong noise)
    {
        if (!Covers(nowUs, windowUs))
            return false;
        ulong? older = null, newer = null;
        for (int i = 0; i < _count; i++)
        {
            ref ulong? half = ref newer;
            if (_lows[i].BeginUs < nowUs - (windowUs / 2))
                half = ref older;
            half = Math.Min(half ?? ulong.MaxValue, _lows[i].Low);
        }

        return older is { } a && newer is { } b && Math.Max(a, b) - Math.Min(a, b) <= noise;
    }

    public void Clear() => (_count, _sinceUs) = (0, 0);

    /// <summary>Adds what there is to what is saved.</summary>
    public void Save(List<long> saved)
    {
        saved.Add(_count);
        saved.Add(_sinceUs);
        for (int i = 0; i < _count; i++)
        {
            saved.Add(_lows[i].BeginUs);
            saved.Add((long)_lows[i].Low);
        }
    }

    /// <summary>
    /// Whether what was saved begins with a window; <paramref name="length"/> is then how long that is.
    /// </summary>
    public static bool IsSaved(ReadOnlySpan<long> saved, out int length)
    {
        length = 0;
        if (saved.Length < 2 || saved[0] is < 0 or > Parts + 1)
            return false;
        length = 2 + (2 * (int)saved[0]);
        return saved.Length >= length;
    }

    /// <summary>Takes over what was saved, where <see cref="IsSaved"/> holds.</summary>
    public void Load(ReadOnlySpan<long> saved)
    {
        (_count, _sinceUs) = ((int)saved[0], saved[1]);
        for (int i = 0; i < _count; i++)
            _lows[i] = (saved[2 + (2 * i)], (ulong)saved[3 + (2 * i)]);
    }

    private void RemoveFirst()
    {
        _lows.AsSpan(1, _count - 1).CopyTo(_lows);
        _count--;
    }
}
