using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// A unit that does the same again and again keeps more than so much of each time. A cycle is what lies between two
/// marks; what counts of it is its low, when all that is given back has been.
/// </summary>
/// <param name="Metric">The value.</param>
/// <param name="Mark">A glob over the texts of marks: those that end a cycle and begin the next.</param>
/// <param name="Above">Holds when more than so many bytes a cycle are kept.</param>
/// <param name="ClearBelow">Ends when it is less than this; at most <paramref name="Above"/>.</param>
/// <param name="MinCycles">With fewer cycles it is not known; at least 2.</param>
/// <param name="Cycles">So many of the last cycles count, at least <paramref name="MinCycles"/>.</param>
/// <param name="Settle">
/// Only the low of so long after the mark counts, as the unit is to rest then; zero for all of the cycle.
/// </param>
public sealed record CycleCondition(
    Metric Metric, string Mark, ulong Above, ulong ClearBelow, int MinCycles, int Cycles, TimeSpan Settle) : Condition
{
    /// <summary>More cycles than this cannot count.</summary>
    public const int MostCycles = 50;

    public override string Kind => "cycle";

    public override string On => Metrics.Key(Metric);

    public override RuleMemory NewMemory() => new CycleMemory(this);

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        if (!seen.Sample.TryGet(Metric, out ulong value))
            return Finding.Unknown;
        var cycles = (CycleMemory)memory!;
        cycles.Take(value, seen.NowUs);
        if (cycles.Residual is not { } residual)
            return Finding.Unknown;
        ulong kept = (ulong)Math.Max(0, residual.BytesPerCycle);
        return Finding.Of(kept > Above, kept < ClearBelow, level, kept, Above);
    }
}

/// <summary>What a unit keeps of each cycle.</summary>
/// <param name="Cycles">Over how many.</param>
/// <param name="BytesPerCycle">The growth of the lows; below zero where they fall.</param>
/// <param name="BytesPerOperation">
/// The same by the work counter of the marks; null where fewer than two cycles have one that grows.
/// </param>
public readonly record struct CycleResidual(int Cycles, double BytesPerCycle, double? BytesPerOperation);
