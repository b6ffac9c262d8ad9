using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Tests.Procfs;

/// <summary>Against this very process on the kernel the tests run on.</summary>
public sealed class RunningKernelTests : IDisposable
{
    private readonly int _pid = Environment.ProcessId;
    private readonly ProcDirectory _proc;

    public RunningKernelTests()
    {
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _));
        _proc = proc!;
    }

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void RollupAgreesWithStatm()
    {
        Assert.Equal(ReadStatus.Ok, _proc.TryReadStatm(_pid, out Statm statm));
        Assert.Equal(ReadStatus.Ok, _proc.TryReadRollup(_pid, ulong.MaxValue, out SmapsRollup rollup, out _));
        double resident = statm.ResidentPages * (ulong)Environment.SystemPageSize;
        Assert.InRange(rollup.Rss, resident * 0.8, resident * 1.25);
        Assert.InRange(rollup.Pss, 1ul, rollup.Rss);
        var parts = (ulong)(rollup.PssAnon + rollup.PssFile + rollup.PssShmem)!;
        Assert.InRange(parts, rollup.Pss - 8192, rollup.Pss + 8192);
    }

    [Fact]
    public void CategoriesAddUpToTheRollup()
    {
        Assert.Equal(ReadStatus.Ok, _proc.TryDetectRuntime(_pid, out Runtime runtime));
        var breakdown = new SmapsBreakdown(runtime, Redaction.None);
        Assert.Equal(ReadStatus.Ok, _proc.TryReadSmaps(_pid, breakdown));
        Assert.Equal(ReadStatus.Ok, _proc.TryReadRollup(_pid, out SmapsRollup rollup));
        Assert.InRange(breakdown.Total.Pss, rollup.Pss * 0.8, rollup.Pss * 1.25);
        Assert.InRange(breakdown.Total.Rss, rollup.Rss * 0.8, rollup.Rss * 1.25);
        Assert.True(breakdown[MappingCategory.SharedLibrary].Mappings > 0);
        Assert.True(breakdown[MappingCategory.Anonymous].Rss > 0);
        Assert.True(breakdown[MappingCategory.Stack].Mappings > 1);
        double heap = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        Assert.InRange(breakdown[MappingCategory.ManagedHeap].Rss, 1ul, heap * 4);
    }

    [Fact]
    public void OurRuntimeIsFound()
    {
        Assert.Equal(ReadStatus.Ok, _proc.TryDetectRuntime(_pid, out Runtime runtime));
        Assert.Equal(RuntimeKind.DotNet, runtime.Kind);
        Assert.Equal(Environment.Version.ToString(3), runtime.Version);
        Assert.Equal(AllocatorKind.Glibc, runtime.Allocator);
        Assert.Matches(@"^2\.\d\d$", runtime.AllocatorVersion);
        Assert.Equal(ReadStatus.Ok, _proc.TryDetectRuntime(_pid, out Runtime again));
        Assert.Equal(runtime, again);
    }

    [Fact]
    public void TheTmpfsMountsWeSeeAreFound()
    {
        HashSet<ulong> devices = [];
        Assert.Equal(ReadStatus.Ok, _proc.TryReadTmpfsDevices(_pid, devices));
        Assert.Equal(
            File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(" - tmpfs "))
                .Select(l => l.Split(' ')[2]).Distinct().Count(),
            devices.Count);
    }

    [Fact]
    public void StatAndStatusAreOurs()
    {
        Assert.Equal(ReadStatus.Ok, _proc.TryReadStat(_pid, out ProcessStat stat));
        Assert.False(stat.IsKernelThread);
        Assert.True(stat.StartTimeTicks > 0);
        Assert.Equal(ReadStatus.Ok, _proc.TryReadStatus(_pid, out ProcessStatus status));
        Assert.True(status.Threads > 1);
        Assert.True(status.Rss > 1 << 20);
    }

    [Fact]
    public void TheHostHasMemory()
    {
        Assert.Equal(ReadStatus.Ok, _proc.TryReadMemoryInfo(out MemoryInfo info));
        Assert.InRange(info.MemAvailable, 1ul, info.MemTotal);
    }
}
