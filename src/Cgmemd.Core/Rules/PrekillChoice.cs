namespace Cgmemd.Core.Rules;

/// <summary>Whose capture is taken before systemd-oomd kills a unit.</summary>
public static class PrekillChoice
{
    /// <summary>
    /// The rule that has a capture among its actions: one on systemd-oomd's kills before others, and one that is no dry
    /// run before one that is; null where none captures.
    /// </summary>
    public static RuleTrack? Of(IReadOnlyList<RuleTrack> rules)
    {
        (RuleTrack? best, int bestRank) = (null, 0);
        foreach (RuleTrack track in rules)
        {
            if (!Captures(track.Rule))
                continue;
            bool isOnKill = track.Rule.Condition is EventCondition { Source: EventSource.OomdKill };
            int rank = 1 + (isOnKill ? 1 : 0) + (track.Rule.DryRun ? 0 : 2);
            if (rank > bestRank)
                (best, bestRank) = (track, rank);
        }

        return best;
    }

    private static bool Captures(Rule rule)
    {
        foreach (RuleAction action in rule.Actions)
        {
            if (action is CaptureAction { IsFallback: false })
                return true;
        }

        return false;
    }
}
