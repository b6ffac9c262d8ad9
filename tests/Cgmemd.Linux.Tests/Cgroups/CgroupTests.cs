using Cgmemd.Core.Attribution;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Tests.Cgroups;

public class CgroupTests
{
    private const string Api = "/system.slice/api.service";

    [Theory]
    [InlineData("5.15")]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void ReadsWhatEachKernelHas(string kernel)
    {
        using var tree = new FixtureTree(kernel);
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        Assert.Equal(ReadStatus.Ok, cgroup.Read(ref sample));
        Assert.Null(cgroup.FailedFile);
        Assert.Equal(31137792ul, sample[Metric.MemoryCurrent]);
        Assert.Equal(kernel == "5.15" ? null : 45088768ul, sample[Metric.MemoryPeak]);
        Assert.Equal(4096ul, sample[Metric.MemorySwapCurrent]);
        Assert.Equal(kernel == "6.12" ? 8192ul : null, sample[Metric.MemorySwapPeak]);
        Assert.Equal(24313856ul, sample[Metric.Anon]);
        Assert.Equal(kernel == "5.15" ? null : 1400832ul, sample[Metric.Kernel]);
        Assert.Equal(17ul, sample[Metric.MajorPageFaults]);
        Assert.Equal(12ul, sample[Metric.EventsMax]);
        Assert.Equal(11ul, sample[Metric.EventsLocalMax]);
        Assert.Equal(kernel == "5.15" ? null : 0ul, sample[Metric.EventsOomGroupKill]);
        Assert.Equal(153ul, sample[Metric.PressureSomeAvg10]);
        Assert.Equal(65432ul, sample[Metric.PressureFullTotal]);
        Assert.Equal(7ul, sample[Metric.PidsCurrent]);
        Assert.Equal(31137792ul - 2039808, sample[Metric.WorkingSet]);
        Assert.Null(sample[Metric.Pss]);
    }

