using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// The sum over all units of the rule above a bound, or above some of several: it is judged of the group, which is
/// observed as one unit whose limit is the host's memory. See <see cref="BudgetTrack"/>.
/// </summary>
/// <param name="Metric">The value that is summed.</param>
/// <param name="Levels">From the least grave to the gravest, each above the one before; at least one.</param>
public sealed record BudgetCondition(Metric Metric, IReadOnlyList<Level> Levels) : LadderCondition(Metric, Levels)
{
    /// <summary>What the key begins with: the value is a sum, not one unit's.</summary>
    public const string KeyPrefix = "budget.";

    public override string Kind => "budget";

    public override string On => KeyPrefix + Metrics.Key(Metric);

    /// <summary>The host's memory: what <see cref="BudgetTrack"/> gives as the limit of the group.</summary>
    public override ByteLimit LimitOf(in Limits limits) => limits.EffectiveMax;
}
