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
        foreach (RuleTrack track in group.Rules)
        {
            if (track.Rule.Condition is not ThresholdCondition threshold
                || track.State.Phase == RulePhase.Pending
                || threshold.Metric is Metric.Pss or Metric.MemorySwapCurrent
                || threshold.NextAbove(group.Limits, track.State.FiringLevel) is not { } bound
                || !group.Sample.TryGet(threshold.Metric, out ulong value)
                || value > bound)
            {
                continue;
            }

            ulong line = threshold.IsQuick ? bound : current + (bound - value);
            if (nearest.Bytes is not { } before || line < before)
                nearest = new Ceiling(line, !threshold.IsQuick);
        }

        return nearest;
    }

    private static ulong? LimitAhead(ByteLimit limit, ulong current) =>
        limit.IsFinite && current < limit.Bytes * AtLimit ? limit.Bytes : null;
}
