using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>
/// A column as an OpenMetrics family, its name ending as cAdvisor's do where that has one:
/// <c>cgmemd_unit_memory_working_set_bytes</c>.
/// </summary>
/// <param name="Column">What it is from.</param>
/// <param name="Name">Without <c>_total</c>.</param>
/// <param name="Unit">OpenMetrics' unit, which the name ends in; null for none.</param>
/// <param name="Scale">What a value is divided by.</param>
internal sealed record MetricFamily(HistoryColumn Column, string Name, string? Unit, double Scale)
{
    private const string Prefix = "cgmemd_unit_";

    internal static MetricFamily Of(HistoryColumn column) => column.Unit switch
    {
        ColumnUnit.Bytes => new(column, $"{Prefix}{Bytes(column.Key)}_bytes", "bytes", 1),
        ColumnUnit.Limit => new(column, $"{Prefix}{Plain(column.Key)}_limit_bytes", "bytes", 1),
        ColumnUnit.Microseconds => new(column, $"{Prefix}{Pressure(column.Key)}_seconds", "seconds", 1e6),
        ColumnUnit.HundredthsOfPercent => new(column, $"{Prefix}{Pressure(column.Key)}_avg10_ratio", "ratio", 1e4),
        _ => new(column, $"{Prefix}{Plain(column.Key)}", null, 1),
    };

    /// <summary>The value of a row: a gauge's mean over the step, a peak's highest.</summary>
    internal ulong ValueOf(FieldSummary value) => Column.IsCounter || Column.Unit == ColumnUnit.Limit ? value.Last
        : Column.Key.Contains("peak", StringComparison.Ordinal) ? value.Max
        : value.Mean;

    private static string Bytes(string key) => key switch
    {
        "memory.current" => "memory_usage",
        "memory.peak" => "memory_max_usage",
        "memory.peak.interval" => "memory_interval_max_usage",
        "memory.swap.current" => "memory_swap_usage",
        "memory.swap.peak" => "memory_swap_max_usage",
        "working_set" => "memory_working_set",
        ['m', ..] => Plain(key.Replace("memory.stat.", "memory.", StringComparison.Ordinal)),
        _ => "memory_" + Plain(key),
    };

    // cAdvisor's words for some and full.
    private static string Pressure(string key) => key.Contains(".some.", StringComparison.Ordinal)
        ? "pressure_memory_waiting"
        : "pressure_memory_stalled";

    private static string Plain(string key) =>
        key.Replace("memory.stat.", "memory.", StringComparison.Ordinal).Replace('.', '_');
}
