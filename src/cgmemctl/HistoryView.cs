using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>One look at the history of a unit: what is read for it, and how it is printed.</summary>
/// <param name="session">The run.</param>
/// <param name="source">The history.</param>
/// <param name="unit">The unit's full name.</param>
/// <param name="range">When.</param>
/// <param name="step">The time of a row; zero for each sample.</param>
/// <param name="asked">The columns asked for; null for those that tell most.</param>
internal sealed class HistoryView(
    Session session, HistorySource source, string unit, HistoryRange range, TimeSpan step,
    IReadOnlyList<HistoryColumn>? asked)
{
    /// <summary>A chart within a row has so many characters.</summary>
    internal const int Parts = 12;

    // Charts must all be known to find their scale, so there are none of more rows than this.
    private const int MostRowsWithCharts = 1000;
    private static readonly TimeSpan LeastPart = TimeSpan.FromSeconds(5);

    // Nothing is read of the time before its first life and behind the last sample.
    private HistoryRange _known;

    internal int Show()
    {
        HistoryReader reader = source.Reader;
        var named = UnitChoice.Named(unit);
        IReadOnlyList<Invocation> lives = reader.Invocations(named, range);
        long firstUs = lives.MinBy(life => life.Start.RealtimeUs)?.Start.RealtimeUs ?? range.UntilUs;
        _known = new HistoryRange(Math.Max(range.SinceUs, firstUs), Math.Min(range.UntilUs, source.NowUs + 1));
        IReadOnlyList<TimelineNote> notes = Timeline.Notes(
            range, lives, reader.Events(new EventQuery(range, named)),
            reader.Marks(named, range), reader.Gaps(range));
        ProgressBar progress = source.Progress;
        if (!session.WantsJson)
            return Print(notes, progress);
        var set = new ColumnSet(asked ?? HistoryColumns.All);
        session.BeginPrinting(progress);
        HistoryDocument.Write(session, unit, range, step, set, Rows(set, step, progress), notes);
        return ExitCode.Success;
    }

    private int Print(IReadOnlyList<TimelineNote> notes, ProgressBar progress)
    {
        using var table = new HistoryTable(
            session, asked is null ? HistoryTableColumn.Default(session.Terminal.Width) : HistoryTableColumn.Of(asked),
            range, step, source.Reader.WatchBegins());
        int charts = IsCharted ? table.Charts(Parts) : 0;
        Courses? courses = charts == 0 ? null : Courses(table.Set, charts, progress);
        bool any = false;
        foreach (TimelineEntry entry in Timeline.Merge(Rows(table.Set, step, progress), notes))
        {
            if (!any)
                session.BeginPrinting(progress);
            if (!any && session.Legend)
                PrintHead(table, charts);
            any = true;
            table.Print(entry, courses);
        }

        return any ? ExitCode.Success : UnitName.Unknown(session, source, unit);
    }

    private bool IsCharted => step / Parts >= LeastPart
        && (range.UntilUs - range.SinceUs) / (step.Ticks / TimeSpan.TicksPerMicrosecond) < MostRowsWithCharts;

    // The rows' own values are read by themselves: what they sum up cannot be had exactly from their parts.
    private Courses Courses(ColumnSet set, int charts, ProgressBar progress)
    {
        var courses = new Courses(step.Ticks / TimeSpan.TicksPerMicrosecond, Parts, charts);
        var charted = new ColumnSet([.. set.Columns.Take(charts)]);
        foreach (HistoryRow part in Rows(charted, step / Parts, progress))
            courses.Add(part);
        return courses;
    }

    private void PrintHead(HistoryTable table, int charts)
    {
        string length = step == TimeSpan.Zero ? "each sample" : $"a row for {TimeSpanText.Format(step)}";
        session.Terminal.Out.WriteLine(
            $"{session.Terminal.Bold(Terminal.Plain(unit))}, {Quantity.Time(range.SinceUs, session)} to " +
            $"{Quantity.Time(range.UntilUs - 1, session)}, {length}");
        table.PrintTitles(charts);
    }

    private IEnumerable<HistoryRow> Rows(ColumnSet set, TimeSpan length, ProgressBar progress) => PiecewiseRows.Read(
        source.Reader, unit, _known, length == TimeSpan.Zero ? null : length, set.Fields, progress.Report);
}
