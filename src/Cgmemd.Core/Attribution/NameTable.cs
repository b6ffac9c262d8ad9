using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// Memory added up by name, for a bounded number of names: when there are too many, the lesser half goes into one sum.
/// The whole is right in any case; what is shown of a name may then be less than it has.
/// </summary>
internal sealed class NameTable(Redaction redaction, int capacity = 512)
{
    /// <summary>What those go by that have no place of their own.</summary>
    internal const string Others = "(others)";

    // The longest path the kernel resolves is 4096 bytes; escapes may make it longer here.
    private const int MaximumName = 4096;

    // The target chooses its names: without this bound those of one process would take 8 MiB of ours.
    private const int MaximumCharacters = 128 << 10;

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly byte[] _lastName = new byte[MaximumName];
    private int _lastLength;
    private int _characters;
    private Entry? _last;
    private MemoryUse _others;

    /// <summary>The names with their sums, the greatest PSS first, the others last.</summary>
    internal List<NamedUse> ToList()
    {
        FoldLesserHalf();
        var names = new List<NamedUse>(_entries.Count + 1);
        foreach (Entry entry in Sorted())
            names.Add(new NamedUse(entry.Name, MappingCategories.Name(entry.Category), entry.Use));
        if (_others.Mappings > 0)
            names.Add(new NamedUse(Others, MappingCategories.Name(MappingCategory.Other), _others));
        return names;
    }

    /// <summary>Adds to the sum of a name; the parts of a file mostly come one after the other.</summary>
    /// <returns>The name as it is shown.</returns>
    internal string Add(ReadOnlySpan<byte> name, MappingCategory category, MemoryUse use)
    {
        name = name[..Math.Min(name.Length, MaximumName)];
        if (_last is null || !name.SequenceEqual(_lastName.AsSpan(0, _lastLength)))
        {
            _last = Find(name, category);
            name.CopyTo(_lastName);
            _lastLength = name.Length;
        }

        _last.Use += use;
        return _last.Name;
    }

    private Entry Find(ReadOnlySpan<byte> name, MappingCategory category)
    {
        Span<char> text = stackalloc char[MaximumName];
        int length = Encoding.UTF8.GetChars(name, text);
        ReadOnlySpan<char> key = text[..length];
        if (!redaction.IsNone && key is ['/' or '[', ..])
            key = redaction.Apply(key.ToString());
        if (_entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out Entry? entry))
            return entry;
        if (_entries.Count >= 2 * capacity || _characters + key.Length > 2 * MaximumCharacters)
            FoldLesserHalf();
        entry = new Entry(key.ToString(), category);
        _entries.Add(entry.Name, entry);
        _characters += entry.Name.Length;
        return entry;
    }

    private void FoldLesserHalf()
    {
        if (_entries.Count <= capacity && _characters <= MaximumCharacters)
            return;
        _last = null;
        Entry[] sorted = Sorted();
        int kept = 0;
        _characters = 0;
        while (kept < Math.Min(capacity, sorted.Length)
            && _characters + sorted[kept].Name.Length <= MaximumCharacters)
            _characters += sorted[kept++].Name.Length;
        foreach (Entry entry in sorted.AsSpan(kept))
        {
            _others += entry.Use;
            _entries.Remove(entry.Name);
        }
    }

    // By PSS, then by name, so that the order does not depend on the addresses.
    private Entry[] Sorted()
    {
        var sorted = new Entry[_entries.Count];
        _entries.Values.CopyTo(sorted, 0);
        Array.Sort(sorted, static (a, b) => a.Use.Pss != b.Use.Pss
            ? b.Use.Pss.CompareTo(a.Use.Pss)
            : string.CompareOrdinal(a.Name, b.Name));
        return sorted;
    }

    private sealed class Entry(string name, MappingCategory category)
    {
        public string Name { get; } = name;

        public MappingCategory Category { get; } = category;

        public MemoryUse Use { get; set; }
    }
}
