using System.Text;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Attribution;

public class ReconcilerTests
{
    private const long Mebi = 1 << 20;
    private const ulong Bound = 2 * 4096 * 64 * 3;

    private static readonly Reconciler TwoCpus = new(2, 4096, accountsHugetlb: false);

    // A service with 40 MiB of its own, 10 MiB of page cache of which it maps 4, on a kernel as of 6.12.
    private static readonly (string Key, long Bytes)[] Plain =
    [
        ("anon", 40 * Mebi), ("file", 10 * Mebi), ("kernel", 3 * Mebi), ("kernel_stack", Mebi / 4),
        ("pagetables", Mebi / 2), ("sec_pagetables", 0), ("percpu", 0), ("sock", Mebi), ("vmalloc", 0), ("shmem", 0),
        ("zswap", 0), ("zswapped", 0), ("file_mapped", 4 * Mebi), ("swapcached", 0), ("inactive_anon", 40 * Mebi),
        ("active_anon", 0), ("inactive_file", 10 * Mebi), ("active_file", 0), ("unevictable", 0),
        ("slab_reclaimable", Mebi), ("slab_unreclaimable", Mebi),
    ];

    [Fact]
    public void EachPartOfMemoryCurrentIsALine()
    {
        Reconciliation result = Reconcile(Charged(54 * Mebi + 8192, Plain), Mapped(anon: 40, file: 4));
        Assert.Equal(40 * Mebi, Line(result.Charged, "anon"));
        Assert.Equal(10 * Mebi, Line(result.Charged, "page_cache"));
        Assert.Equal(0, Line(result.Charged, "shmem"));
        Assert.Equal(Mebi / 4, Line(result.Charged, "kernel_stack"));
        Assert.Equal(Mebi / 4, Line(result.Charged, "kernel_other"));
        Assert.Equal(Mebi, Line(result.Charged, "sock"));
        Assert.Equal(8192, Line(result.Charged, "stock"));
        Assert.False(result.StockExceeded);
        Assert.Equal(3 * Mebi, Line(result.Mapped, "kernel"));
        Assert.Equal(Mebi, Line(result.Mapped, "sock"));
        Assert.Equal(6 * Mebi, Line(result.Mapped, "file_unmapped"));
        Assert.Equal(
            ["kernel", "sock", "swapcached", "stock", "file_unmapped", "shmem_unmapped"],
            result.Mapped.Select(line => line.Name));
        Assert.All(result.Mapped, line => Assert.Null(line.OffBy));
        Assert.Equal(0, result.Drift);
        Assert.Equal(Bound, result.StockBound);
    }

    [Fact]
    public void AKeyTheKernelLacksIsNoLine()
    {
        (string, long)[] old = [.. Plain.Where(part => part.Key
            is not ("kernel" or "vmalloc" or "sec_pagetables" or "zswap" or "zswapped" or "swapcached"))];
        Reconciliation result = Reconcile(Charged(54 * Mebi, old), Mapped(anon: 40, file: 4));
        Assert.DoesNotContain(result.Charged, line =>
            line.Name is "vmalloc" or "sec_pagetables" or "zswap" or "kernel_other" or "swapcached" or "hugetlb");
        Assert.Equal(2 * Mebi + Mebi * 3 / 4, Line(result.Mapped, "kernel"));
        Assert.Equal(Mebi / 4, Line(result.Charged, "stock"));
        Assert.Contains("no key for", Meaning(result.Charged, "stock"), StringComparison.Ordinal);
        Assert.Empty(result.Beside);
    }

    [Fact]
    public void WithoutMemoryStatThereIsNothingToReconcile() => Assert.Null(
        TwoCpus.Reconcile(new ChargedMemory(1, new Dictionary<string, ulong>(), null, null), null, Mapped()));

