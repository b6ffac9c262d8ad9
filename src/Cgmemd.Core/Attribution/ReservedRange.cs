using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// A heap that a runtime takes as one range of addresses and makes usable part by part: a run of mappings without a
/// gap. Often only the reserved rest behind the parts tells whose they are.
/// </summary>
internal sealed class ReservedRange
{
    private const ulong Megabyte = 1 << 20;
    private const ulong CompressedPointers = 32ul << 30;

    private readonly RuntimeKind _kind;

    // The run that the mapping last seen belongs to; the end is 0 when it belongs to none.
    private ulong _start;
    private ulong _end;
    private bool _isDecided;
    private bool _isOpen;
    private bool _isHeapBefore;

    private ReservedRange(RuntimeKind kind) => _kind = kind;

    /// <summary>Whether parts of the run wait for what lies behind them.</summary>
    internal bool IsOpen => _isOpen;

    /// <summary>
    /// CoreCLR and NativeAOT: gcenv.unix.cpp takes the range with MADV_DONTDUMP and lifts that from what it commits.
    /// Regions begin at a multiple of at least 1 MiB (gc.cpp, initial region size 4, 2 or 1 MiB), the GC's tables,
    /// which lie in such a range too, at any page.
    /// </summary>
    internal static ReservedRange ForDotNet() => new(RuntimeKind.DotNet);

    /// <summary>
    /// HotSpot: taken with MAP_NORESERVE, committed without. Below 32 GiB with compressed pointers; a larger heap has
    /// none, and is the one run of that length.
    /// </summary>
    internal static ReservedRange ForJvm() => new(RuntimeKind.Jvm);

    /// <summary>Whether a private mapping without a name may be part of such a range.</summary>
    internal bool Includes(in MappedRange range, VmFlags flags)
    {
        if ((flags & VmFlags.NoHugePage) != 0 || range.IsExecutable)
            return false;
        bool noReserve = (flags & VmFlags.NoReserve) != 0, dontDump = (flags & VmFlags.DontDump) != 0;
        return !range.IsReserved ? range.IsWritable && !noReserve : _kind is RuntimeKind.Jvm ? noReserve : dontDump;
    }

    /// <summary>What the parts left open are, now that the next mapping is known; null for still open.</summary>
    internal MappingCategory? Settle(in MappedRange range, VmFlags flags, bool isPrivateUnnamed)
    {
        bool belongs = isPrivateUnnamed && Includes(range, flags);
        bool goesOn = belongs && range.Start == _end, wasOpen = _isOpen;
        if (!goesOn)
            (_start, _isDecided, _isOpen, _isHeapBefore) = (range.Start, false, false, false);
        _end = belongs ? range.End : 0;
        _isDecided |= belongs && Decides(range);
        if (!wasOpen || (goesOn && !_isDecided))
            return null;
        _isOpen = false;
        return goesOn ? MappingCategory.ManagedHeap : MappingCategory.Anonymous;
    }

    /// <summary>The category of the included mapping that Settle has just seen; null for open.</summary>
    internal MappingCategory? Classify(in MappedRange range)
    {
        bool isJvm = _kind is RuntimeKind.Jvm;
        if (range.IsReserved)
        {
            // It costs nothing; it goes with the heap so that the parts before and behind it count as one.
            bool isHeap = _isDecided && (isJvm || _isHeapBefore);
            _isHeapBefore = false;
            return isHeap ? MappingCategory.ManagedHeap : MappingCategory.Anonymous;
        }

        _isHeapBefore |= isJvm || range.Start % Megabyte == 0;
        if (!_isHeapBefore)
            return MappingCategory.Anonymous;
        if (_isDecided)
            return MappingCategory.ManagedHeap;
        _isOpen = true;
        return null;
    }

    // Whether the run is a heap's, seen up to this mapping.
    private bool Decides(in MappedRange range) => _kind is RuntimeKind.Jvm
        ? _start < CompressedPointers || _end - _start >= CompressedPointers
        : range.IsReserved;
}
