using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cgmemd.Control.Top;

/// <summary>
/// The bytes that make one screen out of another: only what differs is written, for a line may be slow and a whole
/// screen flickers.
/// </summary>
/// <remarks>Source: ECMA-48: CUP, CUF, EL, ED, SGR.</remarks>
internal sealed class ScreenDiff
{
    // "\e[5C" is as long as five characters are, so shorter distances are bridged by writing them again.
    private const int Bridge = 4;

    private readonly ArrayBufferWriter<byte> _output;
    private readonly bool _color;
    private Look _pen;
    private (int Row, int Column) _cursor = (-1, -1);

    private ScreenDiff(ArrayBufferWriter<byte> output, bool color) => (_output, _color) = (output, color);

    /// <summary>Adds the bytes to <paramref name="output"/>.</summary>
    /// <param name="before">What is on the screen; null where nobody knows.</param>
    /// <param name="after">What shall be on it.</param>
    /// <param name="color">Whether colours may be used.</param>
    /// <param name="output">Takes the bytes.</param>
    internal static void Write(Grid? before, Grid after, bool color, ArrayBufferWriter<byte> output)
    {
        var diff = new ScreenDiff(output, color);
        bool whole = before is null || before.Columns != after.Columns || before.Rows != after.Rows;
        if (whole)
            output.Write("\e[m\e[2J"u8);
        Span<Place> blank = stackalloc Place[after.Columns];
        blank.Fill(Place.Blank);
        for (int row = 0; row < after.Rows; row++)
            diff.Row(row, whole ? blank : before!.Row(row), after.Row(row));
        diff.Dip(Look.Plain);
    }

    private void Row(int row, ReadOnlySpan<Place> before, ReadOnlySpan<Place> after)
    {
        int end = after.LastIndexOfAnyExcept(Place.Blank) + 1;
        for (int column = 0; column < end; column++)
        {
            if (before[column] == after[column])
                continue;
            // A changed right half needs its left half written, which the terminal draws as one.
            int start = after[column].IsRightHalf ? column - 1 : column;
            MoveTo(row, start, after);
            column = start + Draw(after, start) - 1;
        }

        if (before[end..].ContainsAnyExcept(Place.Blank))
        {
            MoveTo(row, end, after);
            Dip(Look.Plain);
            _output.Write("\e[K"u8);
        }
    }

    private void MoveTo(int row, int column, ReadOnlySpan<Place> places)
    {
        int distance = column - _cursor.Column;
        if (_cursor.Row == row && distance >= 0)
        {
            if (distance <= Bridge && IsInPen(places[_cursor.Column..column]))
            {
                while (_cursor.Column < column)
                    Draw(places, _cursor.Column);
                return;
            }

            Control($"\e[{distance}C");
        }
        else
        {
            string place = column == 0 ? "" : $";{column + 1}";
            Control($"\e[{row + 1}{place}H");
        }

        _cursor = (row, column);
    }

    private bool IsInPen(ReadOnlySpan<Place> places)
    {
        foreach (Place place in places)
        {
            if (place.IsRightHalf || Shown(place.Look) != _pen)
                return false;
        }

        return true;
    }

    // Writes one character and gives the columns it takes.
    private int Draw(ReadOnlySpan<Place> places, int column)
    {
        Dip(Shown(places[column].Look));
        _output.Advance(places[column].Rune.EncodeToUtf8(_output.GetSpan(4)));
        int width = column + 1 < places.Length && places[column + 1].IsRightHalf ? 2 : 1;
        _cursor.Column += width;
        return width;
    }

    private Look Shown(Look look) => _color ? look : look & ~Look.Colors;

    private void Dip(Look look)
    {
        if (look == _pen)
            return;
        var codes = new StringBuilder();
        if (_pen != Look.Plain && look != Look.Plain)
            codes.Append(";0");
        foreach ((Look flag, string code) in (ReadOnlySpan<(Look, string)>)
            [(Look.Bold, ";1"), (Look.Faint, ";2"), (Look.Reverse, ";7"), (Look.Red, ";31"), (Look.Yellow, ";33"),
                (Look.Green, ";32")])
        {
            if (look.HasFlag(flag))
                codes.Append(code);
        }

        Control($"\e[{(codes.Length > 0 ? codes.ToString(1, codes.Length - 1) : "")}m");
        _pen = look;
    }

    private void Control(FormattableString sequence)
    {
        string text = sequence.ToString(CultureInfo.InvariantCulture);
        _output.Advance(Encoding.ASCII.GetBytes(text, _output.GetSpan(text.Length)));
    }
}
