using Cgmemd.Core.Samples;
using static Cgmemd.Core.Trends.OrderStatistics;

namespace Cgmemd.Core.Trends;

/// <summary>
/// Whether the memory of one invocation leaks, by its floor. A leak is a floor that rises enough to matter, in order,
/// without slowing down, and not by a few steps: as it is, or by what is never given back of it, or from each day to
/// the next.
/// </summary>
/// <remarks>docs/leak-detection.md has the method with its sources, and how often it is right.</remarks>
public static class LeakDetection
{
    private const int MinBuckets = 12;
    private const double MinHours = 2;

    /// <summary>
    /// Without a limit, or with one far above, growth is measured against so many times the level at first.
    /// </summary>
    private const double ScaleOfLevel = 4;

    /// <summary>What falls in order by as much as this tau.</summary>
    private const double FallingTau = -.6;

    /// <summary>A slope of the last third that is less than this share of the whole's has come to rest.</summary>
    private const double Rest = .3;

    /// <summary>What goes up and down by more than this share of the scale is no plateau.</summary>
    private const double Swing = .1;

    private const double MostHours = 10 * 365.25 * 24;

    /// <summary>Judges what was seen of the invocation. Allocates nothing.</summary>
    /// <param name="series">The floor of one invocation; its open bucket is left out.</param>
    /// <param name="limit">The limit in force over anon + swap, as far as there is one.</param>
    public static TrendReport Judge(FloorSeries series, ByteLimit limit)
    {
        ReadOnlySpan<FloorBucket> floor = series.Closed;
        Span<double> hours = stackalloc double[floor.Length];
        Span<double> bytes = stackalloc double[floor.Length];
        Span<double> peaks = stackalloc double[floor.Length];
        for (int i = 0; i < floor.Length; i++)
        {
            hours[i] = (floor[i].StartUs - floor[0].StartUs) / 3.6e9;
            (bytes[i], peaks[i]) = (floor[i].Bytes, floor[i].PeakBytes);
        }

        if (hours.Length < MinBuckets || hours[^1] < MinHours)
        {
            TimeSpan seen = hours.Length == 0 ? TimeSpan.Zero : Minutes(hours[^1]);
            return new TrendReport(
                TrendVerdict.Insufficient, seen, null, null, null, null, null, null, TrendReasons.Insufficient);
        }

        double scale = Math.Min(
            limit.IsFinite ? limit.Bytes : double.PositiveInfinity,
            ScaleOfLevel * Median(bytes[..(bytes.Length / 3)]));
        return Judge(hours, bytes, peaks, LeakBounds.Of(hours[^1], scale), limit);
    }

    private static TrendReport Judge(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes, ReadOnlySpan<double> peaks,
        in LeakBounds bounds, ByteLimit limit)
    {
        LeakGuard daily = DayToDay.Check(hours, bytes, bounds, out SenSlope dailyLine);
        var line = SenSlope.Of(hours, bytes);
        LeakGuard plain = LeakGuards.Check(hours, bytes, line, bounds);
        // From day to day, a cache that fills shows better than by the thirds of a course with a load of the day in it.
        bool slows = daily == LeakGuard.Slowing;
        if (plain == LeakGuard.None && !slows)
            return Report(TrendVerdict.Leaking, hours, bytes, line, limit, TrendReasons.Leaking);
        if (daily == LeakGuard.None)
            return Report(TrendVerdict.Leaking, hours, bytes, dailyLine, limit, TrendReasons.LeakingDaily);
        Span<double> kept = stackalloc double[bytes.Length];
        LeakGuards.Keep(bytes, kept);
        var keptLine = SenSlope.Of(hours, kept);
        if (plain != LeakGuard.Small && !slows
            && LeakGuards.CheckKept(hours, kept, keptLine, bounds) == LeakGuard.None)
            return Report(TrendVerdict.Leaking, hours, bytes, keptLine, limit, TrendReasons.LeakingKept);
        if (slows && plain is LeakGuard.None)
            plain = LeakGuard.Slowing;
        bool keeps = LeakGuards.Matters(keptLine.PerHour * hours[^1], bounds);
        TrendVerdict verdict = Other(hours, bytes, peaks, line, bounds, plain, keeps);
        return Report(verdict, hours, bytes, line, limit, TrendReasons.Of(verdict, plain));
    }

    // What it is that is no leak.
    private static TrendVerdict Other(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes, ReadOnlySpan<double> peaks,
        in SenSlope line, in LeakBounds bounds, LeakGuard guard, bool keeps)
    {
        if (line.Tau <= FallingTau && LeakGuards.Matters(-line.PerHour * hours[^1], bounds))
            return TrendVerdict.Falling;
        int third = hours.Length / 3;
        bool swings = Quantile(peaks[^third..], .9) - Quantile(bytes[^third..], .1) > Swing * bounds.Scale;
        return guard switch
        {
            LeakGuard.Small => swings ? TrendVerdict.Bounded : TrendVerdict.Plateau,
            LeakGuard.Disordered or LeakGuard.NotRisen => keeps ? TrendVerdict.Growing : TrendVerdict.Bounded,
            LeakGuard.Slowing when SenSlope.Of(hours[^third..], bytes[^third..]).PerHour < Rest * line.PerHour =>
                swings ? TrendVerdict.Bounded : TrendVerdict.Plateau,
            _ => TrendVerdict.Growing,
        };
    }

    private static TrendReport Report(
        TrendVerdict verdict, ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes,
        in SenSlope line, ByteLimit limit, string reason)
    {
        int third = hours.Length / 3;
        double now = Median(bytes[^third..]) + (line.PerHour * (hours[^1] - Median(hours[^third..])));
        bool rises = verdict is TrendVerdict.Leaking or TrendVerdict.Growing && line.PerHour > 0;
        double left = limit.IsFinite && rises ? Math.Max(0, limit.Bytes - now) / line.PerHour : MostHours;
        return new TrendReport(
            verdict,
            Minutes(hours[^1]),
            line.PerHour,
            line.Low,
            line.High,
            line.Tau,
            (ulong)Math.Max(0, now + (24 * line.PerHour)),
            left < MostHours ? Minutes(left) : null,
            reason);
    }

    private static TimeSpan Minutes(double hours) => TimeSpan.FromMinutes(Math.Round(60 * hours));
}
