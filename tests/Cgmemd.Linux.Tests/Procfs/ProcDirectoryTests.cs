using System.Globalization;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Tests.Procfs;

/// <summary>Against a made procfs: a process 42 whose files a test writes.</summary>
public sealed class ProcDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;
    private readonly ProcDirectory _proc;

    public ProcDirectoryTests()
    {
        Directory.CreateDirectory(_root + "/42");
        Directory.CreateDirectory(_root + "/pressure");
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(_root, out ProcDirectory? proc, out _));
        _proc = proc!;
    }

    public void Dispose()
    {
        _proc.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void AProcessThatIsGoneHasVanished()
    {
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadStat(7, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadStatm(7, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadStatus(7, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadCgroup(7, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadRollup(7, ulong.MaxValue, out _, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadSmaps(7, NewBreakdown()));
        Assert.Equal(ReadStatus.Vanished, _proc.TryDetectRuntime(7, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadTmpfsDevices(7, []));
        Assert.Equal(Errno.ENOENT, _proc.LastErrno);
    }

    [Fact]
    public void MalformedFilesFailWithoutAnErrno()
    {
        string[] files = ["42/stat", "42/statm", "42/status", "42/smaps", "meminfo", "pressure/memory"];
        foreach (string file in files)
            Write(file, "nonsense\n");
        Assert.Equal(ReadStatus.Failed, _proc.TryReadStat(42, out _));
        Assert.Equal(ReadStatus.Failed, _proc.TryReadStatm(42, out _));
        Assert.Equal(ReadStatus.Failed, _proc.TryReadStatus(42, out _));
        Assert.Equal(ReadStatus.Failed, _proc.TryReadRollup(42, ulong.MaxValue, out _, out _));
        Assert.Equal(ReadStatus.Failed, _proc.TryReadSmaps(42, NewBreakdown()));
        Write("42/maps", "nonsense\n");
        Assert.Equal(ReadStatus.Failed, _proc.TryDetectRuntime(42, out Runtime runtime));
        Assert.Equal(Runtime.Unknown, runtime);
        Assert.Equal(ReadStatus.Failed, _proc.TryReadMemoryInfo(out _));
        Assert.Equal(ReadStatus.Failed, _proc.TryReadPressure(out _));
        Assert.Equal(Errno.None, _proc.LastErrno);
    }

    [Fact]
    public void HostFilesThatAreMissingAreNotSupported()
    {
        Assert.Equal(ReadStatus.NotSupported, _proc.TryReadPressure(out _));
        Write("42/cgroup", "12:memory:/a\n");
        Assert.Equal(ReadStatus.NotSupported, _proc.TryReadCgroup(42, out _));
    }

    [Fact]
    public void AProcessBeyondTheGateIsNotRead()
    {
        Write("42/statm", "9000 5000 100 1 0 1 0\n");
        Write("42/smaps_rollup", Rollup(20000));
        ulong resident = 5000ul * (ulong)Environment.SystemPageSize;
        Assert.Equal(ReadStatus.NoData, _proc.TryReadRollup(42, resident - 1, out _, out RollupDoubt doubt));
        Assert.Equal(RollupDoubt.TooLarge, doubt);
        Assert.Equal(ReadStatus.Ok, _proc.TryReadRollup(42, resident, out SmapsRollup rollup, out doubt));
        Assert.Equal(RollupDoubt.None, doubt);
        Assert.Equal(20000ul << 10, rollup.Pss);
    }

    [Fact]
    public void AnUndercountIsRefused()
    {
        Write("42/statm", "9000 5000 100 1 0 1 0\n");
        Write("42/smaps_rollup", Rollup(84));
        ReadStatus status = _proc.TryReadRollup(42, ulong.MaxValue, out SmapsRollup rollup, out RollupDoubt doubt);
        Assert.Equal(ReadStatus.Failed, status);
        Assert.Equal(RollupDoubt.Undercounted, doubt);
        Assert.Equal(84ul << 10, rollup.Rss);
    }

    [Fact]
    public void WithoutMemoryItIsAKernelThreadOrGone()
    {
        Write("42/statm", "0 0 0 0 0 0 0\n");
        Write("42/smaps", "");
        Write("42/stat", Stat(0x00200000));
        Assert.Equal(ReadStatus.NotSupported, _proc.TryReadRollup(42, ulong.MaxValue, out _, out _));
        Assert.Equal(ReadStatus.NotSupported, _proc.TryReadSmaps(42, NewBreakdown()));
        Write("42/stat", Stat(0));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadRollup(42, ulong.MaxValue, out _, out _));
        Assert.Equal(ReadStatus.Vanished, _proc.TryReadSmaps(42, NewBreakdown()));
    }

    [Fact]
    public void SmapsLargerThanTheBufferIsReadInChunks()
    {
        string block = "7f3c9a228000-7f3c9a229000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 4 kB\nPss: 3 kB\n";
        Write("42/smaps", string.Concat(Enumerable.Repeat(block, 10007)));
        var breakdown = NewBreakdown();
        Assert.Equal(ReadStatus.Ok, _proc.TryReadSmaps(42, breakdown));
        Assert.Equal(10007, breakdown.Total.Mappings);
        Assert.Equal(10007ul * 3072, breakdown[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        Write("42/statm", "9000 5000 100 1 0 1 0\n");
        Write("42/smaps_rollup", Rollup(20000));
        _proc.TryReadRollup(42, ulong.MaxValue, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            _proc.TryReadRollup(42, ulong.MaxValue, out _, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SmapsBreakdown NewBreakdown() => new(Runtime.Unknown, Redaction.None);

    private static string Stat(uint flags) =>
        string.Create(
            CultureInfo.InvariantCulture, $"42 (x) S 1 1 1 0 -1 {flags} 0 0 0 0 0 0 0 0 20 0 1 0 90125 0 0\n");

    private static string Rollup(int kilobytes) =>
        $"1000-2000 ---p 00000000 00:00 0    [rollup]\nRss: {kilobytes} kB\nPss: {kilobytes} kB\n";

    private void Write(string path, string text) => File.WriteAllText(Path.Combine(_root, path), text);
}
