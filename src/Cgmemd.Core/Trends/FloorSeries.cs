namespace Cgmemd.Core.Trends;

/// <summary>One reading of anon + swap of a unit.</summary>
/// <param name="TimeUs">Unix time in microseconds; one clock for the whole of an invocation.</param>
/// <param name="Bytes">memory.stat's anon plus memory.swap.current.</param>
public readonly record struct TrendPoint(long TimeUs, ulong Bytes);

/// <summary>
/// The floor of one invocation's anon + swap: the least value of each bucket of time, over the last 72 hours. What is
/// given back within a bucket, by a collector or after a burst, is not in it.
/// </summary>
/// <remarks>
/// The width of the buckets follows the span, as little room is kept: 5 minutes up to 12 hours, 10 up to 24, 30 above.
/// All are counted from the end of the warm-up, so that the wide are whole numbers of the narrow, and a series fed
/// with another's <see cref="Buckets"/>, or with the history's minima, goes on as that would have. About 3.5 KB, all
/// of it from the beginning; a new invocation is a new series.
/// </remarks>
public sealed class FloorSeries
{
    /// <summary>The most buckets that are kept: 72 hours of 30 minutes.</summary>
    public const int Capacity = 144;

    private const long MinuteUs = 60_000_000;

    private static readonly long[] Widths = [5 * MinuteUs, 10 * MinuteUs, 30 * MinuteUs];

    private readonly FloorBucket[] _buckets = new FloorBucket[Capacity];
    private readonly long _originUs;
    private int _count;
    private int _width;

    /// <summary>A series without a value.</summary>
    /// <param name="startedUs">When the invocation began, in Unix microseconds.</param>
    public FloorSeries(long startedUs) => _originUs = startedUs + WarmUpUs;

    /// <summary>How long after its start a service is left to fill its pools and caches: 60 minutes.</summary>
    public static long WarmUpUs => 60 * MinuteUs;

    /// <summary>The width of the buckets at present, in microseconds.</summary>
    public long WidthUs => Widths[_width];

    /// <summary>
    /// The buckets that have a value, the oldest first; the last is still open. This is all the state there is.
    /// </summary>
    public ReadOnlySpan<FloorBucket> Buckets => _buckets.AsSpan(0, _count);

    /// <summary>Those of them that are over: the minimum of an open bucket has not had its chance to be low.</summary>
    public ReadOnlySpan<FloorBucket> Closed => _buckets.AsSpan(0, Math.Max(0, _count - 1));

    /// <summary>
    /// Takes a reading. Ignored are those of the warm-up and those before the open bucket: time goes forward.
    /// </summary>
    /// <returns>Whether it was taken.</returns>
    public bool Add(long timeUs, ulong bytes) => Add(new FloorBucket(timeUs, bytes, bytes));

    /// <summary>
    /// Takes a bucket of a series like this one, or a span of the history that lies within a bucket of this one.
    /// </summary>
    /// <returns>Whether it was taken.</returns>
    public bool Add(FloorBucket bucket)
    {
        long timeUs = bucket.StartUs;
        if (timeUs < _originUs)
            return false;
        WidenFor(timeUs);
        FloorBucket aligned = bucket with { StartUs = StartOf(timeUs) };
        if (_count > 0 && aligned.StartUs <= _buckets[_count - 1].StartUs)
            return Join(aligned);
        Drop(aligned.StartUs - ((Capacity - 1) * WidthUs));
        _buckets[_count++] = aligned;
        return true;
    }

    private bool Join(FloorBucket bucket)
    {
        ref FloorBucket last = ref _buckets[_count - 1];
        if (bucket.StartUs < last.StartUs)
            return false;
        last = last.With(bucket);
        return true;
    }

    private void WidenFor(long timeUs)
    {
        while (_count > 0 && _width < Widths.Length - 1
            && StartOf(timeUs) - _buckets[0].StartUs >= Capacity * WidthUs)
        {
            _width++;
            Merge();
        }
    }

    private void Drop(long beforeUs)
    {
        int gone = 0;
        while (gone < _count && _buckets[gone].StartUs < beforeUs)
            gone++;
        _buckets.AsSpan(gone, _count - gone).CopyTo(_buckets);
        _count -= gone;
    }

    private void Merge()
    {
        int kept = 0;
        for (int i = 1; i < _count; i++)
        {
            FloorBucket next = _buckets[i];
            if (StartOf(next.StartUs) == StartOf(_buckets[kept].StartUs))
                _buckets[kept] = _buckets[kept].With(next);
            else
                _buckets[++kept] = next;
        }

        _count = kept + 1;
        for (int i = 0; i < _count; i++)
            _buckets[i] = _buckets[i] with { StartUs = StartOf(_buckets[i].StartUs) };
    }

    private long StartOf(long timeUs) => timeUs - ((timeUs - _originUs) % WidthUs);
}

/// <summary>What was read within a span of time.</summary>
/// <param name="StartUs">Where it begins, in Unix microseconds.</param>
/// <param name="Bytes">The least anon + swap in it.</param>
/// <param name="PeakBytes">The most.</param>
public readonly record struct FloorBucket(long StartUs, ulong Bytes, ulong PeakBytes)
{
    internal FloorBucket With(FloorBucket other) =>
        new(StartUs, Math.Min(Bytes, other.Bytes), Math.Max(PeakBytes, other.PeakBytes));
}
