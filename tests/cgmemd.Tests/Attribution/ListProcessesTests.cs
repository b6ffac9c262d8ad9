using System.Text.Json;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Status;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>What is told of the processes of a unit, of the watch list's groups and a made procfs.</summary>
public sealed class ListProcessesTests : IDisposable
{
    private readonly MadeProcfs _proc = new();
    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _watching;
    private readonly Measuring _measuring;

    public ListProcessesTests()
    {
        foreach (string file in Directory.EnumerateFiles(_tree.Root, "cgroup.procs", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
        _watching = new RecordedTree(_tree);
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(_proc.Root, out ProcDirectory? proc, out _));
        _measuring = new Measuring(new CgroupMembers(_tree.Root), proc!, TimeProvider.System);
    }

    [Fact]
    public void Largest_first_and_those_without_figures_behind()
    {
        _proc.Write(41, startTicks: 7, residentPages: 500, rollupKilobytes: 2_000);
        _proc.Write(42, startTicks: 8, residentPages: 5_000, rollupKilobytes: 20_000);
        _proc.Write(43, startTicks: int.MaxValue, residentPages: 5_000, rollupKilobytes: 20_000);
        ListProcessesReply reply = Measure("41\n43\n", "42\n", "api.service", read: 2);
        Assert.Equal(3, reply.Count);
        Assert.Equal([42, 41, 43], reply.Processes.Select(process => process.Pid));
        ProcessMemory worker = reply.Processes[0];
        Assert.Equal(
            ("made", 1, 8UL, 20_000UL << 10, MeasuredTree.Worker),
            (worker.Comm, worker.Ppid, worker.StartTimeTicks, worker.PssAnon, worker.Cgroup));
        Assert.InRange(worker.AgeUsec!.Value, 0, 600_000_000);
        Assert.Null(reply.Processes[1].Cgroup);
        Assert.Equal(
            """{"pid":43,"ppid":1,"comm":"made","start_time_ticks":2147483647}""",
            JsonSerializer.SerializeToElement(reply, WrittenReplyJson.Default.ListProcessesReply)
                .GetProperty("processes")[2].GetRawText());
    }

    [Fact]
    public void A_child_has_its_part_of_its_unit()
    {
        _proc.Write(41, startTicks: 7, residentPages: 500, rollupKilobytes: 2_000);
        _proc.Write(42, startTicks: 8, residentPages: 5_000, rollupKilobytes: 20_000);
        ListProcessesReply reply = Measure("41\n", "42\n", "api.service/workers", read: 2);
        Assert.Equal((1, 42), (reply.Count, Assert.Single(reply.Processes).Pid));
    }

    [Fact]
    public void No_more_than_a_thousand_are_told_and_all_are_counted()
    {
        string pids = "";
        for (int pid = 1; pid <= 1_100; pid++)
        {
            _proc.Write(pid, startTicks: int.MaxValue, residentPages: 1, rollupKilobytes: null);
            pids += pid + "\n";
        }

        // No more than 500 are new to one listing: what is not tracked yet is counted.
        ListProcessesReply reply = Measure(pids, "", "api.service", read: 0);
        Assert.Equal(1_100, reply.Count);
        Assert.InRange(reply.Processes.Count, 500, 1_000);
    }

    public void Dispose()
    {
        _measuring.Dispose();
        _watching.Dispose();
        _tree.Dispose();
        _proc.Dispose();
    }

    private ListProcessesReply Measure(string pids, string workerPids, string unit, int read)
    {
        _tree.Write(MeasuredTree.Unit + "/cgroup.procs", pids);
        _tree.Write(MeasuredTree.Worker + "/cgroup.procs", workerPids);
        _measuring.Configure(Core.Configuration.PssOptions.Default);
        _measuring.Follow(_watching.Watched);
        Assert.True(SpinWait.SpinUntil(
            () => _measuring.Readings >= read && _measuring.Table.Totals().Processes >= pids.Length / 6, 240_000));
        WatchedGroup group = _watching.Watched.Find(unit)!;
        var report = new ProcessReport(_watching.Watched, _measuring.Table, TimeProvider.System);
        // The last is seen with its group, a moment after it is known.
        Assert.True(SpinWait.SpinUntil(() => report.Of(group).Count > 0, 60_000));
        return report.Of(group);
    }
}
