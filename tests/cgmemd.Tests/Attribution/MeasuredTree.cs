using System.Globalization;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>The work of the measuring thread, on the thread of a test, over made cgroups.</summary>
internal sealed class MeasuredTree : IDisposable
{
    public const string Unit = "/system.slice/api.service";
    public const string Worker = "/system.slice/api.service/workers/one";

    // With a budget of more than there is, every turn after the interval reads every process.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly PssLimits Always = new(Interval, 1000, 1000);

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly CgroupMembers _cgroups;
    private readonly ProcDirectory _proc;
    private readonly List<MeasuredGroup> _groups = [];

    /// <param name="procRoot">A procfs, real or made.</param>
    /// <param name="time">The host's, unless a test has another.</param>
    public MeasuredTree(string procRoot = "/proc", TimeProvider? time = null)
    {
        foreach (string file in Directory.EnumerateFiles(_tree.Root, "cgroup.procs", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
        _cgroups = new CgroupMembers(_tree.Root);
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(procRoot, out ProcDirectory? proc, out _));
        _proc = proc!;
        Reader = new PssReader(_cgroups, _proc, Table, Progress, time ?? TimeProvider.System);
        Reader.Configure(Always);
    }

    public string Root => _tree.Root;

    public ProcessTable Table { get; } = new();

    public MeasuringProgress Progress { get; } = new();

    public PssReader Reader { get; }

    public MeasuredGroup Follow(string path)
    {
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(_tree.Root, path, out Cgroup? cgroup));
        using (cgroup)
        {
            var group = new MeasuredGroup(new CgroupName(path, cgroup!.Id));
            _groups.Add(group);
            Reader.Follow([.. _groups]);
            return group;
        }
    }

    public void Leave(MeasuredGroup group)
    {
        _groups.Remove(group);
        Reader.Follow([.. _groups]);
    }

    public void SetProcesses(string path, params int[] pids) => _tree.Write(
        path + "/cgroup.procs", string.Concat(pids.Select(pid => pid.ToString(CultureInfo.InvariantCulture) + "\n")));

    /// <summary>Turns until what was to be read has been read once more.</summary>
    public void Turn(int times = 2)
    {
        bool isOver = false;
        for (int i = 0; i < times; i++)
        {
            Thread.Sleep(Interval);
            Reader.Configure(Always);
            Reader.Turn(in isOver);
        }
    }

    public PssReading Collect(MeasuredGroup group)
    {
        var reading = new PssReading();
        Table.Collect(group, reading);
        return reading;
    }

    public List<ProcessView> List(MeasuredGroup group)
    {
        var processes = new List<ProcessView>();
        Table.List(group, processes);
        return processes;
    }

    public void Dispose()
    {
        _cgroups.Dispose();
        _proc.Dispose();
        _tree.Dispose();
    }
}
