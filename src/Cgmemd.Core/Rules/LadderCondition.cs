using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>One rung of a ladder.</summary>
/// <param name="Above">Holds when the value is above this.</param>
/// <param name="ClearBelow">Ends when the value is below this; at most <paramref name="Above"/>.</param>
/// <param name="Severity">How grave it is.</param>
public readonly record struct Level(Bound Above, Bound ClearBelow, Severity Severity);

/// <summary>A value above a bound, or above some of several: a ladder, whose alert rises from level to level.</summary>
/// <param name="Metric">The value compared.</param>
/// <param name="Levels">From the least grave to the gravest, each above the one before; at least one.</param>
public abstract record LadderCondition(Metric Metric, IReadOnlyList<Level> Levels) : Condition
{
    public override bool IsQuick => Metric == Metric.MemoryCurrent;

    /// <summary>What a share in this rule is of.</summary>
    public abstract ByteLimit LimitOf(in Limits limits);

    /// <summary>
    /// The next bound that the value may cross upwards, in bytes; null above the last, or where a share is of no limit.
    /// </summary>
    /// <param name="limits">The unit's.</param>
    /// <param name="level">The level that holds already.</param>
    public ulong? NextAbove(in Limits limits, byte level) =>
        level < Levels.Count ? Levels[level].Above.Resolve(LimitOf(limits)) : null;

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        ByteLimit limit = LimitOf(seen.Limits);
        if (!seen.Sample.TryGet(Metric, out ulong value) || Levels[0].Above.Resolve(limit) is not { } threshold)
            return Finding.Unknown;
        if (Metric == Metric.MemoryCurrent)
            value = Math.Max(value, seen.Crossed);
        byte found = 0;
        for (int i = 0; i < Levels.Count; i++)
        {
            // Levels are shares of one limit, or sizes: where the first has a bound in bytes, all have one.
            ulong above = Levels[i].Above.Resolve(limit)!.Value;
            bool holds = value > above || (i < level && value >= Levels[i].ClearBelow.Resolve(limit)!.Value);
            if (!holds)
                continue;
            found = (byte)(i + 1);
            threshold = above;
        }

        return new Finding(IsKnown: true, found, value, threshold);
    }
}
