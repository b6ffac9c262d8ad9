namespace Cgmemd.Core.History;

/// <summary>
/// One field over one span. For a single sample all four are that sample's. A counter has its last value in all four.
/// </summary>
public readonly record struct FieldSummary(ulong Min, ulong Max, ulong Mean, ulong Last)
{
    public static FieldSummary Of(ulong value) => new(value, value, value, value);
}

/// <summary>
/// What is known of one unit over one step of time. <c>ulong.MaxValue</c> of a limit's field stands for the kernel's
/// <c>max</c>; see <see cref="HistoryFields.NoLimit"/>.
/// </summary>
public sealed class HistoryRow
{
    /// <summary>The time of the sample, or of the step's beginning.</summary>
    public required HistoryTime Time { get; init; }

    /// <summary>CLOCK_REALTIME in microseconds of the last sample in it.</summary>
    public required long LastUs { get; init; }

    /// <summary>How many samples are in it; never 0, for a step without any is left out.</summary>
    public required uint Samples { get; init; }

    /// <summary>Which life of the unit it belongs to.</summary>
    public required Invocation Invocation { get; init; }

    /// <summary>In the order of the fields asked for; null where absent.</summary>
    public required FieldSummary?[] Values { get; init; }
}
