namespace Cgmemd.Core.History;

/// <summary>Steps of time that a person reads well.</summary>
public static class TimeSteps
{
    private const int Minute = 60, Hour = 60 * Minute, Day = 24 * Hour;

    // In seconds.
    private static readonly int[] Nice =
    [
        5, 10, 15, 30, Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute, Hour, 2 * Hour, 3 * Hour,
        6 * Hour, 12 * Hour, Day, 2 * Day, 7 * Day, 14 * Day, 28 * Day, 91 * Day, 182 * Day, 364 * Day,
    ];

    /// <summary>The least that makes at most so many rows of a range; the largest if none does.</summary>
    public static TimeSpan Fit(HistoryRange range, int rows)
    {
        foreach (int seconds in Nice)
        {
            // A range that begins within a step has a part in one more.
            if ((range.UntilUs - range.SinceUs) / (seconds * 1_000_000L) + 1 <= rows)
                return TimeSpan.FromSeconds(seconds);
        }

        return TimeSpan.FromSeconds(Nice[^1]);
    }
}
