using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// /proc/PID/smaps added up by category and by name, fed line by line because the file may be tens of megabytes: lines,
/// then <see cref="TryComplete"/>. Its memory is bounded whatever the process maps, its time is linear in the lines.
/// To read the file is expensive for the target (it holds mmap_lock): on an alert or on demand only.
/// </summary>
public sealed class SmapsBreakdown
{
    /// <summary>From this size a private mapping without a file is large: arenas, heaps, WASM memories.</summary>
    public const ulong LargeAnonymousSize = 10 << 20;

    private readonly MemoryUse[] _totals = new MemoryUse[MappingCategories.Count];
    private readonly MappingClassifier _classifier;
    private readonly NameTable _names;
    private readonly GreatestAreas _greatest;
    private readonly HashSet<ulong>? _tmpfsDevices;

    // The mapping being read.
    private bool _isOpen;
    private MappedRange _range;
    private VmFlags _flags;
    private MemoryUse _use;
    private MappingCategory _byName;
    private ulong _device;
    private ulong _inode;
    private byte[] _name = new byte[256];
    private int _nameLength;

    // Mappings whose category shows from those behind them, and the parts of a file that lie together: a program is
    // mapped in parts, of which only one is executable. Memory without a file between the parts does not end the file.
    private MemoryUse _undecided;
    private ulong _undecidedEnd;
    private MemoryUse _file;
    private bool _isFileCode;
    private ulong _fileDevice;
    private ulong _fileInode;
    private byte[] _fileName = new byte[256];
    private int _fileNameLength;

    /// <param name="runtime">What the process runs in; it decides which rules hold.</param>
    /// <param name="redaction">What is left out of names.</param>
    /// <param name="greatestCount">How many of the greatest areas to keep.</param>
    /// <param name="tmpfsDevices">As <see cref="Kernel.TmpfsDevices"/> gives them; what is mapped from these is shared
    /// memory. Null: only what is known by its name.</param>
    public SmapsBreakdown(
        Runtime runtime, Redaction redaction, int greatestCount = 20, HashSet<ulong>? tmpfsDevices = null)
    {
        _classifier = new MappingClassifier(runtime);
        _names = new NameTable(redaction);
        _greatest = new GreatestAreas(greatestCount);
        _tmpfsDevices = tmpfsDevices;
    }

    /// <summary>How many private mappings without a file, and not merely reserved, are at least
    /// <see cref="LargeAnonymousSize"/>.</summary>
    public int LargeAnonymousCount { get; private set; }

    /// <summary>
    /// The greatest areas by PSS, the greatest first: neighbouring mappings of one category and name are one area. The
    /// name is empty for memory without one. Areas without any PSS are left out.
    /// </summary>
    public List<NamedUse> Greatest => _greatest.ToList();

    /// <summary>What the kernel has a name for, summed up by it: at most 512 names and <c>(others)</c>.</summary>
    public List<NamedUse> Names => _names.ToList();

    /// <summary>The sum over all mappings.</summary>
    public MemoryUse Total
    {
        get
        {
            MemoryUse total = default;
            foreach (MemoryUse use in _totals)
                total += use;
            return total;
        }
    }

    /// <summary>The sum over one category.</summary>
    public MemoryUse this[MappingCategory category] => _totals[(int)category];

