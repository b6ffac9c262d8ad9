using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Tests.Cgroups;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>What the kernel may do to whoever reads smaps_rollup.</summary>
public sealed class TroubleTests : IDisposable
{
    private const int Pid = 42;

    private readonly MadeProcfs _proc = new();

    [Fact]
    public void An_undercount_is_counted_and_what_was_read_before_stays()
    {
        using var tree = new MeasuredTree(_proc.Root);
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: 20_000);
        tree.SetProcesses(MeasuredTree.Unit, Pid);
        MeasuredGroup group = tree.Follow(MeasuredTree.Unit);
        tree.Turn();
        long takenUs = tree.Collect(group).OldestUs;
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: 84);
        tree.Turn();

        PssReading reading = tree.Collect(group);
        Assert.True(reading.IsComplete);
        Assert.InRange(reading.OldestUs, takenUs, long.MaxValue);
        Assert.Equal(20_000UL << 10, reading.Sums.Pss);
        Assert.Null(reading.Sums.Dirty);
        Assert.True(Assert.Single(tree.List(group)).IsUndercounted);
        Assert.Equal(1, tree.Table.Totals().Undercounted);
        Assert.InRange(tree.Progress.Undercounts, 1, 2);
    }

    [Fact]
    public void Another_process_by_the_same_pid_has_none_of_its_figures()
    {
        using var tree = new MeasuredTree(_proc.Root);
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: 20_000);
        tree.SetProcesses(MeasuredTree.Unit, Pid);
        MeasuredGroup group = tree.Follow(MeasuredTree.Unit);
        tree.Turn();
        Assert.True(tree.Collect(group).IsComplete);
        // It starts a day from now, and is read when it will have settled.
        int tomorrow = (int)(Environment.TickCount64 / 10) + 8_640_000;
        _proc.Write(Pid, tomorrow, residentPages: 5_000, rollupKilobytes: 84);
        tree.Turn();
        ProcessView process = Assert.Single(tree.List(group));
        Assert.Equal(((ulong)tomorrow, null), (process.Identity.StartTimeTicks, process.Figures));
        Assert.False(tree.Collect(group).IsComplete);
    }

    [Fact]
    public void A_kernel_thread_has_no_part_in_a_sum()
    {
        using var tree = new MeasuredTree(_proc.Root);
        _proc.Write(Pid, startTicks: 1, residentPages: 0, rollupKilobytes: null);
        tree.SetProcesses(MeasuredTree.Unit, Pid);
        MeasuredGroup group = tree.Follow(MeasuredTree.Unit);
        tree.Turn();
        Assert.True(tree.Collect(group).IsComplete);
        Assert.Empty(tree.List(group));
        Assert.Equal(0, tree.Table.Totals().Processes);
    }

    [Fact]
    public void What_may_not_be_read_leaves_the_unit_without_a_sum()
    {
        using var tree = new MeasuredTree(_proc.Root);
        // As EACCES, which root never gets, an EISDIR is a failure to read.
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: null);
        Directory.CreateDirectory(_proc.Rollup(Pid));
        tree.SetProcesses(MeasuredTree.Unit, Pid);
        MeasuredGroup group = tree.Follow(MeasuredTree.Unit);
        tree.Turn();
        Assert.False(tree.Collect(group).IsComplete);
        Assert.Equal((1, 1), (tree.Table.Totals().Unreadable, tree.Table.Totals().NeverRead));
    }

    [Fact]
    public void A_reading_that_does_not_come_back_keeps_the_thread_only_and_is_told_once()
    {
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: null);
        _proc.Block(_proc.Rollup(Pid));
        using var tree = new FixtureTree("recorded-6.12");
        tree.Write("/system.slice/api.service/cgroup.procs", "42\n");
        tree.Write("/system.slice/api.service/workers/one/cgroup.procs", "");
        using var watching = new RecordedTree(tree);
        var time = new ShiftedTime();
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(_proc.Root, out ProcDirectory? proc, out _));
        using var measuring = new Measuring(new CgroupMembers(tree.Root), proc!, time);
        var log = new CountingLog();
        measuring.Configure(PssOptions.Default);
        measuring.Follow(watching.Watched);
        Assert.True(SpinWait.SpinUntil(() => measuring.Table.Totals().Processes == 1, 60_000));
        Thread.Sleep(500);
        measuring.Tell(log, watching.Watched);
        Assert.Equal("measuring", measuring.Report().State);

        time.Shift = TimeSpan.FromSeconds(11);
        Assert.True(SpinWait.SpinUntil(() => measuring.IsStuck, 60_000));
        measuring.Tell(log, watching.Watched);
        measuring.Tell(log, watching.Watched);
        Assert.Equal(["/system.slice/api.service"], log.Cgroups);
        DaemonMeasuring report = measuring.Report();
        Assert.Equal(("stuck", Pid, 1), (report.State, report.StuckPid, report.NeverRead));
        Assert.InRange(report.StuckUsec!.Value, 10_000_000, 600_000_000);

        // A pipe tells nothing that would do for smaps_rollup: it is unreadable, and due again after an interval.
        File.OpenWrite(_proc.Rollup(Pid)).Dispose();
        Assert.True(SpinWait.SpinUntil(() => measuring.Report() is { State: "measuring", Unreadable: 1 }, 60_000));
        File.Delete(_proc.Rollup(Pid));
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: 20_000);
        time.Shift = TimeSpan.FromSeconds(60);
        measuring.Configure(PssOptions.Default with { Interval = TimeSpan.FromSeconds(31) });
        Assert.True(SpinWait.SpinUntil(() => measuring.Report() is { State: "measuring", NeverRead: 0 }, 60_000));
        WatchedGroup unit = watching.Watched.Find("api.service")!;
        measuring.Collect(unit);
        Assert.Equal((true, 20_000UL << 10), (unit.Pss.IsComplete, unit.Pss.Sums.Pss));
    }

    [Fact]
    public void While_it_is_stuck_rules_have_no_PSS_of_any_unit()
    {
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: 20_000);
        using var tree = new FixtureTree("recorded-6.12");
        tree.Write("/system.slice/api.service/cgroup.procs", "42\n");
        tree.Write("/system.slice/api.service/workers/one/cgroup.procs", "");
        using var watching = new RecordedTree(tree);
        var time = new ShiftedTime();
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(_proc.Root, out ProcDirectory? proc, out _));
        using var measuring = new Measuring(new CgroupMembers(tree.Root), proc!, time);
        WatchedGroup unit = watching.Watched.Find("api.service")!;
        measuring.Configure(PssOptions.Default);
        measuring.Follow(watching.Watched);
        Assert.True(SpinWait.SpinUntil(() => IsComplete(measuring, unit), 60_000));

        _proc.Block(_proc.Rollup(Pid));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                // It is due again, is begun, and does not come back.
                time.Shift += TimeSpan.FromSeconds(61);
                measuring.Hurry(unit, time.NowUs());
                Thread.Sleep(200);
                return measuring.IsStuck;
            },
            60_000));
        Assert.False(IsComplete(measuring, unit));
        _proc.Write(Pid, startTicks: 1, residentPages: 5_000, rollupKilobytes: null);
        _proc.Release(_proc.Rollup(Pid));
        // What was read before counts again when the thread is free.
        Assert.True(SpinWait.SpinUntil(() => !measuring.IsStuck, 60_000));
        Assert.True(SpinWait.SpinUntil(() => IsComplete(measuring, unit), 60_000));
    }

    public void Dispose() => _proc.Dispose();

    private static bool IsComplete(Measuring measuring, WatchedGroup unit)
    {
        measuring.Collect(unit);
        return unit.Pss.IsComplete;
    }

    private sealed class ShiftedTime : TimeProvider
    {
        private long _shift;

        public TimeSpan Shift
        {
            get => TimeSpan.FromSeconds(Volatile.Read(ref _shift) / (double)TimestampFrequency);
            set => Volatile.Write(ref _shift, (long)(value.TotalSeconds * TimestampFrequency));
        }

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _shift);
    }

    private sealed class CountingLog : ILogger
    {
        public List<string?> Cgroups { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Assert.Equal("measuring-stuck", eventId.Name);
            Cgroups.Add(((IReadOnlyList<KeyValuePair<string, object?>>)state!)
                .First(field => field.Key == "Cgroup" || field.Key == "cgroup").Value as string);
        }
    }
}
