using System.Globalization;
using System.Text;
using Cgmemd.Control.Export;
using Cgmemd.Core.History;

namespace Cgmemd.Control;

/// <summary>
/// The rows of a history as text. Its columns have fixed widths, so that rows can be printed as they are read; what
/// happened stands between them in lines of its own.
/// </summary>
internal sealed class HistoryTable : IDisposable
{
    private readonly TextBuffer _out;
    private readonly Session _session;
    private readonly Terminal _terminal;
    private readonly IReadOnlyList<HistoryTableColumn> _columns;
    private readonly HistoryIncreases _increases;
    private readonly string _timeFormat;

    /// <param name="session">The run.</param>
    /// <param name="columns">What is shown.</param>
    /// <param name="range">Of when.</param>
    /// <param name="step">The time of a row; zero for each sample.</param>
    /// <param name="begins">When watching began.</param>
    internal HistoryTable(
        Session session, IReadOnlyList<HistoryTableColumn> columns, HistoryRange range, TimeSpan step,
        WatchBegins begins)
    {
        (_session, _terminal, _columns) = (session, session.Terminal, columns);
        _out = new TextBuffer(_terminal.Out);
        Set = new ColumnSet([.. columns.SelectMany(column => column.Needs).Distinct()]);
        _increases = new HistoryIncreases(Set, range.SinceUs, begins);
        bool dates = Quantity.Date(range.SinceUs, session) != Quantity.Date(range.UntilUs - 1, session);
        string clock = step == TimeSpan.Zero ? "HH:mm:ss.f" : step.Seconds == 0 && dates ? "HH:mm" : "HH:mm:ss";
        _timeFormat = dates ? "MM-dd " + clock : clock;
    }

    /// <summary>What must be read.</summary>
    internal ColumnSet Set { get; }

    /// <summary>How many charts of a width fit beside the numbers; none in a pipe, where there is no width.</summary>
    internal int Charts(int width)
    {
        int used = _timeFormat.Length + _columns.Sum(column => column.Width + 1);
        int gauges = _columns.TakeWhile(column => column.HasChart).Count();
        return Math.Clamp(((_terminal.Width ?? 0) - used) / (width + 1), 0, gauges);
    }

    /// <summary>Prints the titles.</summary>
    internal void PrintTitles(int charts)
    {
        var line = new StringBuilder("TIME".PadRight(_timeFormat.Length));
        foreach (HistoryTableColumn column in _columns)
            line.Append(' ').Append(column.Title.PadLeft(column.Width));
        for (int i = 0; i < charts; i++)
            line.Append(' ').Append(_columns[i].Title.PadRight(HistoryView.Parts));
        _out.Append(_terminal.Bold(line.ToString().TrimEnd())).Append("\n");
    }

    /// <summary>Prints a row, or what happened.</summary>
    internal void Print(in TimelineEntry entry, Courses? courses)
    {
        if (entry.Row is { } row)
            PrintRow(row, courses);
        else if (entry.Note is { } note)
            PrintNote(note);
    }

    public void Dispose() => _out.Dispose();

    private void PrintRow(HistoryRow row, Courses? courses)
    {
        var line = new StringBuilder(Quantity.Text(Timeline.BeginUs(row), _session, _timeFormat));
        _increases.MoveTo(row);
        foreach (HistoryTableColumn column in _columns)
        {
            Cell cell = column.Show(_terminal, _increases);
            string text = cell.Text.PadLeft(column.Width);
            line.Append(' ').Append(cell.Style?.Invoke(text) ?? text);
        }

        for (int i = 0; i < courses?.Fields; i++)
            line.Append(' ').Append(Sparkline.Render(courses.Of(row, i), courses.Top(i)));
        _out.Append(line.ToString().TrimEnd()).Append("\n");
    }

    // Not shortened: the message is what is looked for.
    private void PrintNote(TimelineNote note)
    {
        string time = Quantity.Text(note.TimeUs, _session, _timeFormat);
        Func<string, string> tone = EventsCommand.Tone(_terminal, note.Kind)
            ?? (note.Kind == "gap" ? _terminal.Yellow : _terminal.Bold);
        string sign = note.Kind == "gap" ? "┄" : "●";
        _out.Append($"{time} {tone($"{sign} {note.Kind}")} {Terminal.Plain(note.Text)}\n");
    }
}

/// <summary>
/// The row at hand, and by how much its counters have grown since the row before it. At the start of a life that is
/// all they count; in the first row of a life that began before, or was not watched from its start, it is not known.
/// </summary>
internal sealed class HistoryIncreases(ColumnSet set, long sinceUs, WatchBegins begins)
{
    private readonly ulong?[] _last = new ulong?[set.Columns.Count];
    private readonly ulong?[] _increase = new ulong?[set.Columns.Count];
    private HistoryRow? _row;

    internal void MoveTo(HistoryRow row)
    {
        bool isNew = _row?.Invocation.IsOfSameCgroup(row.Invocation) != true;
        ulong? before = isNew && row.Invocation.Start.RealtimeUs >= sinceUs && begins.Saw(row.Invocation) ? 0UL : null;
        _row = row;
        for (int i = 0; i < _last.Length; i++)
        {
            if (isNew)
                _last[i] = before;
            ulong? now = set.Value(row, i)?.Last;
            _increase[i] = now >= _last[i] ? now - _last[i] : null;
            _last[i] = now ?? _last[i];
        }
    }

    internal FieldSummary? Value(HistoryColumn column) => set.Value(_row!, set.IndexOf(column));

    internal ulong? Increase(HistoryColumn column) => _increase[set.IndexOf(column)];

    /// <summary>A number of things in up to six characters: <c>1234</c>, <c>1.2M</c>, to base 1000.</summary>
    internal static string Count(ulong? count)
    {
        if (count is not { } value)
            return Quantity.Absent;
        decimal number = value;
        int suffix = 0;
        while (number >= 100_000 && suffix < 6)
        {
            number /= 1000;
            suffix++;
        }

        return suffix == 0
            ? value.ToString(CultureInfo.InvariantCulture)
            : decimal.Truncate(number).ToString(CultureInfo.InvariantCulture) + "kMGTPE"[suffix - 1];
    }
}
