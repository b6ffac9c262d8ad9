using System.Globalization;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>One column of the picture.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Width">How wide it is; the unit's takes what is left.</param>
/// <param name="Key">What it orders by.</param>
/// <param name="Text">What it shows of a unit.</param>
internal sealed record TopColumn(string Title, int Width, SortKey Key, Func<UnitSummary, string> Text)
{
    // The unit's column does not get narrower for others' sake, as far as its names need the room.
    private const int LeastUnit = 20;

    /// <summary>The unit, which is always shown, on the left.</summary>
    internal static TopColumn Unit { get; } = new("UNIT", 0, SortKey.Unit, u => u.Unit);

    // In the order of the screen.
    private static readonly TopColumn[] Values =
    [
        new("USAGE", 5, SortKey.Current, u => Quantity.Bytes(u.MemoryCurrent)),
        new("PEAK", 5, SortKey.Peak, u => Quantity.Bytes(u.MemoryPeak)),
        new("LIMIT", 5, SortKey.Limit, u => Quantity.Bytes(u.MemoryMax)),
        new("%LIMIT", 6, SortKey.Share, u => Quantity.Share(u.MemoryCurrent, u.MemoryMax)),
        new("RATE/s", 6, SortKey.Rate, u => Quantity.Rate(u.Rate).Replace("/s", "", StringComparison.Ordinal)),
        new("ANON", 5, SortKey.Anon, u => Quantity.Bytes(u.Anon)),
        new("FILE", 5, SortKey.File, u => Quantity.Bytes(u.File)),
        new("PSS", 5, SortKey.Pss, u => Quantity.Bytes(u.Pss)),
        new("PSI%", 5, SortKey.Pressure, u => Percent(u.PressureSomeAvg10)),
        new("AL", 2, SortKey.Alert, u => u.Alerts == 0 ? Quantity.Absent : $"{u.Alerts}"),
    ];

    // The first that makes room where there is little; the usage never does.
    private static readonly SortKey[] Droppable =
    [
        SortKey.Peak, SortKey.Pressure, SortKey.File, SortKey.Pss, SortKey.Anon, SortKey.Limit, SortKey.Alert,
        SortKey.Rate, SortKey.Share,
    ];

    /// <summary>The columns that a width has room for, without the unit's, and the width of that.</summary>
    /// <param name="width">Of the screen.</param>
    /// <param name="unit">What the names need.</param>
    /// <param name="keep">The column in order stays before others.</param>
    internal static (IReadOnlyList<TopColumn> Columns, int UnitWidth) Fit(int width, int unit, SortKey keep)
    {
        var columns = Values.ToList();
        foreach (SortKey key in (SortKey[])[.. Array.FindAll(Droppable, key => key != keep), keep])
        {
            if (width - Taken(columns) >= Math.Min(unit, LeastUnit) || columns.Count == 1)
                break;
            columns.RemoveAll(column => column.Key == key && key != SortKey.Current);
        }

        return (columns, Math.Max(width - Taken(columns), 1));
    }

    /// <summary>What they take with the spaces before them.</summary>
    internal static int Taken(IReadOnlyList<TopColumn> columns) => columns.Sum(column => column.Width + 1);

    /// <summary>The next column to order by: in the order of the screen, whether there is room for it or not.</summary>
    internal static SortKey Next(SortKey key, int step)
    {
        TopColumn[] columns = [Unit, .. Values];
        int at = Array.FindIndex(columns, column => column.Key == key);
        return columns[(at + step + columns.Length) % columns.Length].Key;
    }

    private static string Percent(ulong? hundredths) => hundredths is { } value
        ? (value / 100m).ToString(value >= 10000 ? "0" : "0.0", CultureInfo.InvariantCulture)
        : Quantity.Absent;
}
