using System.Text;

namespace Cgmemd.Control.Top;

/// <summary>One place on the screen.</summary>
/// <param name="Rune">What is there; 0 in the right half of a wide character.</param>
/// <param name="Look">How it is set off.</param>
internal readonly record struct Place(Rune Rune, Look Look)
{
    internal static Place Blank { get; } = new(new Rune(' '), Look.Plain);

    internal bool IsRightHalf => Rune.Value == 0;
}

/// <summary>A whole screen: what is drawn on it stays within its bounds.</summary>
internal sealed class Grid
{
    private readonly Place[] _places;
    private readonly Charset _charset;

    internal Grid(int columns, int rows, Charset charset)
    {
        (Columns, Rows, _charset) = (columns, rows, charset);
        _places = new Place[columns * rows];
        Array.Fill(_places, Place.Blank);
    }

    internal int Columns { get; }

    internal int Rows { get; }

    internal ReadOnlySpan<Place> Row(int row) => _places.AsSpan(row * Columns, Columns);

    /// <summary>Writes a text from a column on, as far as there is room before another.</summary>
    /// <returns>The column behind it.</returns>
    internal int Put(int row, int column, string text, Look look = Look.Plain, int? before = null)
    {
        int end = Math.Min(before ?? Columns, Columns);
        if (row < 0 || row >= Rows)
            return column;
        foreach (Rune rune in text.EnumerateRunes())
        {
            (Rune shown, int width) = _charset.Show(rune);
            if (width == 0)
                continue;
            if (column + width > end)
                break;
            Span<Place> places = _places.AsSpan(row * Columns + column, width);
            places.Fill(new Place(default, look));
            places[0] = new Place(shown, look);
            column += width;
        }

        return column;
    }

    /// <summary>Gives a whole row one more look, if there is such a row.</summary>
    internal void Add(int row, Look look)
    {
        if (row >= Rows)
            return;
        foreach (ref Place place in _places.AsSpan(row * Columns, Columns))
            place = place with { Look = place.Look | look };
    }

    /// <summary>A row as text, without the blanks at its end.</summary>
    internal string Text(int row)
    {
        var text = new StringBuilder();
        foreach (Place place in Row(row))
        {
            if (!place.IsRightHalf)
                text.Append(place.Rune.ToString());
        }

        return text.ToString().TrimEnd();
    }
}
