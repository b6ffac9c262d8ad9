namespace Cgmemd.Core.Rules;

/// <summary>What one evaluation brought about.</summary>
public enum RuleTransition : byte
{
    None,

    /// <summary>The alert is on from now on.</summary>
    Fired,

    /// <summary>The alert that is on has risen to a higher level.</summary>
    Escalated,

    /// <summary>The alert is still on, and it is time to say so again.</summary>
    Repeated,

    Resolved,
}

/// <summary>What is to be told of it.</summary>
public enum RuleNotice : byte
{
    None,
    Fire,
    Escalate,
    Repeat,
    Resolve,

    /// <summary>An alert is on and will not be told, for it is muted; said once for each alert.</summary>
    Suppress,
}

/// <summary>
/// The life of an alert, the same for all kinds of conditions: inactive → pending (<c>for</c>) → firing → clearing
/// (<c>keep_firing_for</c>) → inactive. Pure: all it knows are its arguments.
/// </summary>
public static class RuleEngine
{
    /// <summary>
    /// After so long at a lower level, a rise is news again: a sawtooth between two levels would else be told at each
    /// tooth.
    /// </summary>
    private const long ForgetLevelUs = 600_000_000;

    /// <summary>Takes one finding into account. What is not known changes nothing.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="state">Where it stands for the unit.</param>
    /// <param name="found">What its condition found.</param>
    /// <param name="startedUs">When the invocation began.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public static RuleTransition Step(
        Rule rule, ref RuleState state, in Finding found, long startedUs, long nowUs)
    {
        if (!found.IsKnown)
            return RuleTransition.None;
        if (state.IsFiring)
            return StepFiring(rule, ref state, found, nowUs);
        bool isWarmingUp = rule.StartupGrace > TimeSpan.Zero && nowUs - startedUs < ToUs(rule.StartupGrace);
        if (found.Level == 0 || isWarmingUp)
        {
            Enter(ref state, RulePhase.Inactive, nowUs);
            return RuleTransition.None;
        }

        Enter(ref state, RulePhase.Pending, nowUs);
        if (nowUs - state.SinceUs < ToUs(rule.For))
            return RuleTransition.None;
        Enter(ref state, RulePhase.Firing, nowUs);
        state.FiringSinceUs = nowUs;
        state.Episode++;
        state.PeakValue = found.Value;
        state.Level = found.Level;
        return RuleTransition.Fired;
    }

    /// <summary>
    /// Decides what is told. An alert that fires or rises while it is muted is told when that ends, if it is still on;
    /// one that never was told resolves without a word.
    /// </summary>
    public static RuleNotice Tell(ref RuleState state, RuleTransition transition, bool isMuted, long nowUs)
    {
        if (transition == RuleTransition.Resolved)
        {
            bool wasTold = state.ToldUs != 0;
            (state.ToldUs, state.ToldLevel, state.FallenSinceUs, state.IsSuppressionTold) = (0, 0, 0, false);
            return wasTold ? RuleNotice.Resolve : RuleNotice.None;
        }

        ForgetLevel(ref state, nowUs);
        bool isUntold = state.IsUntold;
        if (!isUntold && (transition != RuleTransition.Repeated || isMuted))
            return RuleNotice.None;
        if (isMuted)
        {
            bool isNews = !state.IsSuppressionTold;
            state.IsSuppressionTold = true;
            return isNews ? RuleNotice.Suppress : RuleNotice.None;
        }

        RuleNotice notice = !isUntold ? RuleNotice.Repeat : state.ToldUs == 0 ? RuleNotice.Fire : RuleNotice.Escalate;
        (state.ToldUs, state.ToldLevel, state.IsSuppressionTold) =
            (nowUs, Math.Max(state.Level, state.ToldLevel), false);
        return notice;
    }

    /// <summary>
    /// When the rule is to be judged again though nothing changes, for a time of its own runs out; null for never.
    /// </summary>
    public static long? Deadline(Rule rule, in RuleState state) => state.Phase switch
    {
        RulePhase.Pending => state.SinceUs + ToUs(rule.For),
        RulePhase.Clearing => state.SinceUs + ToUs(rule.KeepFiringFor),
        RulePhase.Firing when state.RisingSinceUs != 0 => state.RisingSinceUs + ToUs(rule.For),
        _ => null,
    };

    private static RuleTransition StepFiring(Rule rule, ref RuleState state, in Finding found, long nowUs)
    {
        state.PeakValue = rule.Condition.IsWorseBelow
            ? Math.Min(state.PeakValue, found.Value)
            : Math.Max(state.PeakValue, found.Value);
        if (found.Level == 0)
        {
            state.RisingSinceUs = 0;
            Enter(ref state, RulePhase.Clearing, nowUs);
            if (nowUs - state.SinceUs < ToUs(rule.KeepFiringFor))
                return RuleTransition.None;
            Enter(ref state, RulePhase.Inactive, nowUs);
            return RuleTransition.Resolved;
        }

        Enter(ref state, RulePhase.Firing, nowUs);
        return Rise(rule, ref state, found.Level, nowUs);
    }

    private static RuleTransition Rise(Rule rule, ref RuleState state, byte level, long nowUs)
    {
        if (level > state.Level)
        {
            if (state.RisingSinceUs == 0)
                state.RisingSinceUs = nowUs;
            if (nowUs - state.RisingSinceUs < ToUs(rule.For))
                return RuleTransition.None;
            (state.Level, state.RisingSinceUs) = (level, 0);
            return RuleTransition.Escalated;
        }

        (state.Level, state.RisingSinceUs) = (level, 0);
        bool isDue = rule.RepeatInterval > TimeSpan.Zero && state.ToldUs != 0
            && nowUs - state.ToldUs >= ToUs(rule.RepeatInterval);
        return isDue ? RuleTransition.Repeated : RuleTransition.None;
    }

    private static void ForgetLevel(ref RuleState state, long nowUs)
    {
        if (state.Level >= state.ToldLevel)
            state.FallenSinceUs = 0;
        else if (state.FallenSinceUs == 0)
            state.FallenSinceUs = nowUs;
        else if (nowUs - state.FallenSinceUs >= ForgetLevelUs)
            (state.ToldLevel, state.FallenSinceUs) = (state.Level, 0);
    }

    private static void Enter(ref RuleState state, RulePhase phase, long nowUs)
    {
        if (state.Phase == phase)
            return;
        state.Phase = phase;
        state.SinceUs = nowUs;
    }

    private static long ToUs(TimeSpan span) => (long)span.TotalMicroseconds;
}