    [Fact]
    public void MoreThanStockCanExplainIsFlagged()
    {
        Reconciliation result = Reconcile(Charged(56 * Mebi, Plain), Mapped(anon: 40, file: 4));
        Assert.Equal(2 * Mebi, Line(result.Charged, "stock"));
        Assert.True(result.StockExceeded);
        Assert.Contains("pinned", Meaning(result.Mapped, "stock"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhoLeftAndWhoCameIsToldApart()
    {
        Reconciliation left = Reconcile(Charged(54 * Mebi, Plain), Mapped(anon: 30, file: 4));
        Assert.Equal(10 * Mebi, Line(left.Mapped, "anon_left"));
        Assert.Equal("anonymous memory of processes that left", Meaning(left.Mapped, "anon_left"));
        Reconciliation came = Reconcile(Charged(54 * Mebi, Plain), Mapped(anon: 60, file: 4));
        Assert.Equal(-20 * Mebi, Line(came.Mapped, "anon_elsewhere"));
        Assert.DoesNotContain(came.Mapped, line => line.Name == "anon_left");
    }

    [Fact]
    public void WhatCannotBeToldApartIsNamedForBoth()
    {
        MappedMemory mapped = Mapped(anon: 30, file: 4, rssAnon: 35);
        mapped.AddUnread(new ProcessStatus { RssAnon = 4 * (ulong)Mebi });
        Reconciliation result = Reconcile(Charged(54 * Mebi, Plain), mapped);
        Assert.Equal(4 * Mebi, Line(result.Mapped, "anon_unread"));
        Assert.Equal(6 * Mebi, Line(result.Mapped, "anon_left"));
        Assert.Equal(
            "anonymous memory of processes that left, or shared by fork with processes elsewhere, "
            + "or of processes not read",
            Meaning(result.Mapped, "anon_left"));
    }

    [Fact]
    public void SharedMemoryIsPaidByWhoTouchedItFirst()
    {
        (string, long)[] payer = With(("file", 110 * Mebi), ("shmem", 100 * Mebi), ("file_mapped", 104 * Mebi));
        Reconciliation paid = Reconcile(Charged(154 * Mebi, payer), Mapped(40, 4, shmem: 50, rssShmem: 100));
        Assert.Equal(50 * Mebi, Line(paid.Mapped, "shmem_shared"));
        Assert.Equal(0, Line(paid.Mapped, "shmem_unmapped"));
        Reconciliation other = Reconcile(Charged(54 * Mebi, Plain), Mapped(40, 4, shmem: 50, rssShmem: 100));
        Assert.Equal(-50 * Mebi, Line(other.Mapped, "shmem_elsewhere"));
        Assert.Null(other.Mapped.Single(line => line.Name == "shmem_elsewhere").OffBy);
    }

    [Fact]
    public void WhereShmemAndPageCacheCannotBeToldApartTheErrorIsSaid()
    {
        // 100 MiB of each are charged and 100 MiB of them mapped: of which, the kernel does not say.
        (string, long)[] both = With(("file", 200 * Mebi), ("shmem", 100 * Mebi), ("file_mapped", 100 * Mebi));
        Reconciliation result = Reconcile(Charged(244 * Mebi, both), Mapped(40, 0, shmem: 70));
        Assert.Equal(30 * Mebi, Line(result.Mapped, "shmem_unmapped"));
        Assert.Equal(70 * Mebi, Line(result.Mapped, "file_unmapped"));
        Assert.Equal(30 * Mebi, Line(result.Mapped, "file_shared"));
        Assert.Equal(70 * (ulong)Mebi, result.Mapped.Single(line => line.Name == "shmem_unmapped").OffBy);
    }

    [Fact]
    public void FilesThatNobodyMapsAreUnmapped()
    {
        (string, long)[] files = With(("file", 310 * Mebi), ("shmem", 200 * Mebi));
        Reconciliation result = Reconcile(Charged(354 * Mebi, files), Mapped(anon: 40, file: 4));
        Assert.Equal(200 * Mebi, Line(result.Mapped, "shmem_unmapped"));
        Assert.Equal(106 * Mebi, Line(result.Mapped, "file_unmapped"));
    }

    [Fact]
    public void GrowthWhileReadingIsDriftAndNotSomebodyElses()
    {
        ChargedMemory after = Charged(64 * Mebi, With(("anon", 50 * Mebi)));
        Reconciliation result = TwoCpus.Reconcile(Charged(54 * Mebi, Plain), after, Mapped(anon: 46, file: 4))!;
        Assert.Equal(-6 * Mebi, Line(result.Mapped, "drift"));
        Assert.DoesNotContain(result.Mapped, line => line.Name.StartsWith("anon", StringComparison.Ordinal));
        Assert.Equal(10 * Mebi, result.Drift);
        Reconciliation beyond = TwoCpus.Reconcile(Charged(54 * Mebi, Plain), after, Mapped(anon: 53, file: 4))!;
        Assert.Equal(-10 * Mebi, Line(beyond.Mapped, "drift"));
        Assert.Equal(-3 * Mebi, Line(beyond.Mapped, "anon_elsewhere"));
        Assert.Null(TwoCpus.Reconcile(Charged(54 * Mebi, Plain), null, Mapped())!.Drift);
    }

    [Fact]
    public void SwapCacheCountsOnlyWithoutAMapping()
    {
        // 8 MiB in the swap cache, of which the lists have 3 beyond what is anonymous or a file.
        (string, long)[] swapping = With(("swapcached", 8 * Mebi), ("inactive_anon", 43 * Mebi));
        Reconciliation result = Reconcile(
            Charged(57 * Mebi, swapping, swap: 20 * Mebi), Mapped(anon: 40, file: 4, swap: 15));
        Assert.Equal(3 * Mebi, Line(result.Charged, "swapcached"));
        Assert.Equal(0, Line(result.Charged, "stock"));
        Assert.Equal(15 * Mebi, Line(result.Beside, "swap_mapped"));
        Assert.Equal(5 * Mebi, Line(result.Beside, "swap_unmapped"));
    }

    [Fact]
    public void HugetlbIsBesideUnlessTheMountChargesIt()
    {
        ChargedMemory charged = Charged(54 * Mebi, Plain);
        MappedMemory mapped = Mapped(40, 4, hugetlb: 64);
        Assert.Equal(64 * Mebi, Line(Reconcile(charged, mapped).Beside, "hugetlb_private"));
        var accounting = new Reconciler(2, 4096, accountsHugetlb: true);
        ChargedMemory more = charged with { Current = charged.Current + 64 * (ulong)Mebi };
        Reconciliation result = accounting.Reconcile(more, more, mapped)!;
        Assert.Equal(64 * Mebi, Line(result.Charged, "hugetlb"));
        Assert.Equal(0, Line(result.Charged, "stock"));
        Assert.DoesNotContain(result.Beside, line => line.Name.StartsWith("hugetlb", StringComparison.Ordinal));
        // From Linux 6.13 memory.stat says it itself.
        ChargedMemory newer = Charged(118 * Mebi, [.. Plain, ("hugetlb", 64 * Mebi)]);
        Assert.Equal(64 * Mebi, Line(Reconcile(newer, mapped).Mapped, "hugetlb"));
    }

    [Fact]
    public void ARecordedKernelLeavesNothingUnexplained()
    {
        string directory = Path.Combine(Fixtures(), "recorded-6.1/system.slice/api.service");
        var stat = new Dictionary<string, ulong>();
        Assert.True(ChargedMemory.TryParseStat(File.ReadAllBytes(Path.Combine(directory, "memory.stat")), stat));
        string current = File.ReadAllText(Path.Combine(directory, "memory.current"));
        Reconciliation result = Reconcile(new ChargedMemory(ulong.Parse(current, null), stat, null, null), Mapped());
        Assert.Equal(98304, Line(result.Charged, "stock"));
        Assert.False(result.StockExceeded);
        Assert.Contains(result.Charged, line => line.Name == "sec_pagetables");
    }

    [Theory]
    [InlineData("")]
    [InlineData("anon\n")]
    [InlineData("anon x\n")]
    public void MalformedMemoryStatIsRefused(string text) =>
        Assert.False(ChargedMemory.TryParseStat(Encoding.UTF8.GetBytes(text), []));

    internal static ChargedMemory Charged(long current, (string Key, long Bytes)[] stat, long? swap = null) =>
        new((ulong)current, stat.ToDictionary(part => part.Key, part => (ulong)part.Bytes), (ulong?)swap, null);

    private static (string Key, long Bytes)[] With(params (string Key, long Bytes)[] changed) =>
        [.. Plain.Select(part => changed.FirstOrDefault(other => other.Key == part.Key) is { Key: not null } other
            ? other : part)];

    // In MiB, of one process.
    private static MappedMemory Mapped(
        ulong anon = 0, ulong file = 0, ulong shmem = 0, ulong rssShmem = 0, ulong rssAnon = 0, ulong swap = 0,
        ulong hugetlb = 0)
    {
        string text =
            $"""
            1-2 ---p 00000000 00:00 0 [rollup]
            Rss: 0 kB
            Pss: {(anon + file + shmem) << 10} kB
            Pss_Anon: {anon << 10} kB
            Pss_File: {file << 10} kB
            Pss_Shmem: {shmem << 10} kB
            Private_Hugetlb: {hugetlb << 10} kB
            SwapPss: {swap << 10} kB

            """;
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out SmapsRollup rollup));
        var mapped = new MappedMemory();
        mapped.Add(rollup, new ProcessStatus
        {
            RssAnon = Math.Max(anon, rssAnon) << 20,
            RssShmem = Math.Max(shmem, rssShmem) << 20,
        });
        return mapped;
    }

    private static Reconciliation Reconcile(ChargedMemory charged, MappedMemory mapped)
    {
        Reconciliation result = TwoCpus.Reconcile(charged, charged, mapped)!;
        Assert.Equal((long)charged.Current, result.Charged.Sum(line => line.Bytes));
        Assert.Equal((long)charged.Current, (long)result.Pss + result.Mapped.Sum(line => line.Bytes));
        return result;
    }

    private static long Line(IReadOnlyList<ReconciliationLine> lines, string name) =>
        lines.Single(line => line.Name == name).Bytes;

    private static string Meaning(IReadOnlyList<ReconciliationLine> lines, string name) =>
        lines.Single(line => line.Name == name).Meaning;

    private static string Fixtures()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "cgmemd.sln")))
            at = Path.GetDirectoryName(at);
        return Path.Combine(at!, "tests/fixtures/cgroup");
    }
}
