using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Rules;

/// <summary>
/// The floor of anon and swap leaks: over hours and days, by <see cref="LeakDetection"/>. The value is how fast, in
/// bytes an hour.
/// </summary>
/// <param name="Above">Holds when it leaks by more than so many bytes an hour; 0 for whatever counts as a leak.</param>
/// <param name="ExpectStable">
/// From so long after the warm-up on, growth that is not proven a leak holds too; zero for never.
/// </param>
/// <remarks>docs/leak-detection.md.</remarks>
public sealed record LeakCondition(ulong Above, TimeSpan ExpectStable) : Condition
{
    /// <summary>The key of the value: what is judged has no file of its own.</summary>
    public const string Key = "leak.bytes_per_hour";

    public override string Kind => "leak";

    public override string On => Key;

    public override RuleMemory NewMemory() => new LeakMemory();

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        if (!seen.Sample.TryGet(Metric.Anon, out ulong anon))
            return Finding.Unknown;
        _ = seen.Sample.TryGet(Metric.MemorySwapCurrent, out ulong swap);
        TrendReport report = ((LeakMemory)memory!).Take(
            anon + swap, seen.Limits.EffectiveMax, seen.StartedUs, seen.NowUs);
        if (report.Verdict == TrendVerdict.Insufficient)
            return Finding.Unknown;
        ulong slope = (ulong)Math.Max(0, report.BytesPerHour ?? 0);
        bool isExpectedStable = ExpectStable > TimeSpan.Zero && report.Seen >= ExpectStable;
        bool holds = slope > Above
            && (report.Verdict == TrendVerdict.Leaking
                || (isExpectedStable && report.Verdict == TrendVerdict.Growing));
        return new Finding(IsKnown: true, holds ? (byte)1 : (byte)0, slope, Above);
    }
}

/// <summary>The floor of one invocation, and how it was judged last: anew whenever a part of it is over.</summary>
public sealed class LeakMemory : RuleMemory
{
    private const int PerBucket = 3;

    private FloorSeries? _series;
    private long _startedUs;
    private long _judgedUs = -1;

    /// <summary>The latest judgement; insufficient before the first.</summary>
    public TrendReport Report { get; private set; }

    /// <summary>Takes a value in.</summary>
    /// <param name="bytes">anon and swap.</param>
    /// <param name="limit">What they are under.</param>
    /// <param name="startedUs">When the invocation began.</param>
    /// <param name="nowUs">The same clock.</param>
    public TrendReport Take(ulong bytes, ByteLimit limit, long startedUs, long nowUs)
    {
        if (_series is null || _startedUs != startedUs)
            (_series, _startedUs, _judgedUs, Report) = (new FloorSeries(startedUs), startedUs, -1, default);
        _series.Add(nowUs, bytes);
        ReadOnlySpan<FloorBucket> closed = _series.Closed;
        long lastUs = closed.IsEmpty ? -1 : closed[^1].StartUs;
        if (lastUs != _judgedUs)
            (Report, _judgedUs) = (LeakDetection.Judge(_series, limit), lastUs);
        return Report;
    }

    public override void Clear() => (_series, _judgedUs, Report) = (null, -1, default);

    public override long[] Save()
    {
        if (_series is null)
            return [];
        ReadOnlySpan<FloorBucket> buckets = _series.Buckets;
        long[] saved = new long[1 + (buckets.Length * PerBucket)];
        saved[0] = _startedUs;
        for (int i = 0; i < buckets.Length; i++)
        {
            int at = 1 + (i * PerBucket);
            (saved[at], saved[at + 1], saved[at + 2]) =
                (buckets[i].StartUs, (long)buckets[i].Bytes, (long)buckets[i].PeakBytes);
        }

        return saved;
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.IsEmpty)
            return true;
        if (saved.Length % PerBucket != 1 || saved.Length > 1 + (FloorSeries.Capacity * PerBucket))
            return false;
        (_startedUs, _series, _judgedUs) = (saved[0], new FloorSeries(saved[0]), -1);
        for (int at = 1; at < saved.Length; at += PerBucket)
            _series.Add(new FloorBucket(saved[at], (ulong)saved[at + 1], (ulong)saved[at + 2]));
        return true;
    }
}
