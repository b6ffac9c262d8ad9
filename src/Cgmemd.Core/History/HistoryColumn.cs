using Cgmemd.Core.Samples;

namespace Cgmemd.Core.History;

/// <summary>What the numbers of a column count.</summary>
public enum ColumnUnit : byte
{
    Bytes,

    /// <summary>A limit in bytes, or <see cref="HistoryFields.NoLimit"/>.</summary>
    Limit,

    /// <summary>Things, such as events, faults and tasks.</summary>
    Count,

    /// <summary>PSI's averages: hundredths of a percent.</summary>
    HundredthsOfPercent,

    /// <summary>PSI's totals.</summary>
    Microseconds,

    /// <summary>1 or 0.</summary>
    Flag,
}

/// <summary>What a reader can ask for by its key: a field of the history, or what follows from two of them.</summary>
/// <param name="Key">The kernel's key, or <c>working_set</c>.</param>
/// <param name="Unit">What its numbers count.</param>
/// <param name="Field">Where it is from.</param>
/// <param name="Less">What is taken off; null where the field is all.</param>
public sealed record HistoryColumn(string Key, ColumnUnit Unit, HistoryField Field, HistoryField? Less = null)
{
    /// <summary>Whether it only grows, so that its increase is what tells something.</summary>
    public bool IsCounter => Field.Kind == FieldKind.Counter;

    /// <summary>
    /// The value over a step. A difference has no least and no greatest value that could be known from those of its two
    /// fields: all four are that of the last sample.
    /// </summary>
    public FieldSummary? Of(FieldSummary? field, FieldSummary? less) => Less is null ? field
        : field is { } all && less is { } part ? FieldSummary.Of(all.Last - Math.Min(all.Last, part.Last))
        : null;
}

/// <summary>The columns there are.</summary>
public static class HistoryColumns
{
    /// <summary>In the order of the fields, and working_set.</summary>
    public static IReadOnlyList<HistoryColumn> All { get; } =
    [
        .. HistoryFields.All.Select(field => new HistoryColumn(field.Key, UnitOf(field), field)),
        new(Metrics.Key(Metric.WorkingSet), ColumnUnit.Bytes,
            HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.InactiveFile)!),
    ];

    private static ColumnUnit UnitOf(HistoryField field) => field switch
    {
        { Metric: null } => field == HistoryFields.PeakIsExact ? ColumnUnit.Flag : ColumnUnit.Limit,
        { Metric: Metric.PageFaults or Metric.MajorPageFaults or Metric.PidsCurrent } => ColumnUnit.Count,
        { Metric: Metric.PressureSomeAvg10 or Metric.PressureFullAvg10 } => ColumnUnit.HundredthsOfPercent,
        { Metric: Metric.PressureSomeTotal or Metric.PressureFullTotal } => ColumnUnit.Microseconds,
        { Kind: FieldKind.Counter } => ColumnUnit.Count,
        _ => ColumnUnit.Bytes,
    };
}
