using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>The limit a percentage refers to: the least finite of the file over the cgroup and its ancestors.</summary>
public enum LimitFile
{
    MemoryMax,
    MemoryHigh,
}

/// <summary>A value of one unit above a bound, or above some of several.</summary>
/// <param name="Metric">The value compared.</param>
/// <param name="Levels">From the least grave to the gravest, each above the one before; at least one.</param>
/// <param name="Of">What a percentage is of.</param>
public sealed record ThresholdCondition(Metric Metric, IReadOnlyList<Level> Levels, LimitFile Of)
    : LadderCondition(Metric, Levels)
{
    public override string Kind => "threshold";

    public override string On => Metrics.Key(Metric);

    public override ByteLimit LimitOf(in Limits limits) =>
        Of == LimitFile.MemoryHigh ? limits.EffectiveHigh : limits.EffectiveMax;
}
