using System.Globalization;
using System.Text;

namespace Cgmemd.Core.Toml;

/// <summary>The four forms of a string.</summary>
public sealed partial class TomlReader
{
    private string? ReadString()
    {
        ReadOnlySpan<char> rest = _text.AsSpan(_at);
        return rest.StartsWith("\"\"\"") || rest.StartsWith("'''") ? ReadMultiLineString() : ReadSingleLineString();
    }

    // basic-string = quotation-mark *basic-char quotation-mark; literal-string, with apostrophes and without escapes
    private string? ReadSingleLineString()
    {
        int start = _at;
        char quote = _text[_at++];
        StringBuilder text = new();
        while (Current != quote)
        {
            if (AtEnd || Current == '\n' || IsCrLf())
                return Refuse<string>(PositionAt(start), "the string is not closed on its line");
            if (IsControl(Current))
                return Refuse<string>(PositionAt(_at), $"{Shown()} is not allowed in a string: write an escape");
            if (quote == '"' && Current == '\\')
            {
                if (!ReadEscape(text))
                    return null;
            }
            else
            {
                text.Append(_text[_at++]);
            }
        }

        _at++;
        return text.ToString();
    }

    // ml-basic-string, ml-literal-string: a newline right behind the opening quotes does not count.
    private string? ReadMultiLineString()
    {
        int start = _at;
        char quote = _text[_at];
        _at += 3;
        SkipNewline();
        StringBuilder text = new();
        while (!AtEnd)
        {
            if (Current == quote)
            {
                if (ReadQuotes(quote, text))
                    return text.ToString();
            }
            else if (SkipNewline())
            {
                text.Append('\n');
            }
            else if (IsControl(Current))
            {
                return Refuse<string>(PositionAt(_at), $"{Shown()} is not allowed in a string: write an escape");
            }
            else if (quote == '"' && Current == '\\')
            {
                if (!SkipLineContinuation() && !ReadEscape(text))
                    return null;
            }
            else
            {
                text.Append(_text[_at++]);
            }
        }

        // The text behind it was taken for the string's: reading goes on in the next line.
        _at = start;
        return Refuse<string>(PositionAt(start), "the string is not closed");
    }

    // Three quotes close the string; one or two more before them are its last characters.
    private bool ReadQuotes(char quote, StringBuilder text)
    {
        int count = 0;
        while (count < 5 && Current == quote)
        {
            count++;
            _at++;
        }

        text.Append(quote, count < 3 ? count : count - 3);
        return count >= 3;
    }

    // mlb-escaped-nl = escape ws newline *( wschar / newline )
    private bool SkipLineContinuation()
    {
        int start = _at++;
        SkipBlanks();
        if (!SkipNewline())
        {
            _at = start;
            return false;
        }

        do
        {
            SkipBlanks();
        }
        while (SkipNewline());
        return true;
    }

    private bool ReadEscape(StringBuilder text)
    {
        int start = _at++;
        char c = Current;
        string plain = c switch
        {
            'b' => "\b",
            't' => "\t",
            'n' => "\n",
            'f' => "\f",
            'r' => "\r",
            '"' => "\"",
            '\\' => "\\",
            _ => "",
        };
        if (plain.Length > 0)
        {
            _at++;
            text.Append(plain);
            return true;
        }

        int digits = c switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
            return Fail(start, "unknown escape: a backslash is written \\\\, or the string in apostrophes");
        ReadOnlySpan<char> hex = _text.AsSpan(_at + 1);
        hex = hex[..Math.Min(digits, hex.Length)];
        if (hex.Length < digits
            || !uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            || !Rune.TryCreate(value, out Rune rune))
            return Fail(start, $"\\{c} takes {digits} hexadecimal digits of a Unicode character");
        text.Append(rune.ToString());
        _at += 1 + digits;
        return true;
    }
}
