namespace Cgmemd.Core.Rules;

/// <summary>Where a rule stands for one unit.</summary>
public enum RulePhase : byte
{
    /// <summary>The value is not above the bound.</summary>
    Inactive,

    /// <summary>Above the bound, but not yet for as long as <c>for</c> asks.</summary>
    Pending,

    /// <summary>The alert is on.</summary>
    Firing,

    /// <summary>
    /// The alert is on; the value is below <c>clear_below</c>, but not yet for <c>keep_firing_for</c>.
    /// </summary>
    Clearing,
}

/// <summary>What one evaluation brought about.</summary>
public enum RuleTransition : byte
{
    None,
    Fired,
    Resolved,
}

/// <summary>
/// The memory of one rule for one unit. Times are CLOCK_MONOTONIC in microseconds. It outlives the daemon: the state
/// file holds it.
/// </summary>
public struct RuleState
{
    /// <summary>Where the rule stands.</summary>
    public RulePhase Phase { get; set; }

    /// <summary>Since when it stands there.</summary>
    public long SinceUs { get; set; }

    /// <summary>When the alert that is on began to fire; 0 when none is on.</summary>
    public long FiringSinceUs { get; set; }

    /// <summary>How many times the rule has fired for this unit: the number of the alert.</summary>
    public uint Episode { get; set; }

    /// <summary>The highest value of the alert that is on or was on last.</summary>
    public ulong PeakValue { get; set; }

    /// <summary>Whether an alert is on.</summary>
    public readonly bool IsFiring => Phase is RulePhase.Firing or RulePhase.Clearing;

    /// <summary>Arms the rule anew, as for a new invocation. The count of episodes goes on.</summary>
    public void Rearm(long nowUs)
    {
        Phase = RulePhase.Inactive;
        SinceUs = nowUs;
        FiringSinceUs = 0;
    }
}
