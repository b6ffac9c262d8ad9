using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control.Top;

/// <summary>Something to jump to.</summary>
/// <param name="TimeUs">CLOCK_REALTIME in microseconds.</param>
/// <param name="Kind">An event's kind, or <c>mark</c>.</param>
/// <param name="Unit">The unit it is about; null for the host.</param>
/// <param name="Text">What happened, for a person.</param>
internal sealed record TopEvent(long TimeUs, string Kind, string? Unit, string Text)
{
    internal bool IsAlarm => Kind is "alert-firing" or "alert-escalated" or "oom-kill" or "capture-failed";
}

internal sealed partial class HistoryTop
{
    // Those an operator looks for. Starts and stops would be in the way, and marks are asked for apart.
    private static readonly string[] Kinds =
        ["alert-firing", "alert-escalated", "alert-resolved", "oom-kill", "capture", "capture-failed"];

    // What comes next is mostly near: no more is read than needed.
    private static readonly long[] Windows = [10 * Minute, 6 * Hour, 7 * 24 * Hour, 90 * 24 * Hour, long.MaxValue];

    /// <summary>The event after or before a time; null where there is none.</summary>
    internal TopEvent? NextEvent(long atUs, bool forward)
    {
        if ((forward ? After(atUs) : Before(atUs)) is not { } next)
            return null;
        // An OOM kill and the end of its alert are of one tick: none of them may be lost in the jump.
        TopEvent[] then = [.. In(Moment(next.TimeUs))];
        TopEvent[] all = [.. then.Where(e => e.IsAlarm), .. then.Where(e => !e.IsAlarm)];
        string others = string.Concat(all.Skip(1).Select(e => $"; {e.Kind} {e.Text}"));
        return all.Length == 0 ? next : all[0] with { Text = all[0].Text + others };
    }

    /// <summary>The time of the sample after or before a time: of a unit, or of any where it is null.</summary>
    internal long? NextSample(string? unit, long atUs, bool forward)
    {
        if (GapAt(atUs) is { } gap)
            return forward ? gap.End.RealtimeUs : gap.Start.RealtimeUs;
        string[] units = unit is not null ? [unit] : [.. source.Reader.Units()];
        // There is a sample at the bound, so that no more is read than needed; unless what has it is damaged.
        for (long? boundUs = atUs; boundUs is not null;)
        {
            boundUs = source.Reader.NeighbourUs(unit, boundUs.Value, forward);
            if (forward && boundUs is null)
                return null;
            // Before the end of the first chunk, what there is is in those that reach beyond.
            HistoryRange range = forward ? new(atUs + 1, boundUs!.Value + 1) : new(boundUs ?? 0, atUs);
            IEnumerable<HistoryRow> rows = units.SelectMany(name => source.Reader.Rows(name, range, null, Current));
            if ((forward ? rows.MinBy(row => row.LastUs) : rows.MaxBy(row => row.LastUs)) is { } found)
                return found.LastUs;
        }

        return null;
    }

    // A summary's row begins before its last sample: what is before may begin long before.
    private static HistoryRange Range(long atUs, long window, bool forward) => forward
        ? new HistoryRange(atUs + 1, window > long.MaxValue - atUs - 1 ? long.MaxValue : atUs + 1 + window)
        : new HistoryRange(Math.Max(0, atUs - window), atUs);

    private TopEvent? After(long atUs)
    {
        foreach (long window in Windows)
        {
            TopEvent? found = In(Range(atUs, window, forward: true)).MinBy(e => e.TimeUs);
            if (found is not null)
                return found;
        }

        return null;
    }

    private TopEvent? Before(long atUs)
    {
        var range = new HistoryRange(0, atUs);
        return Kinds
            .SelectMany(kind => source.Reader.Events(new EventQuery(range, Event: kind, Limit: 1)))
            .Select(Of)
            .Concat(source.Reader.Marks(null, range).TakeLast(1).Select(Of))
            .MaxBy(e => e.TimeUs);
    }

    private IEnumerable<TopEvent> In(HistoryRange range) => source.Reader.Events(new EventQuery(range))
        .Where(e => Kinds.Contains(e.Event)).Select(Of)
        .Concat(source.Reader.Marks(null, range).Select(Of));

    private static TopEvent Of(EventRecord e) => new(e.TimeUsec, e.Event, e.Unit, e.Message);

    private static TopEvent Of(Mark mark)
    {
        string about = mark.Unit is null ? "" : mark.Unit + ": ";
        string count = mark.Count is null ? "" : $" (count {mark.Count})";
        return new TopEvent(mark.Time.RealtimeUs, "mark", mark.Unit, about + mark.Text + count);
    }
}
