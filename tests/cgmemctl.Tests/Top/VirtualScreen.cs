using System.Globalization;
using System.Text;

namespace Cgmemd.Control.Tests.Top;

/// <summary>
/// What a terminal makes of the sequences we send: CUP, CUF, EL, ED and SGR, without wrapping. Whatever else comes is a
/// failure.
/// </summary>
internal sealed class VirtualScreen
{
    private readonly int _columns;
    private readonly (string Text, string Look)[] _places;
    private int _row, _column;
    private string _look = "";

    internal VirtualScreen(int columns, int rows)
    {
        _columns = columns;
        _places = new (string, string)[columns * rows];
        Array.Fill(_places, ("?", "unknown"));
    }

    internal (string Text, string Look) this[int row, int column] => _places[row * _columns + column];

    internal void Take(ReadOnlySpan<byte> bytes, Func<Rune, int> width)
    {
        string text = Encoding.UTF8.GetString(bytes);
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] == '\e')
            {
                int end = text.AsSpan(at + 2).IndexOfAnyInRange('@', '~') + at + 2;
                if (text[at + 1] != '[')
                    throw new InvalidOperationException($"no CSI at {at}");
                Control(text[end], text[(at + 2)..end]);
                at = end + 1;
                continue;
            }

            Rune rune = Rune.GetRuneAt(text, at);
            if (Rune.IsControl(rune))
                throw new InvalidOperationException($"control character {rune.Value}");
            Draw(rune.ToString(), width(rune));
            at += rune.Utf16SequenceLength;
        }
    }

    private void Draw(string text, int width)
    {
        // Writing over a half of a wide character takes the other half too.
        for (int i = 0; i < width; i++)
        {
            int at = _row * _columns + _column + i;
            if (_places[at].Text.Length == 0 && i == 0)
                _places[at - 1] = (" ", _places[at - 1].Look);
            if (i == width - 1 && _column + width < _columns && _places[at + 1].Text.Length == 0)
                _places[at + 1] = (" ", _places[at + 1].Look);
        }

        _places[_row * _columns + _column] = (text, _look);
        if (width == 2)
            _places[_row * _columns + _column + 1] = ("", _look);
        _column = Math.Min(_column + width, _columns - 1);
    }

    private void Control(char final, string parameters)
    {
        int[] numbers = [.. parameters.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        switch (final)
        {
            case 'H':
                (_row, _column) = (numbers[0] - 1, numbers.Length > 1 ? numbers[1] - 1 : 0);
                break;
            case 'C':
                _column += numbers[0];
                break;
            case 'K' when numbers.Length == 0:
                Array.Fill(_places, (" ", ""), _row * _columns + _column, _columns - _column);
                break;
            case 'J' when numbers is [2]:
                Array.Fill(_places, (" ", ""));
                break;
            case 'm':
                Look(numbers);
                break;
            default:
                throw new InvalidOperationException($"unknown: CSI {parameters}{final}");
        }
    }

    private void Look(int[] numbers)
    {
        var on = new SortedSet<int>(_look.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)));
        foreach (int number in numbers.DefaultIfEmpty())
        {
            if (number == 0)
                on.Clear();
            else
                on.Add(number);
        }

        _look = string.Join(';', on);
    }
}
