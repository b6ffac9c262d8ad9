using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>All that a screen shows.</summary>
/// <param name="State">How.</param>
/// <param name="Frame">The units.</param>
/// <param name="Rows">The same in lines.</param>
/// <param name="Detail">More of the unit under the cursor; null where it is not shown.</param>
/// <param name="Charset">What the terminal can show.</param>
/// <param name="Zone">In which times are told.</param>
internal sealed record TopPicture(
    TopState State, TopFrame Frame, IReadOnlyList<TopRow> Rows, TopDetail? Detail, Charset Charset, TimeZoneInfo Zone);

/// <summary>Draws the screen: what it is of, a message, the units, details, and the keys.</summary>
internal static class TopView
{
    private const int Heading = 3, Footing = 1;

    // What is left of the list when details are shown.
    private const int LeastRows = 3;

    /// <summary>How many lines of units a screen has room for.</summary>
    internal static int Page(TopState state, int columns, int rows) =>
        Math.Max(rows - Heading - Footing - DetailHeight(state, columns, rows), 1);

    internal static Grid Render(TopPicture picture, int columns, int rows)
    {
        var grid = new Grid(columns, rows, picture.Charset);
        TopState state = picture.State;
        Title(grid, picture);
        Message(grid, state, picture.Frame);
        if (state.ShowsHelp)
        {
            Help(grid);
        }
        else
        {
            int page = Page(state, columns, rows);
            var shown = picture.Rows.Skip(state.First).Take(page).ToList();
            var layout = Layout.Of(picture, columns);
            Titles(grid, Heading - 1, layout, picture);
            for (int i = 0; i < shown.Count; i++)
                Row(grid, Heading + i, shown[i], layout, picture);
            int cursor = state.IndexIn(picture.Rows) - state.First;
            if (cursor >= 0 && cursor < shown.Count)
                grid.Add(Heading + cursor, Look.Reverse);
            if (DetailHeight(state, columns, rows) is > 0 and var height)
                DetailPane.Draw(grid, Heading + page, height, picture);
        }

        Foot(grid, state);
        return grid;
    }

    /// <summary>The units alone, all of them, in as many columns as there are, or as all of it needs.</summary>
    internal static Grid Table(TopPicture picture, int? columns)
    {
        int width = columns ?? Layout.Natural(picture);
        var grid = new Grid(width, picture.Rows.Count + 1, picture.Charset);
        var layout = Layout.Of(picture, width);
        Titles(grid, 0, layout, picture);
        for (int i = 0; i < picture.Rows.Count; i++)
            Row(grid, 1 + i, picture.Rows[i], layout, picture);
        return grid;
    }

    private static int DetailHeight(TopState state, int columns, int rows) => state.ShowsDetail
        ? Math.Clamp(rows - Heading - Footing - LeastRows, 0, DetailPane.Height(columns))
        : 0;

    private static void Title(Grid grid, TopPicture picture)
    {
        TopFrame frame = picture.Frame;
        int column = grid.Put(0, 0, frame.Source, Look.Bold);
        column = grid.Put(0, column, "  " + Quantity.Time(frame.TimeUs, picture.Zone));
        column = grid.Put(0, column, "  " + Quantity.Count(frame.Units.Count, "unit"));
        int alerts = frame.Units.Sum(unit => unit.Alerts);
        if (alerts > 0)
            grid.Put(0, grid.Put(0, column, ", "), Quantity.Count(alerts, "alert"), Look.Bold | Look.Red);
    }

    private static void Message(Grid grid, TopState state, TopFrame frame)
    {
        if (state.Message is { } message)
            grid.Put(1, 0, message, state.IsAlarm ? Look.Bold | Look.Red : Look.Bold);
        else if (frame.Note is { } note)
            grid.Put(1, 0, note, Look.Bold | Look.Yellow);
        else if (state.Filter.Length > 0)
            grid.Put(1, 0, $"only with \"{state.Filter}\" in the name", Look.Yellow);
    }

