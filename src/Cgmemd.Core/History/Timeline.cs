using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Core.History;

/// <summary>A line between the rows of a table over time.</summary>
/// <param name="TimeUs">CLOCK_REALTIME in microseconds.</param>
/// <param name="Kind">An event's kind, or <c>started</c>, <c>stopped</c>, <c>mark</c>, <c>gap</c>.</param>
/// <param name="Text">What happened, for a person.</param>
public sealed record TimelineNote(long TimeUs, string Kind, string Text);

/// <summary>A row or a note, whichever comes next.</summary>
public readonly record struct TimelineEntry(HistoryRow? Row, TimelineNote? Note);

/// <summary>What happened to a unit, beside what was measured.</summary>
public static class Timeline
{
    /// <summary>
    /// The notes in time order. What begins and ends is told by the invocations; the events of it would say it twice.
    /// </summary>
    public static IReadOnlyList<TimelineNote> Notes(
        HistoryRange range, IEnumerable<Invocation> invocations, IEnumerable<EventRecord> events,
        IEnumerable<Mark> marks, IEnumerable<Gap> gaps) =>
    [
        .. invocations.SelectMany(Life)
            .Concat(events.Where(IsTold).Select(e => new TimelineNote(e.TimeUsec, e.Event, WithoutUnit(e))))
            .Concat(marks.Select(m => new TimelineNote(m.Time.RealtimeUs, "mark", Text(m))))
            .Where(note => range.Contains(note.TimeUs))
            .Concat(gaps.Where(gap => range.Meets(gap.Start.RealtimeUs, gap.End.RealtimeUs - 1))
                .Select(gap => new TimelineNote(Math.Max(gap.Start.RealtimeUs, range.SinceUs), "gap", Text(gap))))
            .OrderBy(note => note.TimeUs),
    ];

    /// <summary>
    /// When a row begins: with its step, or with its life where that began within the step.
    /// </summary>
    public static long BeginUs(HistoryRow row) =>
        Math.Min(Math.Max(row.Time.RealtimeUs, row.Invocation.Start.RealtimeUs), row.LastUs);

    /// <summary>
    /// Rows and notes together: a note is put before the first row that begins after it, and before one that begins
    /// with it.
    /// </summary>
    public static IEnumerable<TimelineEntry> Merge(IEnumerable<HistoryRow> rows, IReadOnlyList<TimelineNote> notes)
    {
        int next = 0;
        foreach (HistoryRow row in rows)
        {
            while (next < notes.Count && notes[next].TimeUs <= BeginUs(row))
                yield return new TimelineEntry(null, notes[next++]);
            yield return new TimelineEntry(row, null);
        }

        while (next < notes.Count)
            yield return new TimelineEntry(null, notes[next++]);
    }

    private static IEnumerable<TimelineNote> Life(Invocation life)
    {
        string id = life.InvocationId is { } invocation
            ? $"invocation {invocation[..Math.Min(8, invocation.Length)]}"
            : $"cgroup {life.CgroupId}";
        yield return new TimelineNote(life.Start.RealtimeUs, "started", id);
        if (life.End is { } end)
            yield return new TimelineNote(end.RealtimeUs, "stopped", Ending(life));
    }

    private static string Ending(Invocation life)
    {
        string peak = life.Peak is { } bytes ? $", peak {ByteSize.ToHuman(bytes)}" : "";
        string limit = life.Peak is not null && life.Limits.EffectiveMax.IsFinite
            ? $" of {ByteSize.ToHuman(life.Limits.EffectiveMax.Bytes)}"
            : "";
        string kills = life.OomKills == 0 ? "" : $", {life.OomKills} OOM kill{(life.OomKills == 1 ? "" : "s")}";
        return (life.Result ?? "no result known") + peak + limit + kills;
    }

    private static bool IsTold(EventRecord record) => record.Event is not ("started" or "stopped" or "usage");

    private static string WithoutUnit(EventRecord record) =>
        record.Unit is { } unit && record.Message.StartsWith(unit + ": ", StringComparison.Ordinal)
            ? record.Message[(unit.Length + 2)..]
            : record.Message;

    private static string Text(Mark mark) => mark.Count is { } count ? $"{mark.Text} (count {count})" : mark.Text;

    private static string Text(Gap gap)
    {
        long us = Math.Max(0, gap.End.RealtimeUs - gap.Start.RealtimeUs);
        string length = TimeSpanText.Format(TimeSpan.FromSeconds(us / 1_000_000));
        string reason = gap.Reason switch
        {
            "not-running" => "cgmemd did not run",
            "reboot" => "reboot",
            "suspend" => "the host was suspended",
            "clock-step" => "the clock was set",
            "disk-full" => "the disk was full",
            "unwritable" => "the history could not be written",
            "locked" => "the history was locked",
            "corrupt" => "the history was corrupt",
            "overload" => "too much to write",
            var other => other,
        };
        return $"nothing recorded for {length}: {reason}";
    }
}
