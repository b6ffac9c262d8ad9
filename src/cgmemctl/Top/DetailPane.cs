using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>All about the unit under the cursor, below the list.</summary>
internal static class DetailPane
{
    // A chart is no wider: a character is a part of its time.
    private const int Chart = 60;

    /// <summary>How many lines it would have: on a narrow screen what is one line else takes two.</summary>
    internal static int Height(int columns) => columns >= 60 ? 8 : 12;

    internal static void Draw(Grid grid, int top, int height, TopPicture picture)
    {
        int row = top, end = top + height;
        foreach ((string label, string text, Look look) in Lines(picture, grid.Columns))
        {
            if (row >= end)
                break;
            int column = label.Length == 0 ? 0 : grid.Put(row, 0, label.PadRight(9), Look.Faint);
            grid.Put(row++, column, text, look);
        }
    }

    /// <summary>The lines, the most telling first.</summary>
    private static IEnumerable<(string Label, string Text, Look Look)> Lines(TopPicture picture, int columns)
    {
        if (picture.Rows.Count == 0)
            yield break;
        if (picture.Detail is not { } detail)
        {
            yield return ("", "no details: a slice or cgroup that is not watched itself", Look.Faint);
            yield break;
        }

        UnitDetail unit = detail.Unit;
        string title = $" {unit.Unit}  {unit.Cgroup} ";
        yield return ("", title.PadRight(columns), Look.Bold | Look.Reverse);
        foreach (AlertStatus alert in unit.Alerts.Take(2))
        {
            string compared = alert.Value is null ? ""
                : $": {alert.Metric} {Quantity.Of(alert.ValueUnit, alert.Value)}, "
                    + $"threshold {Quantity.Of(alert.ValueUnit, alert.Threshold)}";
            string age = Quantity.Span(picture.Frame.TimeUs - alert.SinceUsec);
            yield return ("alert", $"{alert.Rule} {alert.State} for {age}{compared}", Look.Bold | Look.Red);
        }

        if (WhyOf(detail) is { } why)
            yield return ("why", why, Look.Bold);
        string used = $"{Bytes(unit, Metric.MemoryCurrent)} of {Limit(unit, "effective_memory.max")}";
        string peak = $"peak {Bytes(unit, Metric.MemoryPeak)}, high {Limit(unit, "effective_memory.high")}";
        string swap = $"swap {Bytes(unit, Metric.MemorySwapCurrent)} of {Limit(unit, "memory.swap.max")}";
        foreach (var line in Wrapped("memory", columns, ", ", used, peak, swap))
            yield return line;
        string parts = $"anon {Bytes(unit, Metric.Anon)}, file {Bytes(unit, Metric.File)}";
        string rest = $"shmem {Bytes(unit, Metric.Shmem)}, kernel {Bytes(unit, Metric.Kernel)}";
        foreach (var line in Wrapped("made of", columns, ", ", parts, rest, $"PSS {Bytes(unit, Metric.Pss)}"))
            yield return line;
        string some = Quantity.Pressure(Value(unit, Metric.PressureSomeAvg10));
        string full = Quantity.Pressure(Value(unit, Metric.PressureFullAvg10));
        string kills = $"OOM kills {unit.OomKills}, tasks {Value(unit, Metric.PidsCurrent)?.ToString() ?? "-"}";
        foreach (var line in Wrapped("pressure", columns, ", ", $"some {some}, full {full}", kills))
            yield return line;
        if (Course(detail, picture, columns) is { } course)
        {
            foreach (var line in Wrapped("course", columns, " ", course.Chart, course.Scale))
                yield return line;
        }

        if (unit.Processes.Count > 0)
            yield return ("largest", Processes(unit, columns), Look.Plain);
    }

    // The slope is that of the last minutes.
    private static string? WhyOf(TopDetail detail)
    {
        long fromUs = detail.Course.Count == 0 ? 0 : detail.Course[^1].TimeUs - 5 * 60_000_000L;
        return UnitCause.Describe(
            detail.Unit, Cause.BytesPerMinute(detail.Course.FindAll(point => point.TimeUs >= fromUs)));
    }

    // A point is the highest of its part of the time; blank where there is none.
    private static (string Chart, string Scale)? Course(TopDetail detail, TopPicture picture, int columns)
    {
        var points = detail.Course;
        if (points.Count < 2)
            return null;
        long first = points[0].TimeUs, span = Math.Max(points[^1].TimeUs - first, 1);
        ulong low = ulong.MaxValue, high = 0;
        var parts = new ulong?[Math.Clamp(columns < 60 ? columns - 9 : columns - 36, 10, Chart)];
        foreach (var (timeUs, bytes) in points)
        {
            int at = (int)Math.Min((timeUs - first) * parts.Length / span, parts.Length - 1);
            parts[at] = Math.Max(parts[at] ?? 0, bytes);
            (low, high) = (Math.Min(low, bytes), Math.Max(high, bytes));
        }

        // From the lowest up, for what tells is how it changes; the ends of the scale are told beside it.
        string chart = Sparkline.Render(Array.ConvertAll(parts, bytes => bytes - low), high - low);
        if (!picture.Charset.IsUtf8)
            chart = new string(Array.ConvertAll(chart.ToCharArray(), c => c == ' ' ? ' ' : "_.-:=+*#"[c - '▁']));
        return (chart, $"{Quantity.Bytes(low)} to {Quantity.Bytes(high)} in {Quantity.Span(span)}");
    }

    private static string Processes(UnitDetail unit, int columns)
    {
        string text = "";
        foreach (ProcessUsage process in unit.Processes)
        {
            string size = process.Pss is null ? $"RSS {Quantity.Bytes(process.Rss)}" : Quantity.Bytes(process.Pss);
            string one = $"{process.Comm} ({process.Pid}) {size}";
            if (text.Length > 0 && 9 + text.Length + 2 + one.Length > columns)
                break;
            text += (text.Length > 0 ? ", " : "") + one;
        }

        return text;
    }

    // On one line where there is room, else on several.
    private static IEnumerable<(string Label, string Text, Look Look)> Wrapped(
        string label, int columns, string separator, params string[] parts)
    {
        string line = "";
        foreach (string part in parts)
        {
            if (line.Length > 0 && 9 + line.Length + separator.Length + part.Length > columns)
            {
                yield return (label, line, Look.Plain);
                (label, line) = ("        ", "");
            }

            line += (line.Length > 0 ? separator : "") + part;
        }

        yield return (label, line, Look.Plain);
    }

    private static ulong? Value(UnitDetail unit, Metric metric) =>
        unit.Sample.TryGetValue(Metrics.Key(metric), out ulong value) ? value : null;

    private static string Bytes(UnitDetail unit, Metric metric) => Quantity.Bytes(Value(unit, metric));

    private static string Limit(UnitDetail unit, string file) =>
        !unit.Limits.TryGetValue(file, out ulong? limit) ? Quantity.Absent
        : limit is null ? "no limit"
        : Quantity.Bytes(limit);
}
