using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>A key and its value.</summary>
/// <param name="Name">The key, without quotes.</param>
/// <param name="Position">Where the key begins.</param>
/// <param name="Value">Its value.</param>
public sealed record TomlEntry(string Name, SourcePosition Position, TomlValue Value);

/// <summary>A table: keys in the order of the file, each once.</summary>
public sealed class TomlTable(SourcePosition position) : TomlValue(position)
{
    private readonly List<TomlEntry> _entries = [];
    private readonly Dictionary<string, int> _index = [];

    /// <summary>What may still add to a table, which follows from what made it.</summary>
    internal enum Maker
    {
        /// <summary>Named on the way by a longer header: its own header may still come.</summary>
        LongerHeader,

        /// <summary>Its own header, which comes once; only longer headers add tables to it.</summary>
        Header,

        /// <summary>A dotted key: further dotted keys of the same section add to it.</summary>
        DottedKey,

        /// <summary>Written in braces: complete.</summary>
        Inline,
    }

    public IReadOnlyList<TomlEntry> Entries => _entries;

    public override string Kind => "a table";

    internal Maker MadeBy { get; set; }

    /// <summary>How many tables and arrays it is in.</summary>
    internal int Depth { get; init; }

    /// <summary>The entry of a key, or null.</summary>
    public TomlEntry? Find(string name) => _index.TryGetValue(name, out int i) ? _entries[i] : null;

    /// <summary>Adds an entry, or replaces the one of the same name in its place.</summary>
    internal void Set(TomlEntry entry)
    {
        if (_index.TryAdd(entry.Name, _entries.Count))
            _entries.Add(entry);
        else
            _entries[_index[entry.Name]] = entry;
    }

    /// <summary>
    /// This table with another laid over it: where both have a key, tables are joined and any other value is the
    /// other's. Every value keeps the place it came from.
    /// </summary>
    internal TomlTable Overlay(TomlTable over)
    {
        TomlTable joined = new(over.Position);
        foreach (TomlEntry entry in _entries)
            joined.Set(entry);
        foreach (TomlEntry entry in over._entries)
        {
            bool isJoined = Find(entry.Name)?.Value is TomlTable && entry.Value is TomlTable;
            joined.Set(isJoined
                ? entry with { Value = ((TomlTable)Find(entry.Name)!.Value).Overlay((TomlTable)entry.Value) }
                : entry);
        }

        return joined;
    }
}
