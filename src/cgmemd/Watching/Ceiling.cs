using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Daemon.Watching;

/// <summary>
/// The next line a group may cross as it grows, put as a value of memory.current: what decides how soon it is read
/// again, and whether memory.current alone tells enough.
/// </summary>
/// <param name="Bytes">The line; null when there is none to expect.</param>
/// <param name="NeedsFullRead">The line is on another value than memory.current.</param>
internal readonly record struct Ceiling(ulong? Bytes, bool NeedsFullRead)
{
    /// <summary>
    /// Above this share of its limit a group has no line left to cross: what comes then, reclaim and OOM kills,
    /// memory.events tells at once. A service whose page cache fills its limit may stay there for ever.
    /// </summary>
    private const double AtLimit = 0.99;

    public static Ceiling Of(WatchedGroup group, ulong current)
    {
        var nearest = new Ceiling(LimitAhead(group.Limits.EffectiveMax, current), NeedsFullRead: false);
        for (int i = 0; i < group.Rules.Length; i++)
        {
            Rule rule = group.Rules[i];
            if (group.RuleStates[i].Phase != RulePhase.Inactive
                || rule.On is Metric.Pss or Metric.MemorySwapCurrent
                || rule.Above.Resolve(Threshold.LimitOf(rule, group.Limits)) is not { } bound
                || !group.Sample.TryGet(rule.On, out ulong value)
                || value > bound)
            {
                continue;
            }

            ulong line = rule.On == Metric.MemoryCurrent ? bound : current + (bound - value);
            if (nearest.Bytes is not { } before || line < before)
                nearest = new Ceiling(line, rule.On != Metric.MemoryCurrent);
        }

        return nearest;
    }

    private static ulong? LimitAhead(ByteLimit limit, ulong current) =>
        limit.IsFinite && current < limit.Bytes * AtLimit ? limit.Bytes : null;
}
