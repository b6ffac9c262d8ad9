using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>Keys and headers, and which of them may name a table again.</summary>
public sealed partial class TomlReader
{
    private readonly record struct Key(string Name, SourcePosition Position);

    private static bool IsBareKey(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    // key = val
    private bool ReadKeyValue(TomlTable table)
    {
        if (ReadKeys() is not { } keys)
            return false;
        if (Current != '=')
            return Fail(_at, $"expected '=' after a key, not {Shown()}");
        _at++;
        SkipBlanks();
        if (ReadValue(table.Depth + keys.Count) is not { } value)
            return false;

        // What is wrong with the key does not keep the rest of the line from being read.
        TomlTable? target = table;
        for (int i = 0; i < keys.Count - 1 && target is not null; i++)
            target = EnterDotted(target, keys, i);
        if (target?.Find(keys[^1].Name) is { } earlier)
            FailDuplicate(keys, keys.Count - 1, earlier);
        else
            target?.Set(new TomlEntry(keys[^1].Name, keys[^1].Position, value));
        return true;
    }

    // [table] or [[array of tables]]
    private bool ReadHeader()
    {
        SourcePosition position = PositionAt(_at++);
        bool isArray = Current == '[';
        if (isArray)
            _at++;

        // Whatever follows a header in error is read, and forgotten.
        _current = new TomlTable(position) { MadeBy = TomlTable.Maker.Header, Depth = 1 };
        SkipBlanks();
        if (ReadKeys() is not { } keys)
            return false;
        for (int i = 0; i < (isArray ? 2 : 1); i++, _at++)
        {
            if (Current != ']')
                return Fail(_at, $"expected '{(isArray ? "]]" : "]")}', not {Shown()}");
        }

        TomlTable? parent = _root;
        for (int i = 0; i < keys.Count - 1 && parent is not null; i++)
            parent = EnterHeader(parent, keys, i);
        if (parent is not null && (isArray ? AppendTable(parent, keys) : DefineTable(parent, keys)) is { } table)
            _current = table;
        return true;
    }

    // Keys joined by dots; behind them, and the blanks that follow, reading goes on.
    private List<Key>? ReadKeys()
    {
        List<Key> keys = [];
        while (true)
        {
            SourcePosition position = PositionAt(_at);
            if (ReadSimpleKey() is not { } name)
                return null;
            keys.Add(new Key(name, position));
            if (keys.Count > MaxDepth)
                return Refuse<List<Key>>(position, $"a key has more than {MaxDepth} parts");
            SkipBlanks();
            if (Current != '.')
                return keys;
            _at++;
            SkipBlanks();
        }
    }

    private string? ReadSimpleKey()
    {
        if (Current is '"' or '\'')
            return ReadSingleLineString();
        int start = _at;
        while (IsBareKey(Current))
            _at++;
        return _at > start ? _text[start.._at] : Refuse<string>(PositionAt(_at), $"expected a key, not {Shown()}");
    }

    private TomlTable? EnterDotted(TomlTable table, List<Key> keys, int i)
    {
        if (table.Find(keys[i].Name) is not { } entry)
            return AddTable(table, keys[i], TomlTable.Maker.DottedKey);
        if (entry.Value is TomlTable { MadeBy: TomlTable.Maker.DottedKey } child)
            return child;
        FailDuplicate(keys, i, entry);
        return null;
    }

    private TomlTable? EnterHeader(TomlTable table, List<Key> keys, int i)
    {
        TomlEntry? entry = table.Find(keys[i].Name);
        switch (entry?.Value)
        {
            case null:
                return AddTable(table, keys[i], TomlTable.Maker.LongerHeader);
            case TomlTable { MadeBy: not TomlTable.Maker.Inline } child:
                return child;
            case TomlArray { IsOfTables: true } array:
                return (TomlTable)array.Items[^1];
            default:
                FailDuplicate(keys, i, entry);
                return null;
        }
    }

    private TomlTable? DefineTable(TomlTable parent, List<Key> keys)
    {
        if (parent.Find(keys[^1].Name) is not { } entry)
            return AddTable(parent, keys[^1], TomlTable.Maker.Header);
        if (entry.Value is TomlTable { MadeBy: TomlTable.Maker.LongerHeader } table)
        {
            table.MadeBy = TomlTable.Maker.Header;
            return table;
        }

        FailDuplicate(keys, keys.Count - 1, entry);
        return null;
    }

    private TomlTable? AppendTable(TomlTable parent, List<Key> keys)
    {
        TomlEntry? entry = parent.Find(keys[^1].Name);
        TomlArray? array = entry?.Value as TomlArray;
        if (entry is null)
        {
            array = new TomlArray(keys[^1].Position) { IsOfTables = true };
            parent.Set(new TomlEntry(keys[^1].Name, keys[^1].Position, array));
        }
        else if (array is not { IsOfTables: true })
        {
            FailDuplicate(keys, keys.Count - 1, entry);
            return null;
        }

        TomlTable table = new(keys[^1].Position) { MadeBy = TomlTable.Maker.Header, Depth = parent.Depth + 2 };
        array!.Add(table);
        return table;
    }

    private static TomlTable AddTable(TomlTable parent, Key key, TomlTable.Maker madeBy)
    {
        TomlTable table = new(key.Position) { MadeBy = madeBy, Depth = parent.Depth + 1 };
        parent.Set(new TomlEntry(key.Name, key.Position, table));
        return table;
    }

    private void FailDuplicate(List<Key> keys, int i, TomlEntry earlier)
    {
        string name = string.Join('.', keys.GetRange(0, i + 1).ConvertAll(key => key.Name));
        bool isOnTheWay = i < keys.Count - 1 && earlier.Value is not (TomlTable or TomlArray);
        string what = isOnTheWay ? $"is {earlier.Value.Kind}, not a table" : "is already defined";
        Fail(keys[i].Position, $"\"{name}\" {what} (line {earlier.Position.Line})");
    }

    private T? Refuse<T>(SourcePosition position, string message)
        where T : class
    {
        Fail(position, message);
        return null;
    }
}
