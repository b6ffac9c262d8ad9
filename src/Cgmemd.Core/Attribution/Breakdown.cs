namespace Cgmemd.Core.Attribution;

/// <summary>
/// What the memory of a unit is for at one instant, from the full smaps of its processes and the cgroup's own files: in
/// each capture, in the history, and what <c>cgmemctl show --memory</c> shows. Sizes are bytes.
/// </summary>
public sealed record Breakdown
{
    /// <summary>The unit, or the path of a plain cgroup.</summary>
    public required string Unit { get; init; }

    public required string Cgroup { get; init; }

    public required ulong CgroupId { get; init; }

    public string? InvocationId { get; init; }

    /// <summary>When its reading began: CLOCK_REALTIME, µs.</summary>
    public required long TimeUsec { get; init; }

    /// <summary>How long it took, in microseconds: it is of no single instant.</summary>
    public required long DurationUsec { get; init; }

    /// <summary>By the name of the category, such as <c>managed_heap</c>; those without a mapping are left out.</summary>
    public required IReadOnlyDictionary<string, MemoryUse> Categories { get; init; }

    /// <summary>The greatest by name over all processes: files, shared memory, named anonymous memory.</summary>
    public required IReadOnlyList<NamedUse> Names { get; init; }

    /// <summary>Anonymous mappings of at least 10 MiB: arenas, WASM memories, heaps of runtimes.</summary>
    public required int LargeAnonymousRegions { get; init; }

    /// <summary>The largest by PSS, largest first; the others are in the sums and the counts.</summary>
    public required IReadOnlyList<ProcessBreakdown> Processes { get; init; }

    /// <summary>How many processes the unit had.</summary>
    public required int ProcessCount { get; init; }

    /// <summary>
    /// Of how many only smaps_rollup was read: what they have is in the categories as <c>anonymous</c> (with all that is
    /// dirty or swapped), <c>mapped_file</c> and <c>shared_memory</c>, and in no name.
    /// </summary>
    public int RollupOnlyCount { get; init; }

    /// <summary>Processes that are missing in the sums, by reason.</summary>
    public required MissingProcesses Missing { get; init; }

    /// <summary>Children of the unit that are in another cgroup: not in its memory, not in the sums.</summary>
    public required IReadOnlyList<EscapedProcess> Escaped { get; init; }

    /// <summary>Absent where the cgroup was gone when its files were to be read.</summary>
    public Reconciliation? Reconciliation { get; init; }
}

/// <summary>Mappings added up, in bytes.</summary>
/// <param name="Pss">The proportional share.</param>
/// <param name="Rss">What is resident.</param>
/// <param name="PrivateDirty">What only this process has, and no file.</param>
/// <param name="SwapPss">The proportional share of what is swapped out.</param>
/// <param name="Mappings">How many mappings.</param>
public readonly record struct MemoryUse(ulong Pss, ulong Rss, ulong PrivateDirty, ulong SwapPss, int Mappings)
{
    public static MemoryUse operator +(MemoryUse a, MemoryUse b) => new(
        a.Pss + b.Pss, a.Rss + b.Rss, a.PrivateDirty + b.PrivateDirty, a.SwapPss + b.SwapPss, a.Mappings + b.Mappings);
}

/// <summary>What goes by one name: the path of a file, the name of a memfd, <c>[anon:…]</c>.</summary>
public sealed record NamedUse(string Name, string Category, MemoryUse Use);

/// <summary>Processes left out of the sums.</summary>
/// <param name="Unreadable">For want of the right.</param>
/// <param name="OutOfTime">Since the time for all was up.</param>
/// <param name="Undercounted">Linux before 6.6 skips mappings while the process maps and unmaps.</param>
public sealed record MissingProcesses(int Unreadable, int OutOfTime, int Undercounted);

/// <summary>One process of a unit.</summary>
public sealed record ProcessBreakdown
{
    public required int Pid { get; init; }

    public required int ParentPid { get; init; }

    public required string Command { get; init; }

