using System.Diagnostics;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Tests.Procfs;

/// <summary>Against the running kernel, and a made procfs for what that does not offer.</summary>
public sealed class ProcessScanTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly string _made = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;

    [Fact]
    public void All_processes_of_the_host_are_there_with_what_stat_tells()
    {
        using ProcDirectory proc = Open("/proc");
        var escapes = new Escapes();
        escapes.Begin([new FollowedUnit("/none.service", Id)]);
        Assert.True(new ProcessScan(proc, TimeProvider.System).Read(escapes, long.MaxValue));
        HostProcess own = Assert.Single(escapes.Processes, process => process.Pid == Environment.ProcessId);
        Assert.Equal(ReadStatus.Ok, proc.TryReadStat(own.Pid, out ProcessStat stat));
        Assert.Equal((stat.ParentPid, stat.StartTimeTicks, true), (own.ParentPid, own.StartTimeTicks, own.HasMemory));
        string[] words = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        Assert.Equal(words[3], own.SessionId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains(escapes.Processes, process => process.Pid == own.ParentPid);
    }

    [Fact]
    public void When_time_is_up_it_ends_and_goes_on_from_there()
    {
        for (int pid = 1; pid <= 700; pid++)
            Add(pid, 1, "/", "");
        using ProcDirectory proc = Open(_made);
        var escapes = new Escapes();
        var scan = new ProcessScan(proc, TimeProvider.System);
        for (int pass = 0; pass < 2; pass++)
        {
            escapes.Begin([]);
            Assert.False(scan.Read(escapes, deadlineUs: 0));
            Assert.Equal((true, ProcessScan.LeastRead), (scan.IsUnderWay, escapes.Processes.Count));
            Assert.False(scan.Read(escapes, deadlineUs: 0));
            Assert.True(scan.Read(escapes, deadlineUs: 0));
            Assert.False(scan.IsUnderWay);
            Assert.Equal(Enumerable.Range(1, 700), escapes.Processes.Select(process => process.Pid).Order());
        }
    }

    [Fact]
    public void Processes_are_listed_in_parts()
    {
        for (int pid = 1; pid <= 20; pid++)
            Add(pid, 1, "/", "");
        using ProcDirectory proc = Open(_made);
        var pids = new List<int>();
        Assert.Equal(ReadStatus.Ok, proc.TryListProcesses(pids, maximum: 100, from: 15));
        Assert.Equal(ReadStatus.Ok, proc.TryListProcesses(pids, maximum: 100, from: 0, before: 15));
        Assert.Equal(Enumerable.Range(15, 6), pids[..6].Order());
        Assert.Equal(Enumerable.Range(1, 14), pids[6..].Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void The_invocation_is_found_in_a_real_environment_of_any_size(int bytesBefore)
    {
        var start = new ProcessStartInfo("sleep", "1000");
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["NOT_INVOCATION_ID"] = new string('f', 32);
        for (int i = 0; i < bytesBefore; i += 10_000)
            start.Environment["FILL" + i] = new string('x', 10_000);
        start.Environment["INVOCATION_ID"] = Id;
        using Process child = Process.Start(start)!;
        try
        {
            using ProcDirectory proc = Open("/proc");
            string? found = null;
            Assert.True(SpinWait.SpinUntil(
                () => proc.TryReadInvocation(child.Id, out found) == ReadStatus.Ok && found == Id,
                TimeSpan.FromSeconds(60)));
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }

    [Fact]
    public void An_environment_without_one_has_none_wherever_its_chunks_end()
    {
        using ProcDirectory proc = Open(_made);
        for (int before = 16_300; before < 16_420; before++)
        {
            Write(42, "environ", new string('x', before) + $"\0INVOCATION_ID={Id}\0A=b\0");
            Assert.Equal(ReadStatus.Ok, proc.TryReadInvocation(42, out string? found));
            Assert.Equal(Id, found);
            Write(42, "environ", new string('x', before) + $"INVOCATION_ID={Id}\0A=b\0");
            Assert.Equal(ReadStatus.NoData, proc.TryReadInvocation(42, out _));
        }

        Write(42, "environ", "INVOCATION_ID=tooshort\0");
        Assert.Equal(ReadStatus.NoData, proc.TryReadInvocation(42, out _));
        Write(42, "environ", "INVOCATION_ID=" + new string('G', 32) + "\0");
        Assert.Equal(ReadStatus.NoData, proc.TryReadInvocation(42, out _));
        Assert.Equal(ReadStatus.Vanished, proc.TryReadInvocation(7, out _));
    }

    [Fact]
    public void On_demand_those_of_one_unit_are_found_with_their_memory()
    {
        Add(10, 1, "/system.slice/api.service", "");
        Add(11, 10, "/user.slice/session-c1.scope", "");
        Add(12, 1, "/elsewhere", $"INVOCATION_ID={Id}\0");
        Add(13, 1, "/elsewhere", "");
        Write(11, "statm", "2000 1000 10 1 0 1 0\n");
        Write(11, "smaps_rollup", "55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0 [rollup]\n" +
            "Rss: 4000 kB\nPss: 3000 kB\nPss_Anon: 3000 kB\nPss_File: 0 kB\nPss_Shmem: 0 kB\n");
        using ProcDirectory proc = Open(_made);
        List<EscapedProcess> found = EscapeScan.Find(
            proc, TimeProvider.System, new FollowedUnit("/system.slice/api.service", Id), long.MaxValue);
        Assert.Equal(
            [
                new EscapedProcess(11, "made", "/user.slice/session-c1.scope", "parent", 4_096_000, 3_072_000),
                new EscapedProcess(12, "made", "/elsewhere", "invocation", null, null),
            ],
            found);
    }

    [Fact]
    public void Cgroups_with_long_names_take_little_of_our_memory()
    {
        for (int pid = 2; pid < 1002; pid++)
            Add(pid, 1, $"/{pid}/{new string('x', 4000)}", "");
        using ProcDirectory proc = Open(_made);
        var escapes = new Escapes();
        var scan = new ProcessScan(proc, TimeProvider.System);
        for (int i = 0; i < 2; i++)
        {
            escapes.Begin([]);
            Assert.False(scan.Read(escapes, long.MaxValue));
            Assert.Equal(1000, escapes.Processes.Count);
            Assert.InRange(escapes.Processes.Sum(process => process.Cgroup?.Length ?? 0), 1, (2 << 20) + 4096);
        }
    }

    public void Dispose() => Directory.Delete(_made, recursive: true);

    private static ProcDirectory Open(string root)
    {
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(root, out ProcDirectory? proc, out _));
        return proc!;
    }

    private void Add(int pid, int parent, string cgroup, string environment)
    {
        Write(pid, "stat", $"{pid} (made) S {parent} {pid} {pid} 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9 1 1 1 1\n");
        Write(pid, "cgroup", $"0::{cgroup}\n");
        Write(pid, "environ", environment);
    }

    private void Write(int pid, string file, string text)
    {
        Directory.CreateDirectory($"{_made}/{pid}");
        File.WriteAllText($"{_made}/{pid}/{file}", text);
    }
}
