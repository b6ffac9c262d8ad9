using System.Text;

namespace Cgmemd.Control;

/// <summary>
/// Text in columns, one space apart, as systemctl prints it: each as wide as its widest cell, and where that is too
/// wide for the terminal the first column is shortened in the middle.
/// </summary>
internal sealed class Table
{
    private const int LeastFirst = 8;

    private readonly List<(string Title, bool Right)> _columns = [];
    private readonly List<(string Text, Func<string, string>? Style)[]> _rows = [];

    internal int Rows => _rows.Count;

    internal Table Left(string title)
    {
        _columns.Add((title, false));
        return this;
    }

    internal Table Right(string title)
    {
        _columns.Add((title, true));
        return this;
    }

    internal void Add(params ReadOnlySpan<Cell> cells)
    {
        var row = new (string, Func<string, string>?)[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            row[i] = (Terminal.Plain(cells[i].Text), cells[i].Style);
        _rows.Add(row);
    }

    /// <summary>Prints the rows, and above them the titles unless told otherwise.</summary>
    internal void WriteTo(Terminal terminal, bool titles, string indent = "")
    {
        int[] widths = Widths(terminal.Width - indent.Length, titles);
        if (titles)
        {
            string[] header = new string[_columns.Count];
            for (int i = 0; i < header.Length; i++)
                header[i] = Pad(_columns[i].Title, widths[i], _columns[i].Right, IsLast(i));
            terminal.Out.WriteLine(indent + terminal.Bold(string.Join(' ', header)));
        }

        var line = new StringBuilder();
        foreach (var row in _rows)
        {
            line.Clear().Append(indent);
            for (int i = 0; i < row.Length; i++)
            {
                string text = i == 0 ? Ellipsize(row[i].Text, widths[0]) : row[i].Text;
                string padded = Pad(text, widths[i], _columns[i].Right, IsLast(i));
                line.Append(row[i].Style?.Invoke(padded) ?? padded).Append(IsLast(i) ? "" : " ");
            }

            terminal.Out.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>Shortens a text in the middle: the ends of unit names tell them apart.</summary>
    internal static string Ellipsize(string text, int width)
    {
        if (text.Length <= width || width < 1)
            return text;
        int tail = (width - 1) / 2;
        return string.Concat(text.AsSpan(0, width - 1 - tail), "…", text.AsSpan(text.Length - tail));
    }

    private bool IsLast(int column) => column == _columns.Count - 1;

    private int[] Widths(int? limit, bool titles)
    {
        var widths = new int[_columns.Count];
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = titles ? _columns[i].Title.Length : 0;
            foreach (var row in _rows)
                widths[i] = Math.Max(widths[i], row[i].Text.Length);
        }

        int excess = widths.Sum() + widths.Length - 1 - (limit ?? int.MaxValue);
        if (excess > 0)
            widths[0] = Math.Max(Math.Min(widths[0], LeastFirst), widths[0] - excess);
        return widths;
    }

    private static string Pad(string text, int width, bool right, bool last) =>
        right ? text.PadLeft(width) : last ? text : text.PadRight(width);
}

/// <summary>A cell's text and how it is set off, if at all.</summary>
internal readonly record struct Cell(string Text, Func<string, string>? Style = null)
{
    public static implicit operator Cell(string text) => new(text);
}
