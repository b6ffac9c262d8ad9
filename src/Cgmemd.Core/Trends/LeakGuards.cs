using static Cgmemd.Core.Trends.OrderStatistics;

namespace Cgmemd.Core.Trends;

/// <summary>The test that a course fails which would otherwise be a leak.</summary>
internal enum LeakGuard
{
    /// <summary>It fails none.</summary>
    None,

    /// <summary>The growth is not worth a word.</summary>
    Small,

    /// <summary>Later is not reliably higher.</summary>
    Disordered,

    /// <summary>The last third, or the later day, rises less.</summary>
    Slowing,

    /// <summary>The last third rises much more: it has only begun.</summary>
    Quickening,

    /// <summary>Part of the time it did not rise.</summary>
    NotRisen,

    /// <summary>A few steps make most of the growth.</summary>
    Steps,

    /// <summary>Too little was seen for what is not urgent.</summary>
    CanWait,
}

/// <summary>The tests that a leak passes: it matters, is in order, does not slow down, is not a few steps.</summary>
internal static class LeakGuards
{
    /// <summary>Growth below is not worth a word, whatever its share.</summary>
    private const double MinBytes = 8 << 20;

    /// <summary>What is never given back keeps an order by its making: more of it is asked for.</summary>
    private const double MinTauOfKept = .8;

    /// <summary>The least that each third of the time makes of what is never given back.</summary>
    private const double MinThirdOfKept = .12;

    /// <summary>The first test that the floor fails.</summary>
    public static LeakGuard Check(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes, in SenSlope line, in LeakBounds bounds)
    {
        int third = hours.Length / 3;
        double growth = line.PerHour * hours[^1];
        if (!Matters(growth, bounds))
            return LeakGuard.Small;
        if (line.Tau < bounds.MinTau)
            return LeakGuard.Disordered;
        double last = SenSlope.Of(hours[^third..], bytes[^third..]).PerHour;
        if (last < bounds.MinLastThird * line.PerHour)
            return LeakGuard.Slowing;
        if (last > bounds.MaxLastThird * line.PerHour)
            return LeakGuard.Quickening;
        if (Least(bytes[^third..]) <= Median(bytes[..third]))
            return LeakGuard.NotRisen;
        if (LargestSteps(bytes) > bounds.MaxSteps * growth)
            return LeakGuard.Steps;
        return bounds.Scale - bytes[^1] > bounds.MaxHoursLeft * line.PerHour ? LeakGuard.CanWait : LeakGuard.None;
    }

    /// <summary>
    /// The first test that fails of what is never given back, see <see cref="Keep"/>: teeth longer than a bucket and
    /// bursts of hours are not in it.
    /// </summary>
    public static LeakGuard CheckKept(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> kept, in SenSlope line, in LeakBounds bounds)
    {
        LeakGuard guard = Check(hours, kept, line, bounds with { MinTau = Math.Max(MinTauOfKept, bounds.MinTau) });
        if (guard != LeakGuard.None)
            return guard;
        double first = kept[kept.Length / 3], second = kept[^(kept.Length / 3)];
        double least = Math.Min(first - kept[0], Math.Min(second - first, kept[^1] - second));
        return least < MinThirdOfKept * (kept[^1] - kept[0]) ? LeakGuard.NotRisen : LeakGuard.None;
    }

    /// <summary>Whether this much growth is worth a word.</summary>
    public static bool Matters(double growth, in LeakBounds bounds) =>
        growth >= MinBytes && growth >= bounds.MinGrowth * bounds.Scale;

    /// <summary>What is never given back: at each time the least of then and all after.</summary>
    public static void Keep(ReadOnlySpan<double> bytes, Span<double> kept)
    {
        double least = double.MaxValue;
        for (int i = bytes.Length - 1; i >= 0; i--)
            kept[i] = least = Math.Min(least, bytes[i]);
    }

    // The three largest, each within two buckets, that were not given back. Not of the last tenth: that a burst there
    // will end is not known yet.
    private static double LargestSteps(ReadOnlySpan<double> bytes)
    {
        const int Count = 3;
        Span<double> kept = stackalloc double[FloorSeries.Capacity];
        Keep(bytes, kept);
        Span<double> rises = stackalloc double[FloorSeries.Capacity];
        rises = rises[..((bytes.Length * 9 / 10) - 2)];
        for (int i = 0; i < rises.Length; i++)
            rises[i] = kept[i + 2] - kept[i];
        double sum = 0;
        for (int step = 0; step < Count; step++)
        {
            int at = 0;
            for (int i = 1; i < rises.Length; i++)
                at = rises[i] > rises[at] ? i : at;
            sum += rises[at];
            rises[Math.Max(0, at - 1)..Math.Min(rises.Length, at + 2)].Clear();
        }

        return sum;
    }
}
