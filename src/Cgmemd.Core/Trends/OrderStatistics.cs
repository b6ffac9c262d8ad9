namespace Cgmemd.Core.Trends;

/// <summary>Figures of at most <see cref="FloorSeries.Capacity"/> values by their order, on the stack.</summary>
internal static class OrderStatistics
{
    public static double Median(ReadOnlySpan<double> values)
    {
        Span<double> sorted = stackalloc double[FloorSeries.Capacity];
        sorted = Sort(values, sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that this share of them is below.</summary>
    public static double Quantile(ReadOnlySpan<double> values, double share)
    {
        Span<double> sorted = stackalloc double[FloorSeries.Capacity];
        sorted = Sort(values, sorted);
        return sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }

    public static double Least(ReadOnlySpan<double> values)
    {
        double least = values[0];
        foreach (double value in values)
            least = Math.Min(least, value);
        return least;
    }

    private static Span<double> Sort(ReadOnlySpan<double> values, Span<double> sorted)
    {
        sorted = sorted[..values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        return sorted;
    }
}
