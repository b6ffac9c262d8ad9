namespace Cgmemd.Core.Trends;

/// <summary>The sentences of a <see cref="TrendReport"/>.</summary>
internal static class TrendReasons
{
    public const string Insufficient = "Less than two hours and twelve buckets have been seen after the first hour.";

    public const string Leaking = "The floor rises steadily and does not slow down.";

    public const string LeakingDaily = "At the same quiet hours, each day is above the day before by about as much.";

    public const string LeakingKept = "What is not given back after bursts and collections rises steadily.";

    /// <summary>Why it is no leak.</summary>
    public static string Of(TrendVerdict verdict, LeakGuard guard) => (verdict, guard) switch
    {
        (TrendVerdict.Falling, _) => "The floor falls.",
        (TrendVerdict.Plateau, LeakGuard.Slowing) => "The floor has risen, and come to rest.",
        (TrendVerdict.Plateau, _) => "The floor has not risen by 5 % of the limit, or of four times its first level.",
        (TrendVerdict.Bounded, LeakGuard.Slowing) => "It goes up and down, and the floor rises no longer.",
        (TrendVerdict.Bounded, _) => "It goes up and down, and comes back to its floor.",
        (_, LeakGuard.Disordered) => "The floor rises, but what is later is not reliably higher.",
        (_, LeakGuard.Slowing) => "The floor rises more slowly than it did.",
        (_, LeakGuard.Quickening) => "The floor rises faster than it did: too little of that has been seen.",
        (_, LeakGuard.Steps) => "A few steps make most of the growth.",
        (_, LeakGuard.CanWait) => "Less than half a day has been seen, and the limit is more than half a day off.",
        _ => "The floor rises, but part of the time it did not.",
    };
}
