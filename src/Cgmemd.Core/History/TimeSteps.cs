namespace Cgmemd.Core.History;

/// <summary>Steps of time that a person reads well.</summary>
public static class TimeSteps
{
    private static readonly TimeSpan[] Nice =
    [
        .. ((int[])[5, 10, 15, 30]).Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. ((int[])[1, 2, 5, 10, 15, 30]).Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. ((int[])[1, 2, 3, 6, 12]).Select(hours => TimeSpan.FromHours(hours)),
        .. ((int[])[1, 2, 7, 14, 28, 91, 182, 364]).Select(days => TimeSpan.FromDays(days)),
    ];

    /// <summary>The least that makes at most so many rows of a range; the largest if none does.</summary>
    public static TimeSpan Fit(HistoryRange range, int rows)
    {
        foreach (TimeSpan step in Nice)
        {
            // A range that begins within a step has a part in one more.
            if ((range.UntilUs - range.SinceUs) / (step.Ticks / TimeSpan.TicksPerMicrosecond) + 1 <= rows)
                return step;
        }

        return Nice[^1];
    }
}
