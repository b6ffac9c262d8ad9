using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>Values: which kind one is, and those that hold others.</summary>
public sealed partial class TomlReader
{
    // Arrays being read, over which an error is recovered; see SkipToStatement.
    private int _openBrackets;

    // Reads the value at hand, the depth being the tables and arrays it is in; null after an error.
    private TomlValue? ReadValue(int depth)
    {
        SourcePosition position = PositionAt(_at);
        if (depth > MaxDepth)
            return Refuse<TomlValue>(position, $"tables and arrays nest more than {MaxDepth} deep");
        switch (Current)
        {
            case '"' or '\'':
                return ReadString() is { } text ? new TomlString(position, text) : null;
            case '[':
                return ReadArray(position, depth);
            case '{':
                return ReadInlineTable(position, depth);
            default:
                return ReadScalar(position);
        }
    }

    // array = %x5B [ array-values ] ws-comment-newline %x5D
    private TomlArray? ReadArray(SourcePosition position, int depth)
    {
        TomlArray array = new(position);
        _at++;
        _openBrackets++;
        while (true)
        {
            if (!SkipBlanksAndNewlines())
                return null;
            if (Current == ']')
                break;
            if (ReadValue(depth + 1) is not { } item)
                return null;
            array.Add(item);
            if (!SkipBlanksAndNewlines())
                return null;
            if (Current == ',')
                _at++;
            else if (Current != ']')
                return Refuse<TomlArray>(PositionAt(_at), $"expected ',' or ']' in an array, not {Shown()}");
        }

        _at++;
        _openBrackets--;
        return array;
    }

    private bool SkipBlanksAndNewlines()
    {
        do
        {
            SkipBlanks();
            if (!SkipComment())
                return false;
        }
        while (SkipNewline());
        return true;
    }

    // inline-table = %x7B ws [ keyval *( ws "," ws keyval ) ] ws %x7D: on one line, without a comma at its end.
    private TomlTable? ReadInlineTable(SourcePosition position, int depth)
    {
        TomlTable table = new(position) { Depth = depth };
        _at++;
        SkipBlanks();
        while (Current != '}' || table.Entries.Count > 0)
        {
            if (!ReadKeyValue(table))
                return null;
            SkipBlanks();
            if (Current == '}')
                break;
            if (Current != ',')
                return Refuse<TomlTable>(PositionAt(_at), $"expected ',' or '}}' in an inline table, not {Shown()}");
            _at++;
            SkipBlanks();
        }

        _at++;
        Close(table);
        return table;
    }

    // An inline table is complete, and so are the tables that its dotted keys made.
    private static void Close(TomlTable table)
    {
        table.MadeBy = TomlTable.Maker.Inline;
        foreach (TomlEntry entry in table.Entries)
        {
            if (entry.Value is TomlTable { MadeBy: TomlTable.Maker.DottedKey } child)
                Close(child);
        }
    }

    // Booleans, numbers, dates: a run of their characters, then judged as a whole.
    private TomlValue? ReadScalar(SourcePosition position)
    {
        int start = _at;
        while (IsBareKey(Current) || Current is '+' or '.' or ':')
            _at++;

        // A space may stand between date and time: 1979-05-27 07:32:00Z.
        if (_at - start == 10 && Current == ' ' && _text[start + 4] == '-' && _at + 1 < _text.Length
            && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at++;
            while (IsBareKey(Current) || Current is '+' or '.' or ':')
                _at++;
        }

        ReadOnlySpan<char> word = _text.AsSpan(start, _at - start);
        if (word.IsEmpty)
            return Refuse<TomlValue>(position, $"expected a value, not {Shown()}");
        switch (word)
        {
            case "true":
                return new TomlBoolean(position, true);
            case "false":
                return new TomlBoolean(position, false);
            default:
                TomlValue? value = ParseInteger(position, word);
                value ??= ParseFloat(position, word);
                value ??= ParseDateTime(position, word);
                if (value is null)
                    _at = start;
                return value ?? Refuse<TomlValue>(position, NoValue(word));
        }
    }

    private static string NoValue(ReadOnlySpan<char> word) => char.IsAsciiLetter(word[0])
        ? $"\"{word}\" is no value: a string stands in quotes"
        : IsDigits(word.TrimStart("+-"), 10) && word.TrimStart("+-")[0] != '0'
            ? $"{word} is not within 64 bits"
            : $"\"{word}\" is no number, date or time (text stands in quotes)";
}
