using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// Tells what private memory without a file is for, by its place, its protection, its flags and what lies before it,
/// knowing the runtime. Fed in the order of addresses. What no rule claims stays
/// <see cref="MappingCategory.Anonymous"/>.
/// </summary>
/// <remarks>Each rule and where it comes from: docs/attribution.md.</remarks>
internal sealed class MappingClassifier(Runtime runtime)
{
    private const ulong Kilobyte = 1 << 10;
    private const ulong Megabyte = 1 << 20;
    private const ulong Gigabyte = 1 << 30;

    // malloc/arena.c, HEAP_MAX_SIZE on 64-bit.
    private const ulong ArenaSize = 64 * Megabyte;

    private const VmFlags Marked = VmFlags.NoReserve | VmFlags.DontCopy | VmFlags.DontDump | VmFlags.NoHugePage;

    private readonly ReservedRange? _reserved = runtime.Kind switch
    {
        RuntimeKind.DotNet => ReservedRange.ForDotNet(),
        RuntimeKind.Jvm => ReservedRange.ForJvm(),
        _ => null,
    };

    private readonly ulong _pageSize = runtime.Kind switch
    {
        RuntimeKind.Python => LanguagePages.PythonArena(runtime.Version),
        RuntimeKind.Ruby => LanguagePages.RubyHeapPage(runtime.Version),
        _ => 0,
    };

    private MappedRange _before;
    private VmFlags _flagsBefore;
    private bool _isUnnamedBefore;
    private bool _isArenaBefore;

    // The mapping before may be an arena's used part; what it is if it is none, null for what the reserved range says.
    private bool _mayBeArenaBefore;
    private MappingCategory? _otherwise;

    /// <summary>
    /// What the mappings for which <see cref="Classify"/> gave null turn out to be, once the one behind them is known;
    /// null as long as it is open. Comes before that one's own Classify.
    /// </summary>
    internal MappingCategory? Settle(in MappedRange range, VmFlags flags, bool isUnnamed)
    {
        bool isPrivate = isUnnamed && range.IsPrivate;
        MappingCategory? settled = _reserved?.Settle(range, flags, isPrivate);
        if (!_mayBeArenaBefore)
            return settled;
        _mayBeArenaBefore = false;
        return isPrivate && IsRestOfArena(range, flags) ? MappingCategory.NativeHeap : _otherwise ?? settled;
    }

    /// <summary>The category of the next mapping, or null where it takes those behind it to tell.</summary>
    /// <param name="range">Where it lies.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="name">Its name; empty for memory without one.</param>
    /// <param name="byName">What the name alone says.</param>
    internal MappingCategory? Classify(
        in MappedRange range, VmFlags flags, ReadOnlySpan<byte> name, MappingCategory byName)
    {
        bool isUnnamed = name.IsEmpty && range.IsPrivate;
        MappingCategory? category = isUnnamed ? Unnamed(range, flags) : AnonymousNames.Classify(range, name, byName);
        _isArenaBefore = isUnnamed && category is MappingCategory.NativeHeap;
        (_before, _flagsBefore, _isUnnamedBefore) = (range, flags, isUnnamed);
        return category;
    }

    private MappingCategory? Unnamed(in MappedRange range, VmFlags flags)
    {
        if (range.IsExecutable)
            return MappingCategory.Jit;
        if (IsThreadStack(range, flags))
            return MappingCategory.Stack;
        // What is open already is settled together with what comes now, and is no arena.
        bool isAlone = _reserved is not { IsOpen: true };
        MappingCategory? category = OfHeaps(range, flags);
        _mayBeArenaBefore = isAlone && (category is null or MappingCategory.Anonymous)
            && IsStartOfArena(range, flags);
        _otherwise = category;
        return _mayBeArenaBefore ? null : category;
    }

    private MappingCategory? OfHeaps(in MappedRange range, VmFlags flags)
    {
        if (_reserved is not null && _reserved.Includes(range, flags))
            return _reserved.Classify(range);
        if (!range.IsWritable)
            return MappingCategory.Anonymous;
        return IsManagedHeap(range, flags) ? MappingCategory.ManagedHeap
            : IsAllocators(range, flags) ? MappingCategory.NativeHeap
            : MappingCategory.Anonymous;
    }

