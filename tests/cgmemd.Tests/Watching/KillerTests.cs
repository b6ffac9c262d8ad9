using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Watching;

/// <summary>Who killed: the kernel, which counts in memory.events, or systemd-oomd, on the cgroup.</summary>
public sealed class KillerTests : IDisposable
{
    private const string Unit = "api.service";
    private const string Path = "/system.slice/api.service";

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _daemon;

    public KillerTests()
    {
        _daemon = new RecordedTree(_tree);
        _daemon.Configure(Configuration.Default with
        {
            Watches = [new Watch("all", ["*.service"], [], [], [])],
            Rules =
            [
                new Rule("oomd", ["*"], new EventCondition(
                    EventSource.OomdKill, Metric.EventsOomKill, Count: 1, TimeSpan.FromMinutes(5))),
            ],
        });
        _daemon.Read();
        _daemon.Lifecycle.ReportOomKills(Group);
    }

    private WatchedGroup Group => _daemon.Watched.Find(Unit)!;

    [Fact]
    public void ACgroupThatIsGoneStillTellsOfSystemdOomd()
    {
        _tree.CountOomdKills(Path, "1");
        Directory.Delete(_tree.Root + Path, recursive: true);
        Stop("oom-kill");
        EventRecord kill = Assert.Single(Kills());
        Assert.Equal(("systemd-oomd", "1"), (kill.Fields["CGMEMD_KILLER"], kill.Fields["CGMEMD_COUNT"]));
        Assert.Contains("systemd-oomd killed it,", kill.Message, StringComparison.Ordinal);
        Assert.Single(_daemon.Events.Events, said => said.Event == "alert-firing");
    }

    [Fact]
    public void WhatSystemdCallsAnOomKillAndSystemdOomdDidNotCountWasTheKernel()
    {
        Directory.Delete(_tree.Root + Path, recursive: true);
        Stop("oom-kill");
        Assert.Equal("kernel", Assert.Single(Kills()).Fields["CGMEMD_KILLER"]);
        Assert.DoesNotContain(_daemon.Events.Events, said => said.Event == "alert-firing");
    }

    [Fact]
    public void WhereTheCountCannotBeReadNobodyIsNamed()
    {
        Group.OomdKillsReported = null;
        _tree.CountOomdKills(Path, "?");
        Directory.Delete(_tree.Root + Path, recursive: true);
        Stop("oom-kill");
        Assert.False(Assert.Single(Kills()).Fields.ContainsKey("CGMEMD_KILLER"));
    }

    [Fact]
    public void ACgroupBelowTheUnitIsToldOfAsTheUnitsOnce()
    {
        WatchedGroup child = _daemon.Watched.Find(Unit + "/workers/one")!;
        _daemon.Lifecycle.ReportOomKills(child);
        _tree.CountOomdKills(child.Cgroup.Path, "1");
        _daemon.Lifecycle.ReportOomKills(child);
        EventRecord kill = Assert.Single(Kills());
        Assert.Equal((Unit, "systemd-oomd"), (kill.Unit, kill.Fields["CGMEMD_KILLER"]));
        Assert.Contains($"killed {child.Cgroup.Path},", kill.Message, StringComparison.Ordinal);

        _tree.CountOomdKills(child.Cgroup.Path, "3");
        Stop("success");
        Assert.Equal(["1", "2"], Kills().Select(said => said.Fields["CGMEMD_COUNT"]));
        Assert.Equal(["1", "3"], Kills().Select(said => said.Fields["CGMEMD_TOTAL"]));
    }

    [Fact]
    public void WhatItCountedBeforeTheWatchIsThePast()
    {
        _tree.CountOomdKills("/system.slice/api.service", "5");
        using var later = new RecordedTree(_tree);
        WatchedGroup group = later.Watched.Find(Unit)!;
        later.Lifecycle.ReportOomKills(group);
        Assert.Equal((5ul, 0ul), (group.OomdKillsReported, group.OomdKills));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private void Stop(string result) => _daemon.Lifecycle.Stop(Group, result, RecordedTree.NowUs);

    private EventRecord[] Kills() => [.. _daemon.Events.Events.Where(said => said.Event == "oom-kill")];
}
