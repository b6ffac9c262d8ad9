using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Samples;

/// <summary>
/// When to look again: the nearer a unit is to the next line it may cross, and the faster it fills, the sooner.
/// </summary>
/// <remarks>
/// earlyoom sleeps for headroom / fill rate with a fixed rate for the whole host; a service's rate is observed, and a
/// floor under it stands for the burst that has not begun yet.
/// </remarks>
public static class Pace
{
    /// <summary>
    /// A unit is taken to be able to fill the whole way from zero to its ceiling in this many seconds.
    /// </summary>
    private const double FillSeconds = 20;

    /// <summary>
    /// The share of the time to the crossing that is slept: the rest is looked at again, so that a fill that grows
    /// faster meanwhile is still met before it crosses.
    /// </summary>
    private const double Caution = 0.5;

    /// <summary>The time to the next reading.</summary>
    /// <param name="current">memory.current in bytes.</param>
    /// <param name="bytesPerSecond">How fast it grew between the last two readings; negative when it shrank.</param>
    /// <param name="ceiling">
    /// The next line above it, in bytes: a rule's bound or the limit; null when there is none.
    /// </param>
    /// <param name="sampling">The interval and its lower bound.</param>
    public static TimeSpan Next(ulong current, double bytesPerSecond, ulong? ceiling, SamplingOptions sampling)
    {
        if (ceiling is not { } line || line == 0)
            return sampling.Interval;
        if (current >= line)
            return sampling.MinInterval;
        double rate = Math.Max(bytesPerSecond, line / FillSeconds);
        double seconds = (line - current) / rate * Caution;
        return seconds >= sampling.Interval.TotalSeconds ? sampling.Interval
            : seconds <= sampling.MinInterval.TotalSeconds ? sampling.MinInterval
            : TimeSpan.FromSeconds(seconds);
    }
}
