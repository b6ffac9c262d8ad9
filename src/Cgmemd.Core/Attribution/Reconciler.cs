namespace Cgmemd.Core.Attribution;

/// <summary>
/// Puts what a cgroup is charged beside what its processes map, and gives every difference a name. All sums are exact:
/// what the kernel's figures leave over is a line as well.
/// </summary>
/// <remarks>
/// Source: Documentation/admin-guide/cgroup-v2.rst, "memory.stat"; mm/memcontrol.c. Zswap is charged through
/// obj_cgroup_charge(), hence part of <c>kernel</c>; <c>sock</c> is not. <c>file</c> contains <c>shmem</c>,
/// <c>file_mapped</c> counts both, whoever maps them.
/// </remarks>
/// <param name="cpus">How many CPUs the host has: each may hold a stock of charges.</param>
/// <param name="pageSize">In bytes.</param>
/// <param name="accountsHugetlb">Whether cgroup v2 is mounted with memory_hugetlb_accounting.</param>
public sealed class Reconciler(int cpus, int pageSize, bool accountsHugetlb)
{
    // Per CPU, in pages: MEMCG_CHARGE_BATCH is what a stock holds. memory.stat lags by as much that is pending before
    // it is flushed, and by as much that no CPU has handed in.
    private const long StockBatch = 64;
    private const long LagBatches = 2;

    // What is in "kernel" and has a key of its own; older kernels lack some.
    private static readonly (string Key, string Meaning)[] KernelParts =
    [
        ("kernel_stack", "kernel stacks of threads"),
        ("pagetables", "page tables"),
        ("sec_pagetables", "page tables of virtual machines and devices"),
        ("percpu", "per-CPU kernel memory"),
        ("vmalloc", "vmalloc"),
        ("slab_reclaimable", "slab: dentries, inodes"),
        ("slab_unreclaimable", "slab: other kernel objects, buffers of unix sockets and pipes"),
        ("zswap", "zswap: swapped out memory, compressed"),
    ];

    /// <summary>What per-CPU stock and the lag of memory.stat can explain at most, in bytes.</summary>
    public ulong StockBound => (ulong)(cpus * pageSize * StockBatch * (1 + LagBatches));

    /// <summary>Reconciles; null where memory.stat lacks what every kernel with memory.stat has.</summary>
    /// <param name="before">Read right before the processes: what the sums are of.</param>
    /// <param name="after">Read right after them; null when the cgroup was gone by then.</param>
    /// <param name="mapped">The processes.</param>
    public Reconciliation? Reconcile(ChargedMemory before, ChargedMemory? after, MappedMemory mapped)
    {
        if (FileSplit.Of(before, mapped) is not { } split || before["anon"] is not { } anon)
            return null;
        var charged = new ReconciliationLines();
        var lines = new ReconciliationLines();
        charged.Add("anon", anon, "anonymous memory");
        charged.Add("page_cache", split.PageCache, "page cache: files, without shmem");
        charged.Add("shmem", split.Shmem, "tmpfs, memfd, System V and shared anonymous memory");
        lines.Add("kernel", AddKernel(charged, before), "kernel memory: mapped by no process");
        foreach (ReconciliationLine line in BesideMappings(before, mapped))
        {
            charged.Add(line);
            lines.Add(line);
        }

        long stock = (long)before.Current - charged.Sum;
        bool exceeded = stock > (long)StockBound || stock < -(long)StockBound;
        var left = new ReconciliationLine("stock", stock, StockMeaning(before, exceeded));
        charged.Add(left);
        lines.Add(left);
        FileSplit splitAfter = after is null ? split : FileSplit.Of(after, mapped) ?? split;
        AddMapped(lines, mapped, (anon, after?["anon"] ?? anon), split, splitAfter);
        return new Reconciliation
        {
            MemoryCurrent = before.Current,
            Pss = mapped.Pss,
            Charged = charged.Lines,
            Mapped = lines.Lines,
            Beside = Beside(before, mapped),
            Drift = after is null ? null : (long)(after.Current - before.Current),
            StockBound = StockBound,
            StockExceeded = exceeded,
        };
    }

    // The parts that there are, and what "kernel" has beside them; returns their sum.
    private static long AddKernel(ReconciliationLines charged, ChargedMemory memory)
    {
        long sum = 0;
        foreach ((string key, string meaning) in KernelParts)
        {
            if (memory[key] is not { } bytes)
                continue;
            charged.Add(key, bytes, meaning);
            sum += bytes;
        }

        if (memory["kernel"] is not { } kernel)
            return sum;
        charged.Add("kernel_other", kernel - sum, "other kernel memory: whole pages, partly used ones included");
        return kernel;
    }

    // Charged, and neither anonymous, nor file, nor kernel.
    private List<ReconciliationLine> BesideMappings(ChargedMemory memory, MappedMemory mapped)
    {
        var lines = new ReconciliationLines();
        if (memory["sock"] is { } sock)
            lines.Add("sock", sock, "buffers of TCP and UDP sockets");
        if (memory["hugetlb"] is { } hugetlb)
            lines.Add("hugetlb", hugetlb, "huge pages of hugetlbfs");
        else if (accountsHugetlb)
            lines.Add("hugetlb", (long)(memory.Hugetlb ?? mapped.PrivateHugetlb + mapped.SharedHugetlb),
                "huge pages of hugetlbfs");
        if (memory["swapcached"] is { } cached)
            lines.Add("swapcached", UnmappedSwapCache(memory, cached), "swap cache that no process maps");
        return lines.Lines;
    }

