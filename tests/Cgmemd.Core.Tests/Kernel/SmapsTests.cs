using System.Text;
using Cgmemd.Core.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Kernel;

public class SmapsTests
{
    private const string Rollup =
        """
        55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0                          [rollup]
        Rss:                5536 kB
        Pss:                1629 kB
        Pss_Dirty:          1136 kB
        Pss_Anon:           1136 kB
        Pss_File:            493 kB
        Pss_Shmem:             0 kB
        Swap:                 12 kB
        SwapPss:               8 kB

        """;

    [Fact]
    public void RollupIsBytes()
    {
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(Rollup), out SmapsRollup rollup));
        Assert.Equal(
            new SmapsRollup(5536 << 10, 1629 << 10, 1136 << 10, 493 << 10, 0, 12 << 10, 8 << 10, null, 1136 << 10),
            rollup);
    }

    [Fact]
    public void RollupTellsOfHugePagesAndMergedOnesWhereTheKernelDoes()
    {
        string text = Rollup + "KSM: 16 kB\nShared_Hugetlb: 4096 kB\nPrivate_Hugetlb: 2048 kB\n";
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out SmapsRollup rollup));
        Assert.Equal((16ul << 10, 4ul << 20, 2ul << 20), (rollup.Ksm, rollup.SharedHugetlb, rollup.PrivateHugetlb));
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(Rollup), out rollup));
        Assert.Null(rollup.Ksm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rss: 1 kB\nPss: 1 kB\n")]
    [InlineData("1-2 ---p 0 00:00 0 [rollup]\nRss: 1 kB\n")]
    [InlineData("1-2 ---p 0 00:00 0 [rollup]\nRss: 1\nPss: 1 kB\n")]
    public void MalformedRollupIsRefused(string text) =>
        Assert.False(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("[heap]", MappingCategory.NativeHeap)]
    [InlineData("[stack]", MappingCategory.Stack)]
    [InlineData("", MappingCategory.Anonymous)]
    [InlineData("[anon:glibc: malloc arena]", MappingCategory.NamedAnonymous)]
    [InlineData("[anon_shmem:x]", MappingCategory.NamedAnonymous)]
    [InlineData("/memfd:doublemapper (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/dev/shm/sem.x", MappingCategory.SharedMemory)]
    [InlineData("/SYSV00000000 (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/dev/zero (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/usr/lib/locale/locale archive", MappingCategory.MappedFile)]
    [InlineData("[vdso]", MappingCategory.Other)]
    [InlineData("anon_inode:[perf_event]", MappingCategory.Other)]
    public void TheNameTellsTheCategory(string name, MappingCategory category)
    {
        SmapsBreakdown breakdown = Parse(Block(name, "rw-p", pss: 8));
        Assert.Equal(new MappingTotals(1, 0x1000, 8192, 8192, 4096, 0), breakdown[category]);
        Assert.Equal(breakdown[category], breakdown.Total);
        Assert.Equal(name, Assert.Single(breakdown.Greatest).Name);
    }

    [Fact]
    public void AFileMappedInPartsIsCodeWhenOneIsExecutable()
    {
        SmapsBreakdown breakdown = Parse(
            Block("/usr/lib/libc.so.6", "r--p", 1) + Block("/usr/lib/libc.so.6", "r-xp", 2)
            + Block("", "rw-p", 4) + Block("/usr/lib/libc.so.6", "rw-p", 8) + Block("/var/data", "r--p", 16, inode: 9));
        Assert.Equal(3, breakdown[MappingCategory.SharedLibrary].Count);
        Assert.Equal(11ul << 10, breakdown[MappingCategory.SharedLibrary].Pss);
        Assert.Equal(16ul << 10, breakdown[MappingCategory.MappedFile].Pss);
        Assert.Equal(4ul << 10, breakdown[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void TheGreatestAreKeptInOrder()
    {
        var text = new StringBuilder();
        foreach (int pss in (int[])[3, 9, 0, 1, 7, 5])
            text.Append(Block("/f" + pss, "r--p", pss, inode: pss + 1));
        var breakdown = Parse(text.ToString(), 3);
        Assert.Equal(["/f9", "/f7", "/f5"], breakdown.Greatest.Select(g => g.Name));
    }

    [Fact]
    public void LargeAnonymousMappingsAreCounted()
    {
        string large = "7f0000000000-7f0000a00000 rw-p 00000000 00:00 0 \nRss: 4 kB\nPss: 4 kB\n";
        string small = "7f0001000000-7f00019ff000 rw-p 00000000 00:00 0 \nRss: 4 kB\nPss: 4 kB\n";
        Assert.Equal(1, Parse(large + small).LargeAnonymousCount);
    }

    [Theory]
    [InlineData("Rss: 4 kB\n")]
    [InlineData("7f00-7f01 rw-p\n")]
    [InlineData("7f01-7f00 rw-p 0 00:00 0\n")]
    [InlineData("7f00-7g01 rw-p 0 00:00 0\n")]
    [InlineData("7f00-7f01 rw-p 0 00:00 0\nRss: x kB\n")]
    [InlineData("\n")]
    public void MalformedSmapsIsRefused(string text)
    {
        var breakdown = new SmapsBreakdown();
        bool good = true;
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            good &= breakdown.TryAddLine(Encoding.UTF8.GetBytes(line));
        Assert.False(good);
    }

    [Fact]
    public void NoMappingsAreNoBreakdown() => Assert.False(new SmapsBreakdown().TryComplete());

    [Fact]
    public void CategoriesAddUpToTheWhole() => Prop.ForAll<byte[]>(bytes =>
    {
        string[] names = ["", "[heap]", "/a", "/b", "[vdso]", "/memfd:x", "[anon:y]", "[stack]"];
        string text = string.Concat((bytes ?? []).Select(b =>
            Block(names[b % 8], (b & 8) != 0 ? "r-xp" : "rw-p", b, inode: b % 8)));
        var breakdown = new SmapsBreakdown();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _ = breakdown.TryAddLine(Encoding.UTF8.GetBytes(line));
        _ = breakdown.TryComplete();
        return breakdown.Total.Pss == (ulong)(bytes ?? []).Sum(b => b * 1024)
            && breakdown.Total.Count == (bytes ?? []).Length;
    }).QuickCheckThrowOnFailure();

    private static string Block(string name, string permissions, int pss, int inode = 7) =>
        $"""
        7f3c9a228000-7f3c9a229000 {permissions} 00028000 08:01 {inode}                    {name}
        Size:                  4 kB
        Rss:                   {pss} kB
        Pss:                   {pss} kB
        Private_Dirty:         4 kB
        Swap:                  0 kB
        VmFlags: rd ex mr mw me

        """;

    private static SmapsBreakdown Parse(string text, int greatest = 20)
    {
        var breakdown = new SmapsBreakdown(greatest);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(breakdown.TryAddLine(Encoding.UTF8.GetBytes(line)));
        Assert.True(breakdown.TryComplete());
        return breakdown;
    }
}
