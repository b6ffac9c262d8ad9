using System.CommandLine;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary>What units are ordered by: names upward, numbers downward.</summary>
internal enum SortKey
{
    Current,
    Unit,
    Peak,
    Limit,
    Share,
    Anon,
    File,
    Pss,
    Rate,
    Pressure,
    Alert,
}

/// <summary>The order of units in a list.</summary>
internal static class UnitOrder
{
    internal static Option<SortKey> CreateOption() => new Option<SortKey>("--sort")
    {
        Description = "Order by current (the default), unit, peak, limit, share, anon, file, pss, rate, pressure or "
            + "alert",
        HelpName = "KEY",
    }.OfWords();

    /// <summary>Orders units: absent values come last, and ties go by name, so that two runs agree.</summary>
    internal static IOrderedEnumerable<T> By<T>(
        IEnumerable<T> units, Func<T, UnitSummary> unit, SortKey key, bool reverse = false) =>
        units.OrderBy(unit, Comparer<UnitSummary>.Create((a, b) => Compare(a, b, key, reverse)));

    private static int Compare(UnitSummary a, UnitSummary b, SortKey key, bool reverse)
    {
        if (key == SortKey.Unit)
            return reverse ? string.CompareOrdinal(b.Unit, a.Unit) : string.CompareOrdinal(a.Unit, b.Unit);
        return (Value(a, key), Value(b, key)) switch
        {
            ({ } first, { } second) when !first.Equals(second) =>
                reverse ? first.CompareTo(second) : second.CompareTo(first),
            (null, not null) => 1,
            (not null, null) => -1,
            _ => string.CompareOrdinal(a.Unit, b.Unit),
        };
    }

    private static double? Value(UnitSummary unit, SortKey key) => key switch
    {
        SortKey.Peak => unit.MemoryPeak,
        SortKey.Limit => unit.MemoryMax,
        SortKey.Share => Quantity.Ratio(unit.MemoryCurrent, unit.MemoryMax),
        SortKey.Anon => unit.Anon,
        SortKey.File => unit.File,
        SortKey.Pss => unit.Pss,
        SortKey.Rate => unit.Rate,
        SortKey.Pressure => unit.PressureSomeAvg10,
        SortKey.Alert => unit.Alerts,
        _ => unit.MemoryCurrent,
    };
}