    private static void Titles(Grid grid, int row, Layout layout, TopPicture picture)
    {
        TopState state = picture.State;
        string mark = state.IsReverse != (state.Sort == SortKey.Unit)
            ? picture.Charset.Upward : picture.Charset.Downward;
        string unit = TopColumn.Unit.Title + (state.Sort == SortKey.Unit ? mark : "");
        grid.Put(row, 0, unit, Look.Bold, layout.UnitWidth);
        int column = layout.UnitWidth;
        foreach (TopColumn value in layout.Columns)
        {
            bool sorts = value.Key == state.Sort;
            // The mark takes the space before the title, so that the columns stay where they are.
            string title = (sorts ? mark : "") + value.Title;
            grid.Put(row, column, title.PadLeft(value.Width + 1), Look.Bold);
            column += value.Width + 1;
        }
    }

    private static void Row(Grid grid, int row, TopRow line, Layout layout, TopPicture picture)
    {
        UnitSummary unit = line.Unit;
        Look alarm = unit.Alerts > 0 ? Look.Bold | Look.Red : Look.Plain;
        Look name = alarm != Look.Plain && !line.IsSum ? alarm
            : line.IsSum || !unit.Active ? Look.Faint
            : Look.Plain;
        int column = 0;
        if (picture.State.IsTree)
        {
            Charset charset = picture.Charset;
            string marker = !line.HasChildren ? "  " : (line.IsFolded ? charset.Folded : charset.Open) + " ";
            column = grid.Put(row, 2 * line.Depth, marker, Look.Plain, layout.UnitWidth);
        }

        string text = Ellipsize(line.Name, layout.UnitWidth - column, picture.Charset);
        grid.Put(row, column, text, name, layout.UnitWidth);

        column = layout.UnitWidth;
        foreach (TopColumn value in layout.Columns)
        {
            Look look = value.Key switch
            {
                SortKey.Alert => alarm,
                SortKey.Share => Warmth(unit),
                _ when line.IsSum => Look.Faint,
                _ => Look.Plain,
            };
            grid.Put(row, column, value.Text(unit).PadLeft(value.Width + 1), look);
            column += value.Width + 1;
        }
    }

    private static string Ellipsize(string text, int width, Charset charset) =>
        Control.Table.Ellipsize(text, width).Replace("…", charset.Ellipsis, StringComparison.Ordinal);

    private static Look Warmth(UnitSummary unit) => Quantity.Ratio(unit.MemoryCurrent, unit.MemoryMax) switch
    {
        >= 90 => Look.Bold | Look.Red,
        >= 75 => Look.Bold | Look.Yellow,
        _ => Look.Plain,
    };

    private static void Help(Grid grid)
    {
        int row = Heading - 1;
        foreach ((string keys, string what) in TopKeys.Help)
        {
            int column = grid.Put(row, 1, keys.PadRight(17), Look.Bold);
            grid.Put(row++, column, what);
        }
    }

    private static void Foot(Grid grid, TopState state)
    {
        int row = grid.Rows - 1;
        if (state.Prompt != PromptKind.None)
        {
            string ask = state.Prompt == PromptKind.Filter ? "filter: " : "go to time: ";
            int typed = grid.Put(row, grid.Put(row, 0, ask, Look.Bold), state.Typed);
            grid.Put(row, typed, " ", Look.Reverse);
            return;
        }

        if (state.ShowsHelp)
        {
            grid.Put(row, 0, "any key: back", Look.Bold);
            return;
        }

        int column = 0;
        foreach ((string keys, string what) in TopKeys.Line)
        {
            if (column + keys.Length + 1 + what.Length > grid.Columns)
                break;
            column = grid.Put(row, grid.Put(row, column, keys, Look.Bold), " " + what + "  ");
        }
    }

    /// <summary>Where the columns are.</summary>
    private readonly record struct Layout(IReadOnlyList<TopColumn> Columns, int UnitWidth)
    {
        internal static Layout Of(TopPicture picture, int width)
        {
            var (columns, unitWidth) = TopColumn.Fit(width, UnitWidthOf(picture), picture.State.Sort);
            return new Layout(columns, unitWidth);
        }

        internal static int Natural(TopPicture picture) =>
            UnitWidthOf(picture) + TopColumn.Taken(TopColumn.Fit(int.MaxValue, 0, SortKey.Current).Columns);

        private static int UnitWidthOf(TopPicture picture) => picture.Rows.Aggregate(
            TopColumn.Unit.Title.Length + 1,
            (width, row) => Math.Max(width, row.Name.Length + (picture.State.IsTree ? 2 * row.Depth + 2 : 0)));
    }
}