    // The swap cache counts pages that are mapped, too, which are in anon. All that is on the lists of pages and is
    // neither anon nor file is swap cache without a mapping.
    private static long UnmappedSwapCache(ChargedMemory memory, long swapCached)
    {
        long listed = 0;
        foreach (string key in (ReadOnlySpan<string>)
            ["inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable"])
            listed += memory[key] ?? 0;
        long neither = listed - (memory["anon"] ?? 0) - (memory["file"] ?? 0);
        return Math.Max(0, Math.Min(neither, swapCached));
    }

    private static string StockMeaning(ChargedMemory memory, bool exceeded)
    {
        string meaning = memory["kernel"] is null
            ? "kernel memory this kernel has no key for, per-CPU stock, lag of memory.stat"
            : "per-CPU stock, lag of memory.stat";
        return exceeded ? meaning + "; more than those explain: pages being freed, or pinned" : meaning;
    }

    private static void AddMapped(
        ReconciliationLines lines, MappedMemory mapped, (long Before, long After) anon, FileSplit before,
        FileSplit after)
    {
        ulong? offBy = before.OffBy == 0 ? null : before.OffBy;
        lines.Add("file_unmapped", before.PageCache - before.MappedCache, "page cache that no process maps", offBy);
        lines.Add("shmem_unmapped", before.Shmem - before.MappedShmem,
            "files in tmpfs, memfds, shared memory: mapped by no process", offBy);
        // The unit may change while it is read. Of what was seen before and after, the value that fits best counts.
        long pssAnon = (long)mapped.PssAnon, pssShmem = (long)mapped.PssShmem, pssFile = (long)mapped.PssFile;
        long fitAnon = Between(pssAnon, anon.Before, anon.After);
        long fitShmem = Between(pssShmem, before.MappedShmem, after.MappedShmem);
        long fitFile = Between(pssFile, before.MappedCache, after.MappedCache);
        AddAnon(lines, mapped, fitAnon - pssAnon);
        AddShared(lines, "shmem", "shared memory", mapped, fitShmem - pssShmem, offBy);
        AddShared(lines, "file", "files", mapped, fitFile - pssFile, offBy);
        long drift = anon.Before - fitAnon + before.MappedShmem - fitShmem + before.MappedCache - fitFile;
        lines.AddUnlessZero("drift", drift, "changed while the processes were read");
    }

    private static void AddAnon(ReconciliationLines lines, MappedMemory mapped, long difference)
    {
        if (difference < 0)
        {
            lines.Add("anon_elsewhere", difference,
                "mapped here, charged to other cgroups: by processes that came from there or share it by fork"
                + (mapped.Ksm > 0 ? ", or merged by KSM" : ""));
            return;
        }

        long unread = (long)Math.Min((ulong)difference, mapped.UnreadRssAnon);
        lines.AddUnlessZero("anon_unread", unread, "anonymous memory of processes that could not be read");
        string meaning = "anonymous memory of processes that left";
        if (mapped.RssAnon > mapped.PssAnon)
            meaning += ", or shared by fork with processes elsewhere";
        if (mapped.Ksm > 0)
            meaning += ", or merged by KSM";
        if (mapped.Unread > 0)
            meaning += ", or of processes not read";
        lines.AddUnlessZero("anon_left", difference - unread, meaning);
    }

    private static void AddShared(
        ReconciliationLines lines, string name, string what, MappedMemory mapped, long difference, ulong? offBy)
    {
        string byWhom = mapped.Unread > 0 ? "processes elsewhere, or not read" : "processes elsewhere";
        if (difference > 0)
            lines.Add(name + "_shared", difference, $"{what} charged here, mapped by {byWhom}", offBy);
        else if (difference < 0)
            lines.Add(name + "_elsewhere", difference,
                $"{what} mapped here, charged to other cgroups or to none: who touched it first pays", offBy);
    }

    private List<ReconciliationLine> Beside(ChargedMemory memory, MappedMemory mapped)
    {
        var beside = new ReconciliationLines();
        if (memory.Swap is { } swap)
        {
            beside.Add("swap", (long)swap, "memory.swap.current");
            beside.Add("swap_mapped", (long)mapped.SwapPss, "of it, of the processes here");
            beside.Add("swap_unmapped", (long)(swap - mapped.SwapPss),
                "of it, shared memory, swap cache, of processes that left; negative: charged elsewhere");
        }

        if (memory["zswapped"] is { } zswapped)
            beside.AddUnlessZero("zswapped", zswapped, "of it, compressed in memory: see zswap");
        if (!accountsHugetlb && memory["hugetlb"] is null)
        {
            if (memory.Hugetlb is { } hugetlb)
                beside.AddUnlessZero("hugetlb", (long)hugetlb, "huge pages of hugetlbfs, in no other figure");
            beside.AddUnlessZero("hugetlb_private", (long)mapped.PrivateHugetlb, "huge pages mapped by one process");
            beside.AddUnlessZero("hugetlb_shared", (long)mapped.SharedHugetlb,
                "huge pages mapped by several, counted for each");
        }

        beside.AddUnlessZero("ksm", (long)mapped.Ksm, "merged pages, as often as they are mapped");
        return beside.Lines;
    }

    private static long Between(long value, long one, long other) =>
        Math.Clamp(value, Math.Min(one, other), Math.Max(one, other));
}
