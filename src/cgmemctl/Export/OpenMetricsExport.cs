using System.Globalization;
using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>
/// OpenMetrics text with timestamps, as <c>promtool tsdb create-blocks-from openmetrics</c> takes it. All points of a
/// family must stand together, while the history is read row by row: between the two they are in a temporary file.
/// </summary>
/// <remarks>Source: https://github.com/prometheus/OpenMetrics, specification 1.0.0.</remarks>
internal static class OpenMetricsExport
{
    internal static void Write(ExportJob job, TextWriter target)
    {
        using var output = new TextBuffer(target);
        int families = job.Set.Columns.Count;
        using var spool = new PointSpool(families + 1);
        List<Run> runs = Spool(job, spool);
        for (int i = 0; i < families; i++)
        {
            job.Progress.Report(0.5 + 0.5 * i / families);
            MetricFamily family = MetricFamily.Of(job.Set.Columns[i]);
            WriteHead(output, family);
            WritePoints(output, family, runs, spool.Read(families), spool.Read(i));
        }

        output.Append("# EOF\n");
    }

    /// <summary>A label's value with what would end it escaped.</summary>
    internal static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static void WriteHead(TextBuffer output, MetricFamily family)
    {
        output.Append($"# TYPE {family.Name} {(family.Column.IsCounter ? "counter" : "gauge")}\n");
        if (family.Unit is not null)
            output.Append($"# UNIT {family.Name} {family.Unit}\n");
        output.Append($"# HELP {family.Name} {family.Column.Key} of a systemd unit or a cgroup.\n");
    }

    // The last column is the time.
    private static List<Run> Spool(ExportJob job, PointSpool spool)
    {
        var runs = new List<Run>();
        MetricFamily[] families = [.. job.Set.Columns.Select(MetricFamily.Of)];
        Invocation? life = null;
        foreach (HistoryRow row in job.Rows(partOfAll: 0.5))
        {
            if (life is null || row.Invocation.Unit != life.Unit || !row.Invocation.IsOfSameCgroup(life))
                runs.Add(new Run(row.Invocation.Unit));
            life = row.Invocation;
            runs[^1].Rows++;
            for (int i = 0; i < families.Length; i++)
                spool.Add(i, job.Set.Value(row, i) is { } value ? families[i].ValueOf(value) : null);
            spool.Add(families.Length, (ulong)row.Time.RealtimeUs);
        }

        return runs;
    }

    private static void WritePoints(
        TextBuffer output, MetricFamily family, List<Run> runs, IEnumerable<ulong?> times, IEnumerable<ulong?> values)
    {
        using IEnumerator<ulong?> time = times.GetEnumerator(), value = values.GetEnumerator();
        string? unit = null;
        string series = "";
        // What earlier cgroups of the unit had counted: a counter survives a restart.
        ulong before = 0, last = 0;
        long lastUs = long.MinValue;
        foreach (Run run in runs)
        {
            if (run.Unit != unit)
            {
                unit = run.Unit;
                series = $"{family.Name}{(family.Column.IsCounter ? "_total" : "")}{{unit=\"{Escape(unit)}\"}} ";
                (before, last, lastUs) = (0, 0, long.MinValue);
            }

            (before, last) = (before + last, 0);
            for (long row = 0; row < run.Rows && time.MoveNext() && value.MoveNext(); row++)
            {
                long timeUs = (long)time.Current!.Value;
                // Points must go forward in time; those of a clock that was set back are left out.
                if (value.Current is not { } number || timeUs <= lastUs)
                    continue;
                last = family.Column.IsCounter ? number : 0;
                lastUs = timeUs;
                output.Append($"{series}{Text(family, before + number)} {ExportTime.Seconds(timeUs)}\n");
            }
        }
    }

    private static string Text(MetricFamily family, ulong number) =>
        family.Column.Unit == ColumnUnit.Limit && number == HistoryFields.NoLimit ? "+Inf"
        : family.Scale == 1 ? number.ToString(CultureInfo.InvariantCulture)
        : (number / family.Scale).ToString(CultureInfo.InvariantCulture);

    /// <summary>Rows of one cgroup of a unit, one after the other.</summary>
    private sealed class Run(string unit)
    {
        internal string Unit { get; } = unit;

        internal long Rows { get; set; }
    }
}
