using System.Text;
using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>Whatever the kernel says, also nonsense: the sums add up, and no line is there twice.</summary>
public class ReconcilerPropertyTests
{
    private static readonly string[] Keys =
    [
        "anon", "file", "kernel", "kernel_stack", "pagetables", "sec_pagetables", "percpu", "sock", "vmalloc", "shmem",
        "zswap", "zswapped", "file_mapped", "swapcached", "inactive_anon", "active_anon", "inactive_file",
        "active_file", "unevictable", "slab_reclaimable", "slab_unreclaimable", "hugetlb", "a_key_of_the_future",
    ];

    // Bytes of a small service, of a large host, and what no counter should hold.
    private static readonly Gen<ulong> Bytes = Gen.Frequency(
        (1, Gen.Constant(0ul)), (8, Gen.Choose(0, 1 << 30).Select(n => (ulong)n)),
        (4, Gen.Choose(0, 1 << 30).Select(n => (ulong)n << 14)), (1, Gen.Elements(ulong.MaxValue, 1ul << 63)));

    private static readonly Gen<ChargedMemory> Charged =
        from current in Bytes
        from values in Bytes.ArrayOf(Keys.Length)
        from present in Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false))).ArrayOf(Keys.Length)
        from swap in Gen.OneOf(Gen.Constant<ulong?>(null), Bytes.Select(b => (ulong?)b))
        from hugetlb in Gen.OneOf(Gen.Constant<ulong?>(null), Bytes.Select(b => (ulong?)b))
        select new ChargedMemory(
            current, Keys.Zip(values).Where((_, i) => present[i]).ToDictionary(p => p.First, p => p.Second),
            swap, hugetlb);

    private static readonly Gen<MappedMemory> Mapped =
        from kilobytes in Gen.Choose(0, 1 << 30).ArrayOf(10)
        from unread in Bytes
        select Of(kilobytes, unread);

    private static readonly Gen<(ChargedMemory, ChargedMemory?, MappedMemory, bool)> Inputs =
        from before in Charged
        from after in Gen.OneOf(Gen.Constant<ChargedMemory?>(null), Charged.Select(c => (ChargedMemory?)c))
        from mapped in Mapped
        from accounts in Gen.Elements(true, false)
        select (before, after, mapped, accounts);

    [Fact]
    public void TheSumsAddUpExactly()
    {
        int reconciled = 0;
        Prop.ForAll(Inputs.ToArbitrary(), input =>
        {
            (ChargedMemory before, ChargedMemory? after, MappedMemory mapped, bool accounts) = input;
            Reconciliation? result = new Reconciler(8, 4096, accounts).Reconcile(before, after, mapped);
            if (result is null)
                return !new[] { "anon", "file", "shmem", "file_mapped" }.All(before.Stat.ContainsKey);
            reconciled++;
            ulong charged = Sum(result.Charged);
            return charged == before.Current && unchecked(mapped.Pss + Sum(result.Mapped)) == before.Current
                && AreDistinct(result.Charged) && AreDistinct(result.Mapped) && AreDistinct(result.Beside)
                && SurvivesJson(result);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        Assert.True(reconciled > 500);
    }

    private static bool SurvivesJson(Reconciliation result)
    {
        string json = JsonSerializer.Serialize(result, BreakdownJson.Default.Reconciliation);
        Reconciliation again = JsonSerializer.Deserialize(json, BreakdownJson.Default.Reconciliation)!;
        return again.Mapped.SequenceEqual(result.Mapped) && again.StockBound == result.StockBound;
    }

    private static bool AreDistinct(IReadOnlyList<ReconciliationLine> lines) =>
        lines.Select(line => line.Name).Distinct().Count() == lines.Count;

    private static ulong Sum(IReadOnlyList<ReconciliationLine> lines) =>
        lines.Aggregate(0ul, (sum, line) => unchecked(sum + (ulong)line.Bytes));

    private static MappedMemory Of(int[] kilobytes, ulong unread)
    {
        string text =
            $"""
            1-2 ---p 00000000 00:00 0 [rollup]
            Rss: {kilobytes[0]} kB
            Pss: {kilobytes[1]} kB
            Pss_Anon: {kilobytes[2]} kB
            Pss_File: {kilobytes[3]} kB
            Pss_Shmem: {kilobytes[4]} kB
            KSM: {kilobytes[5]} kB
            Shared_Hugetlb: {kilobytes[6]} kB
            Private_Hugetlb: {kilobytes[7]} kB
            SwapPss: {kilobytes[8]} kB

            """;
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out SmapsRollup rollup));
        var mapped = new MappedMemory();
        var status = new ProcessStatus { RssAnon = (ulong)kilobytes[9] << 10, RssShmem = (ulong)kilobytes[0] << 10 };
        mapped.Add(rollup, status);
        if (unread != 0)
            mapped.AddUnread(new ProcessStatus { RssAnon = unread });
        return mapped;
    }
}
