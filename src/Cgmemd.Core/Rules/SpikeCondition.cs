using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>Where the baseline of a spike is from.</summary>
public enum BaselineKind
{
    /// <summary>
    /// The low at which the invocation first came to rest: it is learned once, and holds as long as the invocation.
    /// </summary>
    Settled,

    /// <summary>The lower quartile of the lows of a window that slides.</summary>
    Rolling,

    /// <summary>A size in the file.</summary>
    Fixed,
}

/// <summary>What a spike rises from.</summary>
/// <param name="Kind">Where it is from.</param>
/// <param name="Bytes">The size, where it is fixed.</param>
public readonly record struct SpikeBaseline(BaselineKind Kind, ulong Bytes = 0);

/// <summary>
/// A value has risen above its baseline by more than so much. The alert lasts until the value has come back, and rises
/// by a level with each new peak that is well above the last one told.
/// </summary>
/// <param name="Metric">The value.</param>
/// <param name="Baseline">What it rises from.</param>
/// <param name="Rise">Holds above the baseline plus this: bytes, or a share of the baseline.</param>
/// <param name="Rearm">Ends below the baseline plus this; at most <paramref name="Rise"/>.</param>
public sealed record SpikeCondition(Metric Metric, SpikeBaseline Baseline, Bound Rise, Bound Rearm) : Condition
{
    /// <summary>A peak this far above the last one told is told too.</summary>
    public Bound NewPeak { get; init; } = Rise;

    /// <summary>Lows that differ by no more than this are the same.</summary>
    public Bound Noise { get; init; } = TenthOf(Rise);

    /// <summary>A value whose lows stay the same for so long has settled.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So long after the peak the verdict is given even if nothing has settled.</summary>
    public TimeSpan ReturnWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Over how long a rolling baseline is taken.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    public override string Kind => "spike";

    public override string On => Metrics.Key(Metric);

    public override RuleMemory NewMemory() => new SpikeMemory(this);

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level) =>
        seen.Sample.TryGet(Metric, out ulong value)
            ? ((SpikeMemory)memory!).Take(value, seen.NowUs, level)
            : Finding.Unknown;

    /// <summary>Half of a rise: where a spike ends whose rule does not say.</summary>
    public static Bound HalfOf(Bound rise) => Part(rise, 2);

    /// <summary>A tenth of a rise: the noise of a rule that does not say.</summary>
    public static Bound TenthOf(Bound rise) => Part(rise, 10);

    private static Bound Part(Bound rise, uint divisor) => rise.IsShare
        ? Bound.OfShare(Math.Max(1, (uint)rise.Value / divisor))
        : Bound.OfBytes(Math.Max(1, rise.Value / divisor));
}
