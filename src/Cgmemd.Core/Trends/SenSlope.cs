namespace Cgmemd.Core.Trends;

/// <summary>
/// The Theil–Sen line through points, with its interval, and how well they are in order.
/// </summary>
/// <param name="PerHour">The median of the slopes between all pairs of points.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Tau">
/// Kendall's tau-a: the share of pairs that rise less the share of those that fall; -1 to 1, pairs that are level count
/// as neither.
/// </param>
/// <remarks>
/// P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the American Statistical
/// Association 63 (1968). Up to 29 % of the points may be anything. The interval takes the points for independent,
/// which minima of neighbouring buckets are not quite: the true one is wider.
/// </remarks>
internal readonly record struct SenSlope(double PerHour, double Low, double High, double Tau)
{
    // Of the normal distribution, 95 %, both sides.
    private const double Z = 1.96;

    // Single precision takes half the stack, and its seven digits are more than a slope has.
    private const int MaxPairs = FloorSeries.Capacity * (FloorSeries.Capacity - 1) / 2;

    /// <summary>The line through at least two points of rising time.</summary>
    public static SenSlope Of(ReadOnlySpan<double> hours, ReadOnlySpan<double> bytes)
    {
        Span<float> slopes = stackalloc float[MaxPairs];
        int pairs = 0;
        int order = 0;
        for (int i = 0; i < hours.Length; i++)
        {
            for (int j = i + 1; j < hours.Length; j++)
            {
                double rise = bytes[j] - bytes[i];
                order += Math.Sign(rise);
                slopes[pairs++] = (float)(rise / (hours[j] - hours[i]));
            }
        }

        slopes = slopes[..pairs];
        slopes.Sort();
        double n = hours.Length;
        double spread = Z * Math.Sqrt(n * (n - 1) * ((2 * n) + 5) / 18);
        int low = Math.Clamp((int)((pairs - spread) / 2), 0, pairs - 1);
        return new SenSlope(MedianOf(slopes), slopes[low], slopes[pairs - 1 - low], (double)order / pairs);
    }

    private static double MedianOf(ReadOnlySpan<float> sorted) =>
        ((double)sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
