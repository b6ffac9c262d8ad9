namespace Cgmemd.Core.Rules;

/// <summary>How often the actions of one rule may be done for one unit: each time, its whole list once.</summary>
/// <param name="Cooldown">The shortest time between two times.</param>
/// <param name="Limit">How many times within the window.</param>
/// <param name="Window">The window.</param>
/// <param name="Jitter">They are put off by up to this, so that many units do not act at once.</param>
public sealed record ActionLimits(TimeSpan Cooldown, int Limit, TimeSpan Window, TimeSpan Jitter)
{
    /// <summary>Longer is not remembered.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(7);

    public static ActionLimits Default { get; } =
        new(TimeSpan.FromMinutes(10), 3, TimeSpan.FromHours(1), TimeSpan.Zero);
}
