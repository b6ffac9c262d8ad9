using System.Globalization;
using System.IO.Compression;
using System.Text;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>
/// Real processes of each runtime: what the rules make of their smaps, against what the process said of itself. See
/// tests/fixtures/smaps/README.md.
/// </summary>
public class RecordedSmapsTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Names => [.. Rows().Select(r => r[0])];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheHeapIsWhatTheRuntimeSays(string name)
    {
        Recorded recorded = Read(name);
        SmapsBreakdown breakdown = BreakDown(recorded);
        // Pages that have grown together with others' cannot be told: of Ruby 3.1 more, since its pages are small.
        double least = recorded.Runtime.Kind is RuntimeKind.Ruby ? 0.8 : 0.9;
        Check(recorded, "managed", breakdown[MappingCategory.ManagedHeap], least);
        Check(recorded, "anonymous", breakdown[MappingCategory.Anonymous], 0.9);
        // A single large allocation is a mapping of its own with glibc and musl, and cannot be told.
        bool isOne = recorded.Runtime.Allocator is AllocatorKind.Jemalloc or AllocatorKind.Mimalloc
            or AllocatorKind.Tcmalloc;
        ulong small = recorded.Said("small") + (isOne ? recorded.Said("large") : 0);
        // What CoreCLR takes by malloc for itself, some 4 MB, comes on top, and so do its own threads.
        ulong own = recorded.Runtime.Kind is RuntimeKind.DotNet ? 4ul << 20 : 0;
        if (small > 0 && name is not ("musl" or "static"))
            Assert.InRange(breakdown[MappingCategory.NativeHeap].Pss, small * 0.9, small * 1.1 + own);
        ulong stack = recorded.Said("stack");
        if (stack > 0)
            Assert.InRange(breakdown[MappingCategory.Stack].Pss, stack * 0.9, stack * 1.2);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheRuntimeIsFoundByItsProgramAndMappings(string name)
    {
        Recorded recorded = Read(name);
        var evidence = new RuntimeEvidence { Executable = recorded.Program, Program = Marks(name) };
        foreach (string line in recorded.Lines.Where(l => !char.IsAsciiLetterUpper(l[0])))
            Assert.True(evidence.TryAddMapping(Encoding.UTF8.GetBytes(line)));
        RuntimeKind kind = RuntimeDetection.Kind(evidence);
        Assert.Equal(recorded.Runtime.Kind, kind);
        Assert.Equal(recorded.Runtime.Allocator, RuntimeDetection.Allocator(evidence, kind));
        if (RuntimeDetection.VersionByName(evidence, kind) is { } version)
            Assert.StartsWith(version, recorded.Runtime.Version, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSumsAreThoseOfTheFile(string name)
    {
        Recorded recorded = Read(name);
        SmapsBreakdown breakdown = BreakDown(recorded);
        var whole = new MemoryUse(
            Sum(recorded, "Pss:"), Sum(recorded, "Rss:"), Sum(recorded, "Private_Dirty:"), Sum(recorded, "SwapPss:"),
            recorded.Lines.Count(l => !char.IsAsciiLetterUpper(l[0])));
        Assert.Equal(whole, breakdown.Total);
    }

    // A process may have hundred thousands of mappings: what they take of ours must not grow with them.
    [Fact]
    public void LinesAllocateNothing()
    {
        Recorded recorded = Read("node");
        List<byte[]> lines = recorded.Lines.ConvertAll(Encoding.UTF8.GetBytes);
        var breakdown = new SmapsBreakdown(recorded.Runtime, Redaction.None);
        lines.ForEach(l => Assert.True(breakdown.TryAddLine(l)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 4; i++)
        {
            foreach (byte[] line in lines)
                _ = breakdown.TryAddLine(line);
        }

        // The greatest areas come again, and take the place of others; the names are known.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);
    }

    // Linux before 6.7 does not flag stacks; all else is the same there.
    [Theory]
    [InlineData("c")]
    [InlineData("jvm-g1")]
    [InlineData("node")]
    public void WithoutTheFlagOfStacksTheyAreFoundBySize(string name)
    {
        Recorded recorded = Read(name);
        Recorded older = recorded with { Lines = recorded.Lines.ConvertAll(l => l.Replace(" nh", "")) };
        ulong now = BreakDown(recorded)[MappingCategory.Stack].Pss, then = BreakDown(older)[MappingCategory.Stack].Pss;
        Assert.InRange(then, now * 0.9, now);
    }

    private static void Check(Recorded recorded, string key, MemoryUse use, double least)
    {
        ulong said = recorded.Said(key);
        if (said > 0)
            Assert.InRange(use.Pss, said * least, said * 1.1);
    }

    private static ProgramMarks Marks(string name) => name switch
    {
        "go" => ProgramMarks.Go,
        "dotnet-aot" => ProgramMarks.DotNetNativeAot,
        "dotnet-single" => ProgramMarks.DotNetSingleFile,
        _ => ProgramMarks.None,
    };

    private static SmapsBreakdown BreakDown(Recorded recorded)
    {
        var breakdown = new SmapsBreakdown(recorded.Runtime, Redaction.None);
        foreach (string line in recorded.Lines)
            Assert.True(breakdown.TryAddLine(Encoding.UTF8.GetBytes(line)));
        Assert.True(breakdown.TryComplete());
        return breakdown;
    }

    private static ulong Sum(Recorded recorded, string key)
    {
        ulong sum = 0;
        foreach (string line in recorded.Lines.Where(l => l.StartsWith(key, StringComparison.Ordinal)))
            sum += ulong.Parse(line[key.Length..^2], CultureInfo.InvariantCulture) << 10;
        return sum;
    }

    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(Folder, "recorded.tsv")).Skip(2).Select(l => l.Split('\t'));

    private static Recorded Read(string name)
    {
        string[] row = Rows().Single(r => r[0] == name);
        Assert.Equal(7, row.Length);
        var runtime = new Runtime(
            Enum.GetValues<RuntimeKind>().Single(k => Runtimes.Name(k) == row[2]), Optional(row[3]),
            Enum.GetValues<AllocatorKind>().Single(a => Runtimes.Name(a) == row[4]), Optional(row[5]));
        return new Recorded(name, row[1], runtime, row[6], ReadLines(name));
    }

    private static string? Optional(string field) => field == "-" ? null : field;

    private static List<string> ReadLines(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(Folder, name + ".smaps.gz"));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var lines = new List<string>();
        while (text.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    private static string FindFolder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "cgmemd.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "fixtures", "smaps");
    }

    private sealed record Recorded(string Name, string Program, Runtime Runtime, string Text, List<string> Lines)
    {
        /// <summary>What it said of itself by this key, in bytes; 0 for nothing.</summary>
        public ulong Said(string key)
        {
            foreach (string word in Text.Split(' '))
            {
                if (word.StartsWith(key + "=", StringComparison.Ordinal))
                    return ulong.Parse(word.AsSpan(key.Length + 1), CultureInfo.InvariantCulture);
            }

            return 0;
        }
    }
}
