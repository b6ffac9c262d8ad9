using System.Text;

namespace Cgmemd.Core.Kernel;

/// <summary>
/// /proc/PID/smaps added up by category, fed line by line because the file may be tens of megabytes: lines, then
/// <see cref="TryComplete"/>. Expensive for the target (it holds mmap_lock): on an alert or on demand only.
/// </summary>
public sealed class SmapsBreakdown
{
    /// <summary>From this size an anonymous mapping counts as large: arenas and garbage collected heaps.</summary>
    public const ulong LargeAnonymousSize = 10 << 20;

    private readonly MappingTotals[] _totals = new MappingTotals[MappingCategories.Count];
    private readonly List<GreatMapping> _greatest = [];
    private readonly int _greatestCount;

    // The mapping being read, and the run of neighbouring mappings of one file it belongs to: a program or library is
    // mapped in parts, of which only one is executable.
    private MappingTotals _mapping;
    private MappingCategory _category;
    private byte[] _name = [];
    private bool _open;
    private (ulong Device, ulong Inode) _file;
    private MappingTotals _run;
    private bool _runIsCode;
    private readonly List<(byte[] Name, MappingTotals Totals)> _runParts = [];

    /// <param name="greatestCount">How many of the greatest mappings to keep.</param>
    public SmapsBreakdown(int greatestCount = 20) => _greatestCount = greatestCount;

    /// <summary>How many anonymous mappings are at least <see cref="LargeAnonymousSize"/>.</summary>
    public int LargeAnonymousCount { get; private set; }

    /// <summary>The greatest mappings by PSS, the greatest first; those without any are left out.</summary>
    public IReadOnlyList<GreatMapping> Greatest => _greatest;

    /// <summary>The sum over all mappings.</summary>
    public MappingTotals Total => _totals.Aggregate((a, b) => a + b);

    /// <summary>The sum over one category.</summary>
    public MappingTotals this[MappingCategory category] => _totals[(int)category];

    /// <summary>Takes one line without its newline; false when it is malformed.</summary>
    public bool TryAddLine(ReadOnlySpan<byte> line)
    {
        // A head line starts with a lower case hex number, every other with a capital letter.
        if (line.IsEmpty || !char.IsAsciiLetterUpper((char)line[0]))
            return TryStart(line);
        if (!_open || !ColonKeyed.TrySplit(line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
            return false;
        bool isRss = key.SequenceEqual("Rss"u8), isPss = key.SequenceEqual("Pss"u8),
            isDirty = key.SequenceEqual("Private_Dirty"u8), isSwap = key.SequenceEqual("Swap"u8);
        if (!isRss && !isPss && !isDirty && !isSwap)
            return true;
        if (!ColonKeyed.TryParseKilobytes(value, out ulong bytes))
            return false;
        _mapping = isRss ? _mapping with { Rss = bytes }
            : isPss ? _mapping with { Pss = bytes }
            : isDirty ? _mapping with { PrivateDirty = bytes }
            : _mapping with { Swap = bytes };
        return true;
    }

    /// <summary>Ends the file; false when there was no mapping in it.</summary>
    public bool TryComplete()
    {
        bool any = _open;
        EndMapping();
        EndRun();
        _open = false;
        return any;
    }

    private bool TryStart(ReadOnlySpan<byte> line)
    {
        if (!Mapping.TryParse(line, out Mapping mapping))
            return false;
        EndMapping();
        _open = true;
        _mapping = new MappingTotals(1, mapping.Size, 0, 0, 0, 0);
        _category = mapping.Category;
        if (!mapping.Name.SequenceEqual(_name))
            _name = mapping.Name.ToArray();
        if (_category is MappingCategory.MappedFile)
        {
            if (_file != (mapping.Device, mapping.Inode))
                EndRun();
            _file = (mapping.Device, mapping.Inode);
            _runIsCode |= mapping.IsExecutable;
        }
        else if (_category is MappingCategory.Anonymous && mapping.Size >= LargeAnonymousSize)
        {
            LargeAnonymousCount++;
        }

        return true;
    }

    private void EndMapping()
    {
        if (!_open)
            return;
        if (_category is MappingCategory.MappedFile)
        {
            _run += _mapping;
            _runParts.Add((_name, _mapping));
            return;
        }

        _totals[(int)_category] += _mapping;
        Keep(_category, _name, _mapping);
    }

    private void EndRun()
    {
        MappingCategory category = _runIsCode ? MappingCategory.SharedLibrary : MappingCategory.MappedFile;
        _totals[(int)category] += _run;
        foreach ((byte[] name, MappingTotals totals) in _runParts)
            Keep(category, name, totals);
        _run = default;
        _runIsCode = false;
        _runParts.Clear();
    }

    private void Keep(MappingCategory category, ReadOnlySpan<byte> name, MappingTotals totals)
    {
        bool full = _greatest.Count >= _greatestCount;
        if (totals.Pss == 0 || _greatestCount == 0 || (full && totals.Pss <= _greatest[^1].Totals.Pss))
            return;
        if (full)
            _greatest.RemoveAt(_greatest.Count - 1);
        int at = _greatest.FindIndex(g => g.Totals.Pss < totals.Pss);
        var great = new GreatMapping(Encoding.UTF8.GetString(name), category, totals);
        _greatest.Insert(at < 0 ? _greatest.Count : at, great);
    }
}
