using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// The judgement of a threshold rule: inactive → pending (<c>for</c>) → firing → clearing (<c>keep_firing_for</c>)
/// → inactive. Pure: all it knows are its arguments.
/// </summary>
public static class Threshold
{
    /// <summary>
    /// Takes one sample into account. An absent value, or a share of a limit that does not exist, changes nothing:
    /// what is not known neither fires nor resolves.
    /// </summary>
    public static RuleTransition Step(
        Rule rule, ref RuleState state, in Sample sample, in Limits limits, long nowUs)
    {
        ByteLimit limit = LimitOf(rule, limits);
        return sample.TryGet(rule.On, out ulong value)
            && rule.Above.Resolve(limit) is { } above
            && rule.ClearBelow.Resolve(limit) is { } clearBelow
            ? Step(rule, ref state, value, above, clearBelow, nowUs)
            : RuleTransition.None;
    }

    /// <summary>The limit a share in this rule is of.</summary>
    public static ByteLimit LimitOf(Rule rule, in Limits limits) =>
        rule.Of == LimitFile.MemoryHigh ? limits.EffectiveHigh : limits.EffectiveMax;

    private static RuleTransition Step(
        Rule rule, ref RuleState state, ulong value, ulong above, ulong clearBelow, long nowUs)
    {
        if (state.IsFiring)
            return StepFiring(rule, ref state, value, clearBelow, nowUs);
        if (value <= above)
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
        state.PeakValue = value;
        return RuleTransition.Fired;
    }

    private static RuleTransition StepFiring(
        Rule rule, ref RuleState state, ulong value, ulong clearBelow, long nowUs)
    {
        state.PeakValue = Math.Max(state.PeakValue, value);
        if (value >= clearBelow)
        {
            Enter(ref state, RulePhase.Firing, nowUs);
            return RuleTransition.None;
        }

        Enter(ref state, RulePhase.Clearing, nowUs);
        if (nowUs - state.SinceUs < ToUs(rule.KeepFiringFor))
            return RuleTransition.None;
        Enter(ref state, RulePhase.Inactive, nowUs);
        return RuleTransition.Resolved;
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
