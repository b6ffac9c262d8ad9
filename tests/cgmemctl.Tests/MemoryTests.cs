using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cgmemd.Control.Memory;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary><c>show --memory</c>, <c>ps</c>, <c>diff</c>: what they refuse, and what they make of this host.</summary>
public sealed class MemoryTests : IDisposable
{
    private readonly string _cgroups = Directory.CreateTempSubdirectory("cgmemctl-cgroup-").FullName;

    [Theory]
    [InlineData(2, "show api --record", "--record is for --memory as it is now")]
    [InlineData(2, "show --memory api --record --at now", "--record is for --memory as it is now")]
    [InlineData(2, "diff api now 09:00", "the second time is not after the first")]
    [InlineData(2, "diff api whenever", "neither a time nor a mark: \"whenever\"; see systemd.time(7)")]
    [InlineData(2, "ps api --at whenever", "--at: not a time: \"whenever\"; see systemd.time(7)")]
    [InlineData(2, "ps api --sort=beauty",
        "--sort: 'beauty' is none of pss, anon, file, shmem, swap, dirty, rss, age, pid, command")]
    [InlineData(1, "ps nobody --at now", "nobody.service: not in the history. What is: cgmemctl invocations")]
    [InlineData(1, "diff nobody 09:00", "nobody.service: not in the history. What is: cgmemctl invocations")]
    [InlineData(1, "show --memory postgresql@16-main.service --at now",
        "postgresql@16-main.service: the history has no breakdown of it. One is taken when an alert fires; one now: "
        + "cgmemctl show --memory --record postgresql@16-main.service")]
    public void TheMessageNamesTheMistake(int exitCode, string command, string message)
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(exitCode, run.Run(command.Split(' ')));
        Assert.StartsWith($"cgmemctl: {message}\n", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void WhoIsNotRootIsToldSo()
    {
        using var run = new ControlRun { IsRoot = false, CgroupRoot = _cgroups };
        Assert.Equal(77, run.Run("show", "--memory", "api"));
        Assert.StartsWith("cgmemctl: Permission denied: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ACgroupThatIsNotThereIsAFailure()
    {
        using var run = new ControlRun { CgroupRoot = _cgroups };
        Assert.Equal(1, run.Run("show", "--memory", "/none"));
        Assert.Equal("cgmemctl: /none: there is no cgroup /none\n", run.Error);
    }

    [Fact]
    public void TheBreakdownOfThisHostsProcessesAddsUp()
    {
        using Process victim = StartVictim();
        using var run = new ControlRun { CgroupRoot = Tree(victim.Id, Environment.ProcessId) };
        Assert.Equal(0, run.Run("show", "--memory", "/victim", "--json"));
        Assert.Equal("", run.Error);
        Breakdown breakdown = JsonSerializer.Deserialize(run.Out, BreakdownJson.Default.Breakdown)!;
        Assert.Equal(2, breakdown.ProcessCount);
        ProcessBreakdown process = breakdown.Processes.Single(p => p.Pid == victim.Id);
        Assert.Equal("python3", process.Command[..7]);
        Assert.InRange(process.Use!.Value.Pss, 64UL << 20, 256UL << 20);
        Reconciliation sums = breakdown.Reconciliation!;
        Assert.Equal((long)sums.MemoryCurrent, sums.Charged.Sum(line => line.Bytes));
        Assert.Equal((long)sums.MemoryCurrent, (long)sums.Pss + sums.Mapped.Sum(line => line.Bytes));
    }

    [Fact]
    public void WhatIsShownAddsUpAsItStands()
    {
        using Process victim = StartVictim();
        using var run = new ControlRun { CgroupRoot = Tree(victim.Id) };
        Assert.Equal(0, run.Run("show", "--memory", "/victim"));
        Assert.Contains("python3", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("unexplained", run.Out, StringComparison.Ordinal);
        AssertAddsUp(run.Out);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(90_001)]
    public void ASheetFitsItsWidthAndAddsUp(ulong heap)
    {
        using var run = new ControlRun();
        new BreakdownSheet(run.Session(), Breakdowns.Api(CannedDaemon.NowUsec, heap)).Print(null);
        Assert.All(run.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        AssertAddsUp(run.Out);
        Assert.DoesNotContain('\e', run.Out);
    }

    [Fact]
    public void NamesAreHiddenAsTheConfigurationSays()
    {
        using Process victim = StartVictim();
        using var run = new ControlRun { CgroupRoot = Tree(victim.Id) };
        string configuration = Path.Combine(run.Host.ConfigurationRoot, "etc/cgmemd");
        Directory.CreateDirectory(configuration);
        File.WriteAllText(Path.Combine(configuration, "cgmemd.toml"), "[breakdown]\nredact = ['/usr/*']\n");
        Assert.Equal(0, run.Run("show", "--memory", "/victim", "--json"));
        Assert.Contains("/usr/redacted-", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/lib", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/bin", run.Out, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(configuration, "cgmemd.toml"), "[breakdown]\nredact = 'x'\n");
        using var again = new ControlRun { CgroupRoot = Tree(victim.Id) };
        Directory.CreateDirectory(Path.Combine(again.Host.ConfigurationRoot, "etc/cgmemd"));
        File.Copy(
            Path.Combine(configuration, "cgmemd.toml"),
            Path.Combine(again.Host.ConfigurationRoot, "etc/cgmemd/cgmemd.toml"));
        Assert.Equal(0, again.Run("show", "--memory", "/victim", "--json"));
        Assert.StartsWith("cgmemctl: the configuration has errors, so all names are hidden", again.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfTwoCategoriesIsOneInADiff()
    {
        Breakdown one = Breakdowns.Api(CannedDaemon.NowUsec, 1);
        NamedUse name = one.Names[0];
        Breakdown two = one with
        {
            TimeUsec = one.TimeUsec + 1,
            Names = [name, name with { Category = "mapped_file", Use = new MemoryUse(5, 5, 0, 0, 1) }],
        };
        UnitDetail detail = CannedDaemon.Api();
        UnitDiff diff = DiffBuilder.Build(
            "api.service", new UnitState { AtUs = 0, Detail = detail, Breakdown = one },
            new UnitState { AtUs = 1, Detail = detail, Breakdown = two });
        Assert.Equal(5, Assert.Single(diff.Breakdown!.Names, line => line.Name == name.Name).Change);
    }

    [Fact]
    public void AFigureThatIsAbsentAtOneTimeHasNoChange()
    {
        UnitDetail whole = CannedDaemon.Api();
        string[] left = ["memory.stat.anon", "pss"];
        UnitDetail part = whole with
        {
            Sample = whole.Sample.Where(figure => !left.Contains(figure.Key))
                .ToDictionary(figure => figure.Key, figure => figure.Value + 1),
        };
        foreach ((UnitDetail was, UnitDetail now) in new[] { (whole, part), (part, whole) })
        {
            UnitDiff diff = DiffBuilder.Build(
                "api.service", new UnitState { AtUs = 0, Detail = was }, new UnitState { AtUs = 1, Detail = now });
            Assert.Contains(diff.Memory, line => line.Name == "memory.current");
            Assert.DoesNotContain(diff.Memory, line => left.Contains(line.Name));
        }
    }

    [Fact]
    public void ARecordedOneIsSentToTheDaemon()
    {
        Breakdown? sent = null;
        using var run = new ControlRun(call =>
        {
            if (call.Method == DaemonInterface.RecordBreakdown
                && call.TryGetParameters(BreakdownJson.Default.RecordBreakdownCall, out var parameters, out _))
                sent = parameters.Breakdown;
            return VarlinkReply.Nothing;
        });
        Assert.Equal(0, LiveBreakdown.Record(run.Session(), Breakdowns.Large(900)));
        // What a message has no room for is left out.
        Assert.Equal(5, sent!.ProcessCount);
        Assert.Equivalent(Breakdowns.Large(900).Processes[0], sent.Processes[0], strict: true);
    }

    public void Dispose() => Directory.Delete(_cgroups, recursive: true);

    // A cgroup v2 as the kernel has it, with processes of this host: v1 has the memory controller here.
    private string Tree(params int[] pids)
    {
        string cgroup = Path.Combine(_cgroups, "victim");
        Directory.CreateDirectory(cgroup);
        File.WriteAllText(Path.Combine(_cgroups, "cgroup.controllers"), "memory pids\n");
        File.WriteAllLines(
            Path.Combine(cgroup, "cgroup.procs"),
            pids.Select(pid => pid.ToString(CultureInfo.InvariantCulture)));
        File.WriteAllText(Path.Combine(cgroup, "memory.current"), "104857600\n");
        File.WriteAllText(Path.Combine(cgroup, "memory.swap.current"), "0\n");
        File.WriteAllText(Path.Combine(cgroup, "memory.stat"), """
            anon 73400320
            file 20971520
            kernel 5242880
            kernel_stack 65536
            pagetables 1048576
            percpu 0
            sock 4096
            vmalloc 0
            shmem 0
            file_mapped 8388608
            inactive_anon 0
            active_anon 73400320
            inactive_file 12582912
            active_file 8388608
            unevictable 0
            slab_reclaimable 2097152
            slab_unreclaimable 1048576

            """);
        return _cgroups;
    }

    private static Process StartVictim()
    {
        var victim = Process.Start(new ProcessStartInfo(
            "python3", ["-c", "b = b'x' * (64 << 20); print('ready', flush=True); input()"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", victim.StandardOutput.ReadLine());
        return victim;
    }

    // Each list of figures ends with its sum.
    private static void AssertAddsUp(string text)
    {
        decimal sum = 0;
        int sums = 0;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0] is "Charged" or "Mapped")
                sum = 0;
            bool isFigure = decimal.TryParse(
                words.ElementAtOrDefault(0), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal figure);
            if (words.Length < 2 || !isFigure)
                continue;
            if (words[1] == "=")
            {
                Assert.Equal(sum, figure);
                sums++;
            }

            sum += figure;
        }

        Assert.Equal(2, sums);
    }
}
