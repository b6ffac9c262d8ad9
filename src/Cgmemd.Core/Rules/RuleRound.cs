using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>All rules of one unit, judged together.</summary>
public static class RuleRound
{
    /// <summary>
    /// Has each rule take a sample into account, before anything is told of any: which of them inhibit others is known
    /// only then.
    /// </summary>
    /// <param name="tracks">The unit's rules.</param>
    /// <param name="seen">The unit as it is now.</param>
    /// <param name="startedUs">When the invocation began.</param>
    /// <param name="isDue">Which conditions the sample tells enough for; the others stay as they are.</param>
    public static void Step(
        RuleTrack[] tracks, in Observation seen, long startedUs, Func<Condition, bool> isDue)
    {
        foreach (RuleTrack track in tracks)
        {
            if (isDue(track.Rule.Condition))
                track.Step(seen, startedUs);
            else
                track.Pass();
        }
    }

    /// <summary>Why nothing is to be told of a rule: another that fires; null where none inhibits it.</summary>
    public static string? InhibitedBy(RuleTrack[] tracks, Rule rule) =>
        Inhibitor(tracks, rule) is { } other ? $"inhibited by the rule {other.Rule.Name}" : null;

    /// <summary>The rule that fires and inhibits this one; null where none does.</summary>
    public static RuleTrack? Inhibitor(RuleTrack[] tracks, Rule rule)
    {
        if (rule.InhibitedBy.Count == 0)
            return null;
        foreach (RuleTrack other in tracks)
        {
            if (other.Rule != rule && other.State.IsFiring && Glob.IsMatchAny(rule.InhibitedBy, other.Rule.Name))
                return other;
        }

        return null;
    }
}
