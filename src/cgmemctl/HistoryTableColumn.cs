using System.Globalization;
using Cgmemd.Core.History;

namespace Cgmemd.Control;

/// <summary>One column of the history's table.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Width">What its texts fit into.</param>
/// <param name="Needs">What it is made of.</param>
/// <param name="HasChart">Whether its first can be charted.</param>
/// <param name="Show">Its text in a row.</param>
internal sealed record HistoryTableColumn(
    string Title, int Width, HistoryColumn[] Needs, bool HasChart, Func<Terminal, HistoryIncreases, Cell> Show)
{
    private static readonly HistoryColumn Current = Named("memory.current"), Peak = Named("memory.peak.interval"),
        IsExact = Named("memory.peak.interval.exact"), Limit = Named("effective_memory.max");

    /// <summary>What tells most; the PSS too, where there is room for more than 80 columns.</summary>
    internal static IReadOnlyList<HistoryTableColumn> Default(int? width) =>
    [
        Of("CURRENT", 7, Current), Of("ANON", 5, Named("anon")), Of("FILE", 5, Named("file")),
        new("PEAK", 6, [Current, Peak, IsExact], false, ShowPeak),
        Of("LIMIT", 5, Limit),
        new("%LIMIT", 6, [Current, Limit], false, ShowShare),
        Of("SWAP", 5, Named("swap")),
        .. width < 86 ? (ReadOnlySpan<HistoryTableColumn>)[] : [Of("PSS", 5, Named("pss"))],
        Of("SOME", 5, Named("some")), Of("HIGH", 4, Named("memory.events.high")),
        Of("MAX", 4, Named("memory.events.max")), Of("OOM", 3, Named("memory.events.oom_kill")),
    ];

    /// <summary>The columns asked for by name, titled with what is left of their keys.</summary>
    internal static IReadOnlyList<HistoryTableColumn> Of(IEnumerable<HistoryColumn> columns) =>
        [.. columns.Select(column => Of(TitleOf(column.Key), 6, column))];

    private static HistoryTableColumn Of(string title, int width, HistoryColumn column) =>
        new(title, Math.Max(title.Length, width), [column],
            !column.IsCounter && column.Less is null && column.Unit is not (ColumnUnit.Limit or ColumnUnit.Flag),
            (_, row) => Text(column, row));

    private static HistoryColumn Named(string name) => ColumnNames.Find(name)!;

    private static string TitleOf(string key)
    {
        foreach (string prefix in (ReadOnlySpan<string>)["memory.stat.", "memory."])
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                return key[prefix.Length..].ToUpperInvariant();
        }

        return key.ToUpperInvariant();
    }

    // Of a longer step: a gauge's mean, a limit's last value, a counter's increase.
    private static string Text(HistoryColumn column, HistoryIncreases row)
    {
        if (column.IsCounter)
        {
            ulong? increase = row.Increase(column);
            return column.Unit == ColumnUnit.Microseconds && increase is { } usec
                ? Quantity.Span((long)usec)
                : HistoryIncreases.Count(increase);
        }

        return row.Value(column) is not { } value ? Quantity.Absent : column.Unit switch
        {
            ColumnUnit.Limit => value.Last == HistoryFields.NoLimit ? "max" : Quantity.Bytes(value.Last),
            ColumnUnit.Bytes => Quantity.Bytes(value.Mean),
            ColumnUnit.HundredthsOfPercent =>
                (value.Mean / 100.0).ToString(value.Mean < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture) + "%",
            _ => HistoryIncreases.Count(value.Mean),
        };
    }

    // A highest value of samples only may have been exceeded between them.
    private static Cell ShowPeak(Terminal terminal, HistoryIncreases row)
    {
        ulong? peak = row.Value(Peak)?.Max;
        if (row.Value(Current)?.Max is { } sampled && !(peak > sampled))
            peak = sampled;
        bool isExact = row.Value(IsExact)?.Min == 1;
        return peak is null ? Quantity.Absent : Quantity.Bytes(peak) + (isExact ? "" : "~");
    }

    private static Cell ShowShare(Terminal terminal, HistoryIncreases row)
    {
        if (row.Value(Limit)?.Last is not { } limit || limit == HistoryFields.NoLimit)
            return Quantity.Absent;
        ulong? current = row.Value(Current)?.Mean;
        return new Cell(Quantity.Share(current, limit), Quantity.Ratio(current, limit) switch
        {
            >= 90 => terminal.Red,
            >= 75 => terminal.Yellow,
            _ => null,
        });
    }
}
