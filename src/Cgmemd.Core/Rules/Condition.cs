using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>What the numbers of a rule are.</summary>
public enum ValueUnit : byte
{
    Bytes,

    /// <summary>How often something happened.</summary>
    Count,

    /// <summary>Hundredths of a percent, as systemd counts shares.</summary>
    Permyriad,

    Microseconds,
}

/// <summary>
/// What must hold of a unit for a rule to fire. A condition is configuration and never changes; what it must remember
/// of one unit is its <see cref="RuleMemory"/>.
/// </summary>
public abstract record Condition
{
    /// <summary>The kind, as <c>kind = </c> has it.</summary>
    public abstract string Kind { get; }

    /// <summary>The key of the value that is judged: the kernel's own where there is one.</summary>
    public abstract string On { get; }

    /// <summary>What the value is.</summary>
    public virtual ValueUnit Unit => ValueUnit.Bytes;

    /// <summary>Whether a reading of memory.current alone is enough to judge.</summary>
    public virtual bool IsQuick => false;

    /// <summary>Whether a lower value is the worse one.</summary>
    public virtual bool IsWorseBelow => false;

    /// <summary>A memory for one more unit; null where the condition needs none.</summary>
    public virtual RuleMemory? NewMemory() => null;

    /// <summary>Prepares the memory of a unit that is known already, whose past is not news.</summary>
    public virtual void BeginLate(RuleMemory memory, in Observation seen)
    {
    }

    /// <summary>
    /// Judges one sample. Pure but for the memory, which takes the sample in: it is to be called once a sample.
    /// </summary>
    /// <param name="memory">The unit's own, from <see cref="NewMemory"/>.</param>
    /// <param name="seen">The unit as it is now.</param>
    /// <param name="level">The level of the alert that is on; 0 when none is.</param>
    public abstract Finding Judge(RuleMemory? memory, in Observation seen, byte level);
}

/// <summary>What a condition remembers of one invocation of one unit, beyond the state of the alert.</summary>
public abstract class RuleMemory
{
    /// <summary>Forgets all, as for a new invocation.</summary>
    public abstract void Clear();

    /// <summary>
    /// What the state file is to keep, so that a restart of the daemon forgets nothing: numbers in an order of the
    /// kind's own. Times in it are CLOCK_MONOTONIC, and hold for one boot.
    /// </summary>
    public abstract long[] Save();

    /// <summary>
    /// Takes over what <see cref="Save"/> gave; false, and nothing taken over, where it is of another kind.
    /// </summary>
    public abstract bool TryLoad(ReadOnlySpan<long> saved);
}

/// <summary>What a condition finds.</summary>
/// <param name="IsKnown">
/// Whether it could be judged at all. What is not known neither fires nor resolves, and arms nothing anew.
/// </param>
/// <param name="Level">The level that holds, from 1 where there is but one; 0 when none does.</param>
/// <param name="Value">The value judged, in <see cref="Condition.Unit"/>.</param>
/// <param name="Threshold">The bound of that level, or of the first where none holds; in the same unit.</param>
public readonly record struct Finding(bool IsKnown, byte Level, ulong Value, ulong Threshold)
{
    /// <summary>The value is absent, or there is no limit for it to be a share of.</summary>
    public static Finding Unknown => default;

    /// <summary>
    /// The finding of a condition with two bounds and one level: it holds beyond the first, and goes on to hold until
    /// the second.
    /// </summary>
    public static Finding Of(bool holds, bool clears, byte level, ulong value, ulong threshold) =>
        new(IsKnown: true, holds ? (byte)1 : clears ? (byte)0 : level, value, threshold);
}

/// <summary>One unit at one instant, as conditions see it.</summary>
public readonly ref struct Observation
{
    private readonly ref readonly Sample _sample;
    private readonly ref readonly Limits _limits;

    public Observation(in Sample sample, in Limits limits, long nowUs)
    {
        _sample = ref sample;
        _limits = ref limits;
        NowUs = nowUs;
    }

    /// <summary>The latest sample.</summary>
    public ref readonly Sample Sample => ref _sample;

    /// <summary>The limits at that time.</summary>
    public ref readonly Limits Limits => ref _limits;

    /// <summary>CLOCK_MONOTONIC in microseconds.</summary>
    public long NowUs { get; }

    /// <summary>
    /// Whether the counters of the kernel began at zero under our eyes; of a unit that ran before, what they count at
    /// first is the past.
    /// </summary>
    public bool IsFresh { get; init; }

    /// <summary>When the invocation began, on the same clock.</summary>
    public long StartedUs { get; init; }

    /// <summary>
    /// memory.current was at least this since the reading before, as the kernel told by a tripwire, whatever it is now;
    /// 0 where it told nothing.
    /// </summary>
    public ulong Crossed { get; init; }

    /// <summary>OOM kills reported of this invocation: also one that only systemd told of, when all was over.</summary>
    public ulong OomKills { get; init; }

    /// <summary>Those of them that were systemd-oomd's; null where that is not known, as of the past.</summary>
    public ulong? OomdKills { get; init; }
}
