using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control.Export;

/// <summary>
/// Plain tables in a SQLite file: <c>sample</c> with a column a key, and beside it <c>invocation</c>, <c>event</c>,
/// <c>alert</c>, <c>capture</c>, <c>breakdown</c> (as JSON), <c>mark</c> and <c>gap</c>. Sizes are bytes, times
/// microseconds; NULL is absent.
/// </summary>
internal static class SqliteExport
{
    internal static void Write(ExportJob job, string file)
    {
        using PlainTables tables = PlainTables.Create(file);
        var columns = new ExportColumns(job.Set, job.Step is not null);
        var cells = new PlainValue[columns.Names.Count];
        tables.Add("sample", columns.Names, job.Rows().Select(row =>
        {
            columns.Fill(row, cells);
            return cells;
        }));
        AddHappenings(job, tables);
        tables.Finish();
    }

    private static void AddHappenings(ExportJob job, PlainTables tables)
    {
        HistoryReader reader = job.Source.Reader;
        HistoryRange range = job.Range;
        var units = job.Units.ToHashSet(StringComparer.Ordinal);
        tables.Add(
            "invocation",
            ["unit", "cgroup", "cgroup_id", "boot_id", "invocation_id", "start_usec", "end_usec", "result",
                "memory.peak", "memory.swap.peak", "oom_kills", "effective_memory.max"],
            reader.Invocations(null, range).Where(life => units.Contains(life.Unit)).Reverse()
                .Select(InvocationJson.Of).Select(life => (PlainValue[])
                [
                    PlainValue.Of(life.Unit), PlainValue.Of(life.Cgroup), PlainValue.Of(life.CgroupId),
                    PlainValue.Of(life.BootId), PlainValue.Of(life.InvocationId), PlainValue.Of(life.StartUsec),
                    PlainValue.Of(life.EndUsec), PlainValue.Of(life.Result), PlainValue.Of(life.MemoryPeak),
                    PlainValue.Of(life.MemorySwapPeak), PlainValue.Of(life.OomKills), PlainValue.Of(life.MemoryMax),
                ]));
        tables.Add(
            "event", ["time_usec", "event", "unit", "rule", "message"],
            reader.Events(new EventQuery(range)).Where(e => e.Unit is null || units.Contains(e.Unit))
                .Select(e => (PlainValue[])
                [
                    PlainValue.Of(e.TimeUsec), PlainValue.Of(e.Event), PlainValue.Of(e.Unit), PlainValue.Of(e.Rule),
                    PlainValue.Of(e.Message),
                ]));
        tables.Add(
            "alert", ["unit", "rule", "severity", "on", "episode", "value", "threshold", "fired_usec",
                "resolved_usec", "peak"],
            reader.Alerts(null, range).Where(alert => units.Contains(alert.Unit)).Select(alert => (PlainValue[])
            [
                PlainValue.Of(alert.Unit), PlainValue.Of(alert.Rule), PlainValue.Of(alert.Severity),
                PlainValue.Of(alert.On), PlainValue.Of(alert.Episode), PlainValue.Of(alert.Value),
                PlainValue.Of(alert.Threshold), PlainValue.Of(alert.Fired.RealtimeUs),
                PlainValue.Of(alert.Resolved?.RealtimeUs), PlainValue.Of(alert.Peak),
            ]));
        AddNotes(job, tables, units);
    }

    private static void AddNotes(ExportJob job, PlainTables tables, HashSet<string> units)
    {
        HistoryReader reader = job.Source.Reader;
        tables.Add(
            "capture", ["time_usec", "unit", "rule", "kind", "outcome", "path", "bytes", "duration_usec", "reason"],
            reader.Captures(null, job.Range).Where(capture => units.Contains(capture.Unit))
                .Select(capture => (PlainValue[])
                [
                    PlainValue.Of(capture.Time.RealtimeUs), PlainValue.Of(capture.Unit), PlainValue.Of(capture.Rule),
                    PlainValue.Of(capture.Kind), PlainValue.Of(capture.Outcome), PlainValue.Of(capture.Path),
                    PlainValue.Of(capture.Bytes), PlainValue.Of(capture.DurationUs), PlainValue.Of(capture.Reason),
                ]));
        tables.Add(
            "breakdown", ["time_usec", "unit", "cgroup_id", "invocation_id", "cause", "rule", "breakdown"],
            reader.Breakdowns(null, job.Range).Where(entry => units.Contains(entry.Unit))
                .Select(entry => (PlainValue[])
                [
                    PlainValue.Of(entry.Time.RealtimeUs), PlainValue.Of(entry.Unit), PlainValue.Of(entry.CgroupId),
                    PlainValue.Of(entry.InvocationId), PlainValue.Of(entry.Cause), PlainValue.Of(entry.Rule),
                    PlainValue.Of(Json(reader, entry)),
                ]));
        tables.Add(
            "mark", ["time_usec", "text", "unit", "count"],
            reader.Marks(null, job.Range).Where(mark => mark.Unit is null || units.Contains(mark.Unit))
                .Select(mark => (PlainValue[])
                [
                    PlainValue.Of(mark.Time.RealtimeUs), PlainValue.Of(mark.Text), PlainValue.Of(mark.Unit),
                    PlainValue.Of(mark.Count),
                ]));
        tables.Add(
            "gap", ["start_usec", "end_usec", "reason"],
            reader.Gaps(job.Range).Select(gap => (PlainValue[])
            [
                PlainValue.Of(gap.Start.RealtimeUs), PlainValue.Of(gap.End.RealtimeUs), PlainValue.Of(gap.Reason),
            ]));
    }

    private static string? Json(HistoryReader reader, BreakdownEntry entry) =>
        reader.Breakdown(entry) is { } recorded
            ? JsonSerializer.Serialize(recorded.Breakdown, BreakdownJson.Default.Breakdown)
            : null;
}