    /// <summary>Clock ticks since boot; with the pid it tells one process from another.</summary>
    public required ulong StartTimeTicks { get; init; }

    public required int Threads { get; init; }

    /// <summary>Such as <c>dotnet</c>; null where it was not looked for.</summary>
    public string? Runtime { get; init; }

    public string? RuntimeVersion { get; init; }

    /// <summary>Such as <c>glibc</c>; null for unknown.</summary>
    public string? Allocator { get; init; }

    public string? AllocatorVersion { get; init; }

    /// <summary>VmRSS, which anybody may read; null for one that has let go of its memory.</summary>
    public ulong? Rss { get; init; }

    /// <summary>By smaps_rollup, which tells of no mappings; null where it could not be read.</summary>
    public MemoryUse? Use { get; init; }

    /// <summary>By the name of the category; null where its mappings were not read in full.</summary>
    public IReadOnlyDictionary<string, MemoryUse>? Categories { get; init; }

    public int LargeAnonymousRegions { get; init; }

    /// <summary>Its greatest mappings by PSS, greatest first.</summary>
    public IReadOnlyList<NamedUse>? TopMappings { get; init; }
}

/// <summary>A process that a unit started and that has been moved to another cgroup.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="Command">Its comm.</param>
/// <param name="Cgroup">Where it is.</param>
/// <param name="By">How it is known: <c>parent</c> (an ancestor is in the unit), <c>session</c> (of a process of the
/// unit), <c>invocation</c> (INVOCATION_ID of its environment), <c>seen</c> (it was in the unit when last read).</param>
/// <param name="Rss">Its resident set in bytes; null where it is unknown.</param>
/// <param name="Pss">Its proportional share in bytes; null where it was not read.</param>
public sealed record EscapedProcess(int Pid, string Command, string Cgroup, string By, ulong? Rss, ulong? Pss);

/// <summary>
/// How memory.current and the sum of PSS go together. The lines of <see cref="Charged"/> add up to
/// <see cref="MemoryCurrent"/>, those of <see cref="Mapped"/> to memory.current less what is mapped, so that
/// <see cref="MemoryCurrent"/> = <see cref="Pss"/> + Σ Mapped. Sizes are bytes. docs/attribution.md says what each means.
/// </summary>
public sealed record Reconciliation
{
    public required ulong MemoryCurrent { get; init; }

    /// <summary>The sum over all processes that could be read.</summary>
    public required ulong Pss { get; init; }

    /// <summary>What is charged to the cgroup, by the kernel's kinds.</summary>
    public required IReadOnlyList<ReconciliationLine> Charged { get; init; }

    /// <summary>Each difference between what is charged and what its processes map; negative where they map more.</summary>
    public required IReadOnlyList<ReconciliationLine> Mapped { get; init; }

    /// <summary>What belongs to the unit and is in neither, such as hugetlb and swap; no sum.</summary>
    public required IReadOnlyList<ReconciliationLine> Beside { get; init; }

    /// <summary>How memory.current changed while the processes were read; null when the cgroup was gone then.</summary>
    public long? Drift { get; init; }

    /// <summary>What the line <c>stock</c> can be at most for per-CPU stock and the lag of memory.stat.</summary>
    public ulong StockBound { get; init; }

    /// <summary>The line <c>stock</c> is larger than that: something is charged that the kernel has no key for.</summary>
    public bool StockExceeded { get; init; }
}

/// <summary>One part of a reconciliation.</summary>
/// <param name="Name">By the kernel's key where it has one, such as <c>anon</c>, <c>slab_reclaimable</c>.</param>
/// <param name="Bytes">Signed.</param>
/// <param name="Meaning">In a few words, for people.</param>
/// <param name="OffBy">By how much it may be wrong where the kernel does not tell shmem and page cache apart: another
/// line is wrong by as much the other way. Null for exact.</param>
public sealed record ReconciliationLine(string Name, long Bytes, string Meaning, ulong? OffBy = null);
