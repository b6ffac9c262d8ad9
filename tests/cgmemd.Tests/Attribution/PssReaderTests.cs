using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>On real processes of this host, in made cgroups.</summary>
public sealed class PssReaderTests : IDisposable
{
    // New processes are read when they have run for five seconds.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private readonly MeasuredTree _tree = new();

    [Fact]
    public void A_unit_is_the_sum_of_its_processes()
    {
        using var one = new Child();
        using var other = new Child();
        _tree.SetProcesses(MeasuredTree.Unit, one.Pid, Environment.ProcessId);
        _tree.SetProcesses(MeasuredTree.Worker, other.Pid);
        MeasuredGroup group = _tree.Follow(MeasuredTree.Unit);
        PssReading reading = TurnUntilComplete(group);

        List<ProcessView> processes = _tree.List(group);
        Assert.Equal(3, processes.Count);
        ProcessView worker = processes.Find(process => process.Pid == other.Pid);
        Assert.Equal((MeasuredTree.Worker, "sleep", Environment.ProcessId), (
            worker.Cgroup, worker.Identity.Command, worker.Identity.ParentPid));
        Assert.Equal(MeasuredTree.Unit, processes.Find(process => process.Pid == one.Pid).Cgroup);
        ProcessFigures sum = default(ProcessFigures) with { Anon = 0, File = 0, Shmem = 0, Dirty = 0, SwapPss = 0 };
        foreach (ProcessView process in processes)
            sum += process.Figures!.Value;
        Assert.Equal(sum, reading.Sums);
        Assert.Equal(processes.Min(process => process.TakenUs), reading.OldestUs);
        Assert.Equal(Environment.ProcessId, reading.Top[0].Pid);
        // What does nothing is as the kernel tells it still; another sleep may come or go on this host meanwhile.
        Assert.Equal(ReadStatus.Ok, Rollup(one.Pid, out SmapsRollup rollup));
        Assert.Equal(rollup.PssAnon, processes.Find(process => process.Pid == one.Pid).Figures!.Value.Anon);
        Assert.Equal(rollup.Rss, processes.Find(process => process.Pid == one.Pid).Figures!.Value.Rss);

        var sample = default(Sample);
        reading.CopyTo(ref sample);
        Assert.Equal(sum.Pss, sample[Metric.Pss]);
        Assert.Equal(sum.Dirty, sample[Metric.PssDirty]);
    }

    [Fact]
    public void A_process_that_was_not_read_yet_leaves_the_unit_without_a_sum()
    {
        _tree.SetProcesses(MeasuredTree.Unit, Environment.ProcessId);
        MeasuredGroup group = _tree.Follow(MeasuredTree.Unit);
        TurnUntilComplete(group);
        using Child young = AddYoung(group, out ProcessView process);
        PssReading reading = _tree.Collect(group);
        Assert.Equal(("sleep", null), (process.Identity.Command, process.Figures));
        Assert.False(reading.IsComplete);
        var sample = default(Sample);
        reading.CopyTo(ref sample);
        Assert.Null(sample[Metric.Pss]);
        Assert.Equal(1, _tree.Table.Totals().NeverRead);
        PssReading complete = TurnUntilComplete(group);
        List<ProcessView> processes = _tree.List(group);
        Assert.Contains(processes, view => view.Pid == young.Pid && view.Figures!.Value.Pss > 0);
        Assert.Equal(processes.Sum(view => (long)view.Figures!.Value.Pss), (long)complete.Sums.Pss);
    }

