using System.Text;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using FsCheck;
using FsCheck.Fluent;
using static Cgmemd.Core.Tests.Attribution.SmapsText;

namespace Cgmemd.Core.Tests.Attribution;

public class SmapsBreakdownTests
{
    [Theory]
    [InlineData("[heap]", MappingCategory.NativeHeap)]
    [InlineData("[stack]", MappingCategory.Stack)]
    [InlineData("", MappingCategory.Anonymous)]
    [InlineData("[anon:x]", MappingCategory.NamedAnonymous)]
    [InlineData("[anon: glibc: malloc arena]", MappingCategory.NativeHeap)]
    [InlineData("[anon: glibc: malloc]", MappingCategory.NativeHeap)]
    [InlineData("[anon: Go: heap]", MappingCategory.ManagedHeap)]
    [InlineData("[anon: Go: heap index]", MappingCategory.NamedAnonymous)]
    [InlineData("[anon:jemalloc_pg_overcommit]", MappingCategory.NativeHeap)]
    [InlineData("[anon:tcmalloc_region_NORMAL]", MappingCategory.NativeHeap)]
    [InlineData("[anon_shmem:x]", MappingCategory.SharedMemory)]
    [InlineData("/memfd:x (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/memfd:doublemapper (deleted)", MappingCategory.Jit)]
    [InlineData("/memfd:java_heap (deleted)", MappingCategory.ManagedHeap)]
    [InlineData("/dev/shm/sem.x", MappingCategory.SharedMemory)]
    [InlineData("/SYSV00000000 (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/dev/zero (deleted)", MappingCategory.SharedMemory)]
    [InlineData("/usr/lib/locale/locale archive", MappingCategory.MappedFile)]
    [InlineData("[vdso]", MappingCategory.Other)]
    [InlineData("anon_inode:[perf_event]", MappingCategory.Other)]
    public void TheNameTellsTheCategory(string name, MappingCategory category)
    {
        SmapsBreakdown breakdown = Parse(Block(name, "rw-p", pss: 8));
        Assert.Equal(new MemoryUse(8192, 8192, 4096, 1024, 1), breakdown[category]);
        Assert.Equal(breakdown[category], breakdown.Total);
        Assert.Equal(name, Assert.Single(breakdown.Greatest).Name);
    }

    [Fact]
    public void AThreadsStackKeepsItsNumberToItself()
    {
        SmapsBreakdown breakdown = Parse(Block("[anon: glibc: pthread stack: 4711]", "rw-p", pss: 8));
        Assert.Equal(8192ul, breakdown[MappingCategory.Stack].Pss);
        Assert.Equal(new NamedUse("", "stack", breakdown.Total), Assert.Single(breakdown.Greatest));
        Assert.Empty(breakdown.Names);
    }

    [Fact]
    public void AFileMappedInPartsIsCodeWhenOneIsExecutable()
    {
        SmapsBreakdown breakdown = Parse(
            Block("/usr/lib/libc.so.6", "r--p", 1) + Block("/usr/lib/libc.so.6", "r-xp", 2)
            + Block("", "rw-p", 4) + Block("/usr/lib/libc.so.6", "rw-p", 8) + Block("/var/data", "r--p", 16, inode: 9));
        Assert.Equal(3, breakdown[MappingCategory.SharedLibrary].Mappings);
        Assert.Equal(11ul << 10, breakdown[MappingCategory.SharedLibrary].Pss);
        Assert.Equal(16ul << 10, breakdown[MappingCategory.MappedFile].Pss);
        Assert.Equal(4ul << 10, breakdown[MappingCategory.Anonymous].Pss);
        Assert.Equal(
            ["/var/data 1", "/usr/lib/libc.so.6 3"], breakdown.Names.Select(n => $"{n.Name} {n.Use.Mappings}"));
    }

    [Fact]
    public void AFileOfATmpfsIsSharedMemory()
    {
        string text = Block("/run/x/ring", "rw-s", 4, device: "00:1a") + Block("/srv/x", "rw-s", 8, device: "08:01");
        SmapsBreakdown breakdown = Parse(text, tmpfsDevices: [0x1a]);
        Assert.Equal(4ul << 10, breakdown[MappingCategory.SharedMemory].Pss);
        Assert.Equal(8ul << 10, breakdown[MappingCategory.MappedFile].Pss);
    }

    [Fact]
    public void TheGreatestAreKeptInOrder()
    {
        var text = new StringBuilder();
        foreach (int pss in (int[])[3, 9, 0, 1, 7, 5])
            text.Append(Block("/f" + pss, "r--p", pss, inode: pss + 1));
        Assert.Equal(["/f9", "/f7", "/f5"], Parse(text.ToString(), greatest: 3).Greatest.Select(g => g.Name));
    }

    [Fact]
    public void NeighboursOfOneKindAreOneArea()
    {
        SmapsBreakdown breakdown = Parse(
            Block("", "rw-p", 3, start: 0x1000) + Block("", "r--p", 2, start: 0x2000)
            + Block("", "rw-p", 4, start: 0x4000));
        Assert.Equal([(5ul << 10, 2), (4ul << 10, 1)], breakdown.Greatest.Select(g => (g.Use.Pss, g.Use.Mappings)));
    }

