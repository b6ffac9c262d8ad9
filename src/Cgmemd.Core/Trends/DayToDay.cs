using static Cgmemd.Core.Trends.OrderStatistics;

namespace Cgmemd.Core.Trends;

/// <summary>
/// A floor of three days, each half hour against the same of the next day: the load of the day falls out of it. Only
/// the quieter half of the half hours counts, by night mostly, as no two days' load is the same.
/// </summary>
/// <remarks>
/// The seasonal Kendall test with its slope, the half hour being the season: R. M. Hirsch, J. R. Slack, R. A. Smith,
/// "Techniques of trend analysis for monthly water quality data", Water Resources Research 18 (1982).
/// </remarks>
internal static class DayToDay
{
    /// <summary>The least hours of a floor: from the second day to the third there must be some pairs.</summary>
    public const double MinHours = 60;

    private const int Day = 48;
    private const int Most = FloorSeries.Capacity - Day;
    private const int MinPairs = 12;

    /// <summary>The second step must be as much of the first, or it slows down.</summary>
    private const double MinLater = .7;

    /// <summary>The first step must be as much of the second, or there were no two.</summary>
    private const double MinEarlier = .3;

    /// <summary>The most that the rise of a day may change within an hour, as a share of it; else a step.</summary>
    private const double MaxTurn = .7;

    /// <summary>The first test that the floor fails; <see cref="LeakGuard.Small"/> where it cannot be said.</summary>
    /// <param name="hours">The times, a multiple of half an hour each.</param>
    /// <param name="bytes">The floor then.</param>
    /// <param name="bounds">How strict to be.</param>
    /// <param name="line">The slope from day to day, with the interval of a median, and the order of the pairs.</param>
    public static LeakGuard Check(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes, in LeakBounds bounds, out SenSlope line)
    {
        line = default;
        if (hours[^1] < MinHours)
            return LeakGuard.Small;
        Span<double> rises = stackalloc double[Most];
        Span<double> loads = stackalloc double[Most];
        Compare(hours, bytes, rises, loads);
        Span<double> quiet = stackalloc double[Most];
        int first = TakeQuiet(rises[..Day], loads[..Day], quiet);
        int second = TakeQuiet(rises[Day..], loads[Day..], quiet[first..]);
        if (first < MinPairs || second < MinPairs)
            return LeakGuard.Small;
        double earlier = Median(quiet[..first]);
        double later = Median(quiet.Slice(first, second));
        line = LineOf(quiet[..(first + second)], (earlier + later) / 2);
        return !LeakGuards.Matters(line.PerHour * hours[^1], bounds) ? LeakGuard.Small
            : earlier < MinEarlier * later ? LeakGuard.NotRisen
            : later < MinLater * earlier ? LeakGuard.Slowing
            : line.Tau < bounds.MinTau ? LeakGuard.Disordered
            : LargestTurn(rises) > MaxTurn * 24 * line.PerHour ? LeakGuard.Steps : LeakGuard.None;
    }

    // Where either half hour was not seen, neither is known.
    private static void Compare(
        ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes, Span<double> rises, Span<double> loads)
    {
        Span<double> slots = stackalloc double[FloorSeries.Capacity];
        slots.Fill(double.NaN);
        for (int i = 0; i < hours.Length; i++)
            slots[(int)Math.Round(2 * hours[i])] = bytes[i];
        for (int i = 0; i < rises.Length; i++)
            (rises[i], loads[i]) = (slots[i + Day] - slots[i], slots[i + Day] + slots[i]);
    }

    private static int TakeQuiet(ReadOnlySpan<double> rises, ReadOnlySpan<double> loads, Span<double> quiet)
    {
        Span<double> known = stackalloc double[Day];
        int count = 0;
        foreach (double load in loads)
        {
            if (!double.IsNaN(load))
                known[count++] = load;
        }

        if (count == 0)
            return 0;
        double middle = Median(known[..count]);
        int taken = 0;
        for (int i = 0; i < rises.Length; i++)
        {
            if (loads[i] <= middle)
                quiet[taken++] = rises[i];
        }

        return taken;
    }

    private static SenSlope LineOf(ReadOnlySpan<double> rises, double perDay)
    {
        int order = 0;
        foreach (double rise in rises)
            order += Math.Sign(rise);
        // The 95 % interval of a median lies between these two of the values in order.
        double half = .98 / Math.Sqrt(rises.Length);
        return new SenSlope(
            perDay / 24,
            Math.Min(perDay, Quantile(rises, .5 - half)) / 24,
            Math.Max(perDay, Quantile(rises, .5 + half)) / 24,
            (double)order / rises.Length);
    }

    private static double LargestTurn(ReadOnlySpan<double> rises)
    {
        double largest = 0;
        for (int i = 2; i < rises.Length; i++)
        {
            double turn = Math.Abs(rises[i] - rises[i - 2]);
            // What is not known is no turn.
            largest = turn > largest ? turn : largest;
        }

        return largest;
    }
}
