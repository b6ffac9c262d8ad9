namespace Cgmemd.Core.Rules;

/// <summary>Where a rule stands for one unit.</summary>
public enum RulePhase : byte
{
    /// <summary>The condition does not hold.</summary>
    Inactive,

    /// <summary>It holds, but not yet for as long as <c>for</c> asks.</summary>
    Pending,

    /// <summary>The alert is on.</summary>
    Firing,

    /// <summary>The alert is on; the condition has ended, but not yet for <c>keep_firing_for</c>.</summary>
    Clearing,
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

    /// <summary>The worst value of the alert that is on or was on last.</summary>
    public ulong PeakValue { get; set; }

    /// <summary>The level of the alert that is on or was on last, from 1.</summary>
    public byte Level { get; set; }

    /// <summary>The level of the alert that is on; 0 when none is.</summary>
    public readonly byte FiringLevel => IsFiring ? Level : (byte)0;

    /// <summary>Since when a higher level holds that <c>for</c> still keeps back; 0 for none.</summary>
    public long RisingSinceUs { get; set; }

    /// <summary>When the alert that is on was last told; 0 while it was not, for it is muted.</summary>
    public long ToldUs { get; set; }

    /// <summary>
    /// The level that was told of the alert that is on: the highest of late. One that was told a moment ago, and left,
    /// is no news when it comes back.
    /// </summary>
    public byte ToldLevel { get; set; }

    /// <summary>Since when the alert is on at a lower level than was told; 0 for not.</summary>
    public long FallenSinceUs { get; set; }

    /// <summary>Whether it was said of this alert that it is muted.</summary>
    public bool IsSuppressionTold { get; set; }

    /// <summary>Whether an alert is on that nobody was told of, or not of its level.</summary>
    public readonly bool IsUntold => IsFiring && (ToldUs == 0 || Level > ToldLevel);

    /// <summary>Whether an alert is on.</summary>
    public readonly bool IsFiring => Phase is RulePhase.Firing or RulePhase.Clearing;

    /// <summary>Arms the rule anew, as for a new invocation. The count of episodes goes on.</summary>
    public void Rearm(long nowUs) => this = new RuleState
    {
        SinceUs = nowUs,
        Episode = Episode,
        PeakValue = PeakValue,
    };
}
