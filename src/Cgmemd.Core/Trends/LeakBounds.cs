namespace Cgmemd.Core.Trends;

/// <summary>How strict the tests of a leak are: the shorter the time that was seen, the stricter.</summary>
/// <param name="Scale">What growth is measured against, in bytes.</param>
/// <param name="MinGrowth">The least growth over the span, as a share of the scale.</param>
/// <param name="MinTau">The least Kendall's tau.</param>
/// <param name="MinLastThird">The least slope of the last third, as a share of the whole's.</param>
/// <param name="MaxLastThird">The greatest.</param>
/// <param name="MaxSteps">The most that the three largest steps may make of the growth.</param>
/// <param name="MaxHoursLeft">The longest way to the end of the scale, in hours.</param>
internal readonly record struct LeakBounds(
    double Scale,
    double MinGrowth,
    double MinTau,
    double MinLastThird,
    double MaxLastThird,
    double MaxSteps,
    double MaxHoursLeft)
{
    // Below half a day a cache that fills, a start-up and a morning look like leaks: only what cannot wait is called
    // one. Below two and a half days there is no second day to compare the next with.
    private const double HalfDay = 12;
    private const double Days = 60;

    private const double Any = double.PositiveInfinity;

    /// <summary>The bounds for so many hours of a floor.</summary>
    public static LeakBounds Of(double hours, double scale) => hours switch
    {
        < HalfDay => new(scale, .08, .95, .9, 1.3, .5, 12),
        < Days => new(scale, .05, .7, .85, Any, .6, Any),
        _ => new(scale, .05, .6, .7, Any, .55, Any),
    };
}