    // A guard without access, then the stack. From Linux 6.7 the flag of MAP_STACK tells; before, the size: stacks are
    // given in multiples of 64 KiB, with the guard (JVM) or without (glibc). musl sets no flag; its guard is always
    // 8 KiB, and with its default of 128 KiB come the thread's own variables. A stack without the flag may have grown
    // together with what lies above it: larger ones are not believed.
    private bool IsThreadStack(in MappedRange range, VmFlags flags)
    {
        const VmFlags Others = VmFlags.NoReserve | VmFlags.DontDump | VmFlags.DontCopy;
        const ulong Unit = 64 * Kilobyte;
        if (!range.IsWritable || !IsBehindUnnamed(range) || !_before.IsReserved || _before.Size > Unit
            || ((flags | _flagsBefore) & Others) != 0)
            return false;
        if ((flags & VmFlags.NoHugePage) != 0)
            return true;
        bool isMusl = runtime.Kind is RuntimeKind.Native
            && runtime.Allocator is AllocatorKind.Musl or AllocatorKind.Unknown;
        return isMusl
            ? _before.Size == 8 * Kilobyte && range.Size <= 256 * Kilobyte
            : range.Size <= 16 * Megabyte && (range.Size % Unit == 0 || (range.Size + _before.Size) % Unit == 0);
    }

    private bool IsManagedHeap(in MappedRange range, VmFlags flags)
    {
        bool noReserve = (flags & VmFlags.NoReserve) != 0, noHugePage = (flags & VmFlags.NoHugePage) != 0;
        return runtime.Kind switch
        {
            RuntimeKind.Node => IsV8Page(range, flags),
            // bmalloc is mimalloc there: arenas of 1 GiB for objects and malloc alike, 4 GiB for JSC's structures.
            RuntimeKind.Bun => noReserve && range.Size >= (noHugePage ? 4 * Gigabyte : Gigabyte),
            // runtime/malloc.go, mallocinit(): the first hints are 0xc0<<32, on arm64 0x40<<32.
            RuntimeKind.Go => range.Start is (>= 0xc0ul << 32 and < 0x100ul << 32)
                or (>= 0x40ul << 32 and < 0x50ul << 32),
            RuntimeKind.Python => !noReserve && !noHugePage && range.Size > 0 && range.Size % _pageSize == 0,
            RuntimeKind.Ruby => !noReserve && !noHugePage && range.Size > 0
                && (range.Start | range.Size) % _pageSize == 0,
            _ => false,
        };
    }

    // V8 keeps all its pages out of forks; a WebAssembly memory lies behind a reserved 2 GiB and is none of its heap.
    // Where the flag is not set: pages of 256 KiB at random addresses of 46 bits, far below what mmap picks.
    private bool IsV8Page(in MappedRange range, VmFlags flags)
    {
        if ((flags & VmFlags.DontCopy) != 0)
            return !(IsBehindUnnamed(range) && _before.IsReserved && _before.Size >= Gigabyte);
        return (flags & VmFlags.NoReserve) != 0 && range.Start % (256 * Kilobyte) == 0 && range.Start < 1ul << 46;
    }

    private bool IsAllocators(in MappedRange range, VmFlags flags)
    {
        if ((flags & (VmFlags.NoReserve | VmFlags.DontCopy | VmFlags.NoHugePage)) != VmFlags.NoReserve)
            return false;
        return runtime.Allocator switch
        {
            AllocatorKind.Glibc => range.Start % ArenaSize == 0
                || (_isArenaBefore && IsBehindUnnamed(range)),
            AllocatorKind.Jemalloc or AllocatorKind.Mimalloc => true,
            _ => false,
        };
    }

    // glibc's arenas of other threads where they are not taken with MAP_NORESERVE, as measured of 2.41: from a multiple
    // of their size on, with a rest without access up to the next one. Either alone may be chance.
    private bool IsStartOfArena(in MappedRange range, VmFlags flags) =>
        runtime.Allocator is AllocatorKind.Glibc && range.IsWritable && range.Start % ArenaSize == 0
        && (flags & Marked) == 0;

    private bool IsRestOfArena(in MappedRange range, VmFlags flags) =>
        range.IsReserved && IsBehindUnnamed(range) && range.Size < ArenaSize && range.End % ArenaSize == 0
        && (flags & Marked) == 0;

    private bool IsBehindUnnamed(in MappedRange range) => _isUnnamedBefore && _before.End == range.Start;
}