    [Fact]
    public void LargeAnonymousMappingsAreCounted()
    {
        string text = Block("", "rw-p", 4, start: 0x10000000, sizeKb: 10 << 10)
            + Block("", "---p", 0, start: 0x20000000, sizeKb: 10 << 10)
            + Block("", "rw-p", 4, start: 0x30000000, sizeKb: (10 << 10) - 4)
            + Block("/file", "rw-p", 4, start: 0x40000000, sizeKb: 10 << 10);
        Assert.Equal(1, Parse(text).LargeAnonymousCount);
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
        var breakdown = new SmapsBreakdown(Runtime.Unknown, Redaction.None);
        bool good = true;
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            good &= breakdown.TryAddLine(Encoding.UTF8.GetBytes(line));
        Assert.False(good);
    }

    [Fact]
    public void NoMappingsAreNoBreakdown() =>
        Assert.False(new SmapsBreakdown(Runtime.Unknown, Redaction.None).TryComplete());

    [Fact]
    public void NamesAreBounded()
    {
        var text = new StringBuilder();
        for (int i = 1; i <= 3000; i++)
            text.Append(Block($"/data/{i}", "r--s", i % 1000, inode: i));
        SmapsBreakdown breakdown = Parse(text.ToString());
        List<NamedUse> names = breakdown.Names;
        Assert.Equal(513, names.Count);
        Assert.Equal("(others)", names[^1].Name);
        Assert.Equal(breakdown.Total, names.Aggregate(default(MemoryUse), (sum, n) => sum + n.Use));
        Assert.Equal(999ul << 10, names[0].Use.Pss);
    }

    [Fact]
    public void NoRedactedNameIsShown()
    {
        string text = Block("/srv/clients/a/db", "r--s", 1) + Block("/srv/clients/b/db", "r--s", 2, inode: 8)
            + Block("/srv/own", "r--s", 4, inode: 9) + Block("[anon:a]", "rw-p", 8);
        var redaction = new Redaction(["/srv/clients/*", "anon:*"], new byte[Redaction.KeyBytes]);
        SmapsBreakdown breakdown = Parse(text, redaction: redaction);
        string[] wanted = ["[anon:redacted-", "/srv/own", "/srv/clients/redacted-", "/srv/clients/redacted-"];
        Assert.Equal(4, breakdown.Names.Count);
        Assert.All(breakdown.Names.Zip(wanted), pair => Assert.StartsWith(pair.Second, pair.First.Name));
        Assert.Equal(4, breakdown.Names.DistinctBy(n => n.Name).Count());
        Assert.DoesNotContain(breakdown.Greatest, g => g.Name.Contains("db") || g.Name == "[anon:a]");
    }

    // Neither the order nor the place of mappings, nor the runtime, makes any of them count twice or not at all.
    [Fact]
    public void NamesThatTheTargetHasMadeLongTakeLittleOfOurMemory()
    {
        var text = new StringBuilder();
        for (int i = 1; i <= 1000; i++)
            text.Append(Block($"/{i}/{new string('x', 4000)}", "r--p", pss: i, inode: i, start: (ulong)i << 20));
        SmapsBreakdown breakdown = Parse(text.ToString());
        Assert.InRange(breakdown.Names.Sum(name => name.Name.Length), 1, 128 << 10);
        Assert.StartsWith("/1000/", breakdown.Names[0].Name, StringComparison.Ordinal);
        Assert.Equal(500_500UL << 10, breakdown.Names.Aggregate(0UL, (sum, name) => sum + name.Use.Pss));
    }

    [Fact]
    public void CategoriesAddUpToTheWhole() => Prop.ForAll<uint[], byte, byte>((seeds, kind, allocator) =>
    {
        uint[] mappings = seeds ?? [];
        string[] names = ["", "", "", "[heap]", "/a", "/b", "/memfd:x", "[anon:y]", "[stack]", "[anon: Go: heap]"];
        string[] permissions = ["rw-p", "---p", "r-xp", "rw-s", "r--p", "rwxp"];
        string[] flags = ["ac", "nr", "nh ac", "dd", "dc nr", "nr nh"];
        int[] sizes = [4, 8, 16, 64, 132, 256, 1024, 8192, 65404, 2 << 20, 40 << 20];
        ulong[] starts = [0, 0, 0, 0x1000, 0xc000000000, 0x7f0000000000];
        var text = new StringBuilder();
        ulong end = 0x10000, pss = 0;
        foreach (uint seed in mappings)
        {
            ulong start = starts[seed % 6] == 0 ? end : starts[seed % 6];
            int size = sizes[seed / 7 % 11], use = (int)(seed / 11 % 97);
            text.Append(Block(
                names[seed / 13 % 10], permissions[seed / 17 % 6], use, (int)(seed / 19 % 3), start, size,
                flags[seed / 23 % 6]));
            (end, pss) = (start + ((ulong)size << 10), pss + ((ulong)use << 10));
        }

        var breakdown = new SmapsBreakdown(
            new Runtime((RuntimeKind)(kind % 8), null, (AllocatorKind)(allocator % 6)), Redaction.None);
        foreach (string line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _ = breakdown.TryAddLine(Encoding.UTF8.GetBytes(line));
        _ = breakdown.TryComplete();
        return breakdown.Total == new MemoryUse(
            pss, pss, (ulong)mappings.Length << 12, (ulong)mappings.Length << 10, mappings.Length);
    }).QuickCheckThrowOnFailure();
}