    [Fact]
    public void ReadsWhatIsChargedWithAllKeysAndPageSizes()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        Assert.Equal(ReadStatus.Ok, cgroup.ReadCharged(out ChargedMemory? charged));
        Assert.Equal(31137792ul, charged!.Current);
        Assert.Equal(0ul, charged.Stat["swapcached"]);
        Assert.Equal(4096ul, charged.Swap);
        Assert.Null(charged.Hugetlb);
        tree.Write(Api + "/hugetlb.2MB.current", "4194304\n");
        tree.Write(Api + "/hugetlb.1GB.current", "1073741824\n");
        Assert.Equal(ReadStatus.Ok, cgroup.ReadCharged(out charged));
        Assert.Equal((4ul << 20) + (1ul << 30), charged!.Hugetlb);
    }

    [Fact]
    public void KnowsItself()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        Assert.Equal(Api, cgroup.Path);
        Assert.Equal("/system.slice", cgroup.ParentPath);
        Assert.NotEqual(0ul, cgroup.Id);
        Assert.True(cgroup.IsStillAt(tree.Root));
        Assert.Null(cgroup.ReadInvocationId());
    }

    [Fact]
    public void TellsTheKillsThatSystemdOomdCountedAlsoWhenItIsGone()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        Assert.Equal(0ul, cgroup.ReadOomdKills());
        tree.CountOomdKills(Api, "3");
        Assert.Equal(3ul, cgroup.ReadOomdKills());
        Directory.Delete(tree.Root + Api, recursive: true);
        Assert.Equal(3ul, cgroup.ReadOomdKills());
    }

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    [InlineData("3 ")]
    [InlineData("123456789012345678901")]
    public void WhatIsNoCountOfKillsIsNotKnown(string text)
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        tree.CountOomdKills(Api, text);
        Assert.Null(cgroup.ReadOomdKills());
    }

    [Fact]
    public void ReadingSteadilyAllocatesNothing()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        using var ancestors = new AncestorLimits(tree.Root);
        var sample = new Sample();
        Pass();
        Pass();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Pass();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Pass()
        {
            ancestors.BeginPass();
            cgroup.ReadCurrent(out _);
            cgroup.Read(ref sample);
            cgroup.ReadEvents(ref sample);
            cgroup.ReadOomdKills();
            ancestors.Read(cgroup, out _);
        }
    }

    [Fact]
    public void TheLifetimePeakThatRoseIsTheIntervalsExactPeak()
    {
        using var tree = new FixtureTree("6.1");
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        cgroup.Read(ref sample);
        Assert.Equal((31137792ul, false), (sample[Metric.IntervalPeak], sample.IntervalPeakIsExact));
        tree.Write(Api + "/memory.peak", "52428800\n");
        cgroup.Read(ref sample);
        Assert.Equal((52428800ul, true), (sample[Metric.IntervalPeak], sample.IntervalPeakIsExact));
        cgroup.Read(ref sample);
        Assert.Equal((31137792ul, false), (sample[Metric.IntervalPeak], sample.IntervalPeakIsExact));
        Assert.False(cgroup.HasResettablePeak);
    }

    [Fact]
    public void AFastReadCountsTowardsTheIntervalsPeak()
    {
        using var tree = new FixtureTree("5.15");
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        tree.Write(Api + "/memory.current", "90000000\n");
        Assert.Equal(ReadStatus.Ok, cgroup.ReadCurrent(out ulong bytes));
        Assert.Equal(90000000ul, bytes);
        tree.Write(Api + "/memory.current", "80000000\n");
        cgroup.Read(ref sample);
        Assert.Equal(90000000ul, sample[Metric.IntervalPeak]);
    }

    [Fact]
    public void MalformedCurrentFailsTheSample()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        tree.Write(Api + "/memory.current", "lots\n");
        var sample = new Sample();
        Assert.Equal(ReadStatus.Failed, cgroup.Read(ref sample));
        Assert.Equal(ReadStatus.Failed, cgroup.ReadCurrent(out _));
        Assert.Null(sample[Metric.MemoryCurrent]);
    }

    [Theory]
    [InlineData("memory.stat", Metric.Anon)]
    [InlineData("memory.events", Metric.EventsMax)]
    [InlineData("memory.events.local", Metric.EventsLocalMax)]
    [InlineData("memory.pressure", Metric.PressureSomeTotal)]
    [InlineData("memory.peak", Metric.MemoryPeak)]
    [InlineData("memory.swap.current", Metric.MemorySwapCurrent)]
    [InlineData("memory.swap.peak", Metric.MemorySwapPeak)]
    [InlineData("pids.current", Metric.PidsCurrent)]
    public void AnotherFilesTroubleIsNamedAndItsMetricsAbsent(string file, Metric metric)
    {
        using var tree = new FixtureTree();
        tree.Write($"{Api}/{file}", "anon\n");
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        Assert.Equal(ReadStatus.Ok, cgroup.Read(ref sample));
        Assert.Equal(file, cgroup.FailedFile);
        Assert.Null(sample[metric]);
        Assert.NotNull(sample[Metric.MemoryCurrent]);
    }

    [Fact]
    public void NoSuchCgroupHasVanished()
    {
        using var tree = new FixtureTree();
        Assert.Equal(ReadStatus.Vanished, Cgroup.TryOpen(tree.Root, "/no.slice", out Cgroup? cgroup, out Errno errno));
        Assert.Null(cgroup);
        Assert.Equal(Errno.ENOENT, errno);
        Assert.Equal("No such file or directory", errno.Text());
        Assert.Equal(ReadStatus.Failed, Cgroup.TryOpen(tree.Root, Api + "/memory.stat", out _, out errno));
        Assert.Equal(Errno.ENOTDIR, errno);
    }

    [Fact]
    public void ARemovedCgroupVanishes()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        Directory.Delete(tree.Root + Api, recursive: true);
        var sample = new Sample();
        Assert.Equal(ReadStatus.Vanished, cgroup.Read(ref sample));
        Assert.Equal(ReadStatus.Vanished, cgroup.ReadCurrent(out _));
        Assert.Equal(ReadStatus.Vanished, cgroup.ReadLimits(out _, out _, out _));
        Assert.Equal(ReadStatus.Vanished, cgroup.ReadProcesses([]));
        Assert.False(cgroup.IsStillAt(tree.Root));
    }

    [Fact]
    public void WithoutTheMemoryControllerItIsNotSupportedUntilItComes()
    {
        using var tree = new FixtureTree();
        File.Delete(tree.Root + Api + "/memory.current");
        File.Delete(tree.Root + Api + "/memory.pressure");
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        Assert.Equal(ReadStatus.NotSupported, cgroup.Read(ref sample));
        tree.Write(Api + "/memory.current", "1\n");
        Assert.Equal(ReadStatus.Ok, cgroup.Read(ref sample));
        Assert.Null(sample[Metric.PressureSomeTotal]);
        Assert.Null(cgroup.FailedFile);
    }

    [Fact]
    public void NothingIsWrittenOutsideCgroup2()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        var sample = new Sample();
        cgroup.Read(ref sample);
        cgroup.Read(ref sample);
        Assert.Equal("45088768\n", File.ReadAllText(tree.Root + Api + "/memory.peak"));
        var second = TimeSpan.FromSeconds(2);
        Assert.Equal(ReadStatus.NotSupported, cgroup.TryArmPressure(second / 10, second, out int fd));
        Assert.Equal(-1, fd);
    }

    [Fact]
    public void EventDescriptorsAreGiven()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        Assert.Equal(ReadStatus.Ok, cgroup.TryGetEventsFd(out int events));
        Assert.Equal(ReadStatus.Ok, cgroup.TryGetEventsLocalFd(out int local));
        Assert.True(events >= 0 && local >= 0 && events != local);
        File.Delete(tree.Root + "/system.slice/db@main.service/memory.events");
        using Cgroup without = Open(tree, "/system.slice/db@main.service");
        Assert.Equal(ReadStatus.NotSupported, without.TryGetEventsFd(out events));
        Assert.Equal(-1, events);
    }

    [Fact]
    public void ListsChildrenAndProcesses()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        var names = new List<string>();
        Assert.Equal(ReadStatus.Ok, cgroup.ListChildren(names));
        Assert.Equal(["workers"], names);
        var pids = new List<int>();
        Assert.Equal(ReadStatus.Ok, cgroup.ReadProcesses(pids));
        Assert.Equal([812, 977, 812], pids);
        tree.Write(Api + "/cgroup.procs", "x\n");
        Assert.Equal(ReadStatus.Failed, cgroup.ReadProcesses(pids));
    }

    [Fact]
    public void AFileLargerThanTheBufferIsReadWhole()
    {
        using var tree = new FixtureTree();
        using Cgroup cgroup = Open(tree);
        tree.Write(Api + "/cgroup.procs", string.Concat(Enumerable.Range(1, 20000).Select(pid => pid + "\n")));
        var pids = new List<int>();
        Assert.Equal(ReadStatus.Ok, cgroup.ReadProcesses(pids));
        Assert.Equal(20000, pids.Count);
    }

    private static Cgroup Open(FixtureTree tree, string path = Api)
    {
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(tree.Root, path, out Cgroup? cgroup));
        return cgroup!;
    }
}
