using System.Globalization;
using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>
/// OpenMetrics text with timestamps, as <c>promtool tsdb create-blocks-from openmetrics</c> takes it. All points of a
/// family must stand together, so that the history is read once for each family: slower, and nothing is held.
/// </summary>
/// <remarks>Source: https://github.com/prometheus/OpenMetrics, specification 1.0.0.</remarks>
internal static class OpenMetricsExport
{
    internal static void Write(ExportJob job, TextWriter target)
    {
        using var output = new TextBuffer(target);
        int parts = job.Set.Columns.Count * job.Units.Count;
        for (int i = 0; i < job.Set.Columns.Count; i++)
        {
            MetricFamily family = MetricFamily.Of(job.Set.Columns[i]);
            WriteHead(output, family);
            for (int unit = 0; unit < job.Units.Count; unit++)
                WriteUnit(output, job, family, job.Units[unit], i * job.Units.Count + unit, parts);
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

    private static void WriteUnit(
        TextBuffer output, ExportJob job, MetricFamily family, string unit, int part, int parts)
    {
        var set = new ColumnSet([family.Column]);
        string series = $"{family.Name}{(family.Column.IsCounter ? "_total" : "")}{{unit=\"{Escape(unit)}\"}} ";
        // What earlier cgroups of the unit had counted: a counter survives a restart.
        ulong before = 0, last = 0;
        long lastUs = long.MinValue;
        Invocation? life = null;
        foreach (HistoryRow row in job.Rows(unit, set, part, parts))
        {
            // Points must go forward in time; where the clock was set back, those that lie in the past are left out.
            if (set.Value(row, 0) is not { } value || row.Time.RealtimeUs <= lastUs)
                continue;
            ulong number = family.ValueOf(value);
            if (family.Column.IsCounter)
            {
                before += life is not null && !life.IsOfSameCgroup(row.Invocation) ? last : 0;
                (life, last) = (row.Invocation, number);
                number += before;
            }

            lastUs = row.Time.RealtimeUs;
            output.Append($"{series}{Text(family, number)} {ExportTime.Seconds(lastUs)}\n");
        }
    }

    private static string Text(MetricFamily family, ulong number) =>
        family.Column.Unit == ColumnUnit.Limit && number == HistoryFields.NoLimit ? "+Inf"
        : family.Scale == 1 ? number.ToString(CultureInfo.InvariantCulture)
        : (number / family.Scale).ToString(CultureInfo.InvariantCulture);
}