    /// <summary>Takes one line without its newline; false when it is malformed.</summary>
    public bool TryAddLine(ReadOnlySpan<byte> line)
    {
        // A head line starts with a lower case hex number, every other with a capital letter.
        if (line.IsEmpty || !char.IsAsciiLetterUpper((char)line[0]))
            return TryStart(line);
        if (!_isOpen || !ColonKeyed.TrySplit(line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
            return false;
        if (key.SequenceEqual("VmFlags"u8))
        {
            _flags = VmFlagsText.Parse(value);
            return true;
        }

        bool isRss = key.SequenceEqual("Rss"u8), isPss = key.SequenceEqual("Pss"u8),
            isDirty = key.SequenceEqual("Private_Dirty"u8), isSwap = key.SequenceEqual("SwapPss"u8);
        if (!isRss && !isPss && !isDirty && !isSwap)
            return true;
        if (!ColonKeyed.TryParseKilobytes(value, out ulong bytes))
            return false;
        _use = isRss ? _use with { Rss = bytes }
            : isPss ? _use with { Pss = bytes }
            : isDirty ? _use with { PrivateDirty = bytes }
            : _use with { SwapPss = bytes };
        return true;
    }

    /// <summary>Ends the file; false when there was no mapping in it.</summary>
    public bool TryComplete()
    {
        bool any = _isOpen;
        EndMapping();
        _isOpen = false;
        Decide(MappingCategory.Anonymous);
        EndFile();
        return any;
    }

    private bool TryStart(ReadOnlySpan<byte> line)
    {
        if (!Mapping.TryParse(line, out Mapping mapping))
            return false;
        EndMapping();
        _isOpen = true;
        (_range, _flags, _use) = (mapping.Range, VmFlags.None, new MemoryUse(0, 0, 0, 0, 1));
        (_device, _inode) = (mapping.Device, mapping.Inode);
        Keep(mapping.Name, ref _name, out _nameLength);
        _byName = mapping.Category;
        if (_byName is MappingCategory.MappedFile && _tmpfsDevices?.Contains(_device) == true)
            _byName = MappingCategory.SharedMemory;
        return true;
    }

    private void EndMapping()
    {
        if (!_isOpen)
            return;
        ReadOnlySpan<byte> name = _name.AsSpan(0, _nameLength);
        if (_classifier.Settle(_range, _flags, name.IsEmpty) is { } settled)
            Decide(settled);
        MappingCategory? category = _classifier.Classify(_range, _flags, name, _byName);
        if (_byName is MappingCategory.Anonymous or MappingCategory.NamedAnonymous or MappingCategory.NativeHeap
            && !_range.IsReserved && _range.Size >= LargeAnonymousSize)
            LargeAnonymousCount++;
        if (category is null)
            (_undecided, _undecidedEnd) = (_undecided + _use, _range.End);
        else if (category is MappingCategory.MappedFile)
            AddToFile(name);
        else
            Add(category.Value, name, _use, _range.Start, _range.End);
    }

    private void AddToFile(ReadOnlySpan<byte> name)
    {
        if (_file.Mappings > 0 && (_fileDevice, _fileInode) != (_device, _inode))
            EndFile();
        if (_file.Mappings == 0)
        {
            (_fileDevice, _fileInode) = (_device, _inode);
            Keep(name, ref _fileName, out _fileNameLength);
        }

        _file += _use;
        _isFileCode |= _range.IsExecutable;
    }

    private void EndFile()
    {
        if (_file.Mappings > 0)
        {
            Add(
                _isFileCode ? MappingCategory.SharedLibrary : MappingCategory.MappedFile,
                _fileName.AsSpan(0, _fileNameLength), _file, start: 0, end: 0);
        }

        (_file, _isFileCode) = (default, false);
    }

    private void Decide(MappingCategory category)
    {
        if (_undecided.Mappings > 0)
            Add(category, default, _undecided, start: 0, end: _undecidedEnd);
        _undecided = default;
    }

    private void Add(MappingCategory category, ReadOnlySpan<byte> name, MemoryUse use, ulong start, ulong end)
    {
        _totals[(int)category] += use;
        // A thread's stack may have a name of its own, with the thread's number in it.
        bool isNamed = !name.IsEmpty && (category is not MappingCategory.Stack || name.SequenceEqual("[stack]"u8));
        string shown = isNamed ? _names.Add(name, category, use) : "";
        _greatest.Add(shown, category, use, start, end);
    }

    private static void Keep(ReadOnlySpan<byte> name, ref byte[] buffer, out int length)
    {
        if (name.Length > buffer.Length)
            buffer = new byte[name.Length];
        name.CopyTo(buffer);
        length = name.Length;
    }
}