    [Fact]
    public void Who_has_left_is_forgotten_and_who_is_gone_has_no_part()
    {
        var child = new Child();
        _tree.SetProcesses(MeasuredTree.Unit, Environment.ProcessId, child.Pid);
        MeasuredGroup group = _tree.Follow(MeasuredTree.Unit);
        TurnUntilComplete(group);
        child.Dispose();
        // The list still has it.
        _tree.Turn();
        Assert.Equal(Environment.ProcessId, Assert.Single(_tree.Collect(group).Top).Pid);
        Assert.True(_tree.Collect(group).IsComplete);

        // This process lives on, outside the unit.
        _tree.SetProcesses(MeasuredTree.Unit);
        _tree.Turn();
        PssReading reading = _tree.Collect(group);
        Assert.Equal((true, 0UL, 1), (reading.IsComplete, reading.Sums.Pss, reading.Escaped));
        Assert.Equal(1, _tree.Table.Count);
    }

    [Fact]
    public void A_process_may_be_in_two_groups_and_is_read_once()
    {
        using var child = new Child();
        _tree.SetProcesses(MeasuredTree.Worker, child.Pid);
        MeasuredGroup outer = _tree.Follow(MeasuredTree.Unit);
        MeasuredGroup inner = _tree.Follow(MeasuredTree.Worker);
        TurnUntilComplete(outer);
        Assert.Equal(1, _tree.Table.Count);
        Assert.Equal(_tree.Collect(outer).Sums, _tree.Collect(inner).Sums);
        _tree.Leave(outer);
        Assert.Equal(child.Pid, Assert.Single(_tree.List(inner)).Pid);
        _tree.Leave(inner);
        Assert.Equal(0, _tree.Table.Count);
    }

    [Fact]
    public void Switched_off_it_forgets_all()
    {
        _tree.SetProcesses(MeasuredTree.Unit, Environment.ProcessId);
        MeasuredGroup group = _tree.Follow(MeasuredTree.Unit);
        TurnUntilComplete(group);
        _tree.Reader.Configure(null);
        Assert.Equal((0, long.MaxValue), (_tree.Table.Count, _tree.Reader.NextUs));
        Assert.False(_tree.Collect(group).IsComplete);
    }

    [Fact]
    public void The_steady_state_allocates_nothing()
    {
        // Of this host, processes come and go meanwhile; each that is new has its name read, and its environment.
        using var proc = new MadeProcfs();
        foreach (int pid in new[] { 41, 42, 43 })
        {
            proc.Write(pid, startTicks: 1, residentPages: 1_000, rollupKilobytes: 4_000);
            proc.Move(pid, startTicks: 1, pid == 43 ? "/elsewhere" : MeasuredTree.Unit, parent: pid == 43 ? 41 : 1);
        }

        using var tree = new MeasuredTree(proc.Root);
        tree.SetProcesses(MeasuredTree.Unit, 41);
        tree.SetProcesses(MeasuredTree.Worker, 42);
        MeasuredGroup group = tree.Follow(MeasuredTree.Unit);
        tree.Turn(times: 4);
        PssReading reading = tree.Collect(group);
        long readings = tree.Progress.Readings;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            tree.Turn(times: 1);
            tree.Table.Collect(group, reading);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((true, 1), (reading.IsComplete, reading.Escaped));
        // Three processes, each in every second turn at least.
        Assert.InRange(tree.Progress.Readings - readings, 60, long.MaxValue);
    }

    public void Dispose() => _tree.Dispose();

    // On a busy host it may be old enough to be read before it is looked at: then there is another.
    private Child AddYoung(MeasuredGroup group, out ProcessView process)
    {
        for (int attempt = 1; ; attempt++)
        {
            var young = new Child();
            _tree.SetProcesses(MeasuredTree.Unit, Environment.ProcessId, young.Pid);
            _tree.Turn();
            process = _tree.List(group).Find(process => process.Pid == young.Pid);
            if (process.Figures is null || attempt == 10)
                return young;
            young.Dispose();
        }
    }

    private PssReading TurnUntilComplete(MeasuredGroup group)
    {
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _tree.Turn();
                return _tree.Collect(group).IsComplete;
            },
            Settling));
        return _tree.Collect(group);
    }

    private static ReadStatus Rollup(int pid, out SmapsRollup rollup)
    {
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _));
        using (proc)
            return proc!.TryReadRollup(pid, out rollup);
    }
}
