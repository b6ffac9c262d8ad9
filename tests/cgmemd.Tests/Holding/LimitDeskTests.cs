using System.Diagnostics;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Tests.Cgroups;
using Cgmemd.Linux.Tests.Systemd;

namespace Cgmemd.Daemon.Tests.Holding;

/// <summary>
/// What is refused before systemd is asked, over a recorded kernel's tree and without a connection. What is set and set
/// back is in UnitControlTests, and the whole in the scenario "tripwire".
/// </summary>
public sealed class LimitDeskTests : IDisposable
{
    private const ulong MiB = 1 << 20;

    private static readonly Rule Above = new("above", ["*"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfBytes(80 * MiB), Bound.OfBytes(75 * MiB), Severity.Warning)],
        LimitFile.MemoryMax))
    {
        Tripwire = true,
    };

    private readonly FixtureTree _tree = new("recorded-6.12");
    private RecordedTree _daemon;
    private long _nowUs = RecordedTree.NowUs;

    public LimitDeskTests() => _daemon = new RecordedTree(_tree);

    private WatchedGroup Group => _daemon.Watched.Find("api.service")!;

    [Fact]
    public void WithoutAConnectionNothingIsHeldAndItIsSaid()
    {
        Configure(Above);
        Read(10);
        _daemon.Limits.Follow(Group, _nowUs);
        Assert.Null(Group.Held);
        Assert.Null(_daemon.Limits.DueUs);
        Assert.Equal("not armed: systemd has not told of it", Standing());
        string? failure = null;
        _daemon.Limits.Enforce(
            Group, new EnforceAction(Bound.OfBytes(MiB)), "above", _nowUs, reason => failure = reason);
        Assert.Equal("there is no connection to systemd", failure);
    }

    [Fact]
    public void WhatHindersIsSaid()
    {
        Configure(Above);
        Read(90);
        Assert.Equal("not armed: the alert is on", Standing());
        _tree.Write("/system.slice/api.service/memory.high", $"{60 * MiB}\n");
        Read(10);
        Assert.Equal("not armed: the unit has a memory.high of its own, 60M", Standing());
    }

    [Fact]
    public void TheUnitsOwnLimitIsKnownWhileAnotherIsHeld()
    {
        Configure(Above);
        _tree.Write("/system.slice/api.service/memory.high", $"{80 * MiB}\n");
        Read(10);
        Assert.Equal(ByteLimit.Of(80 * MiB), Group.Limits.High);
        var left = new HeldLimit("api.service", 80 * MiB, ByteLimit.Max, HadDropIn: false, "/system.slice/api.service");
        _daemon.Limits.Restore([(left, "systemd was away")], _nowUs);
        Read(10);
        Assert.Equal(ByteLimit.Max, Group.Limits.High);
    }

    // The kernel's part is played by the files of the tree: what systemd sets and is told is a real systemd's.
    [PrivateSystemdFact]
    public void ATripwireIsSetTripsAndIsSetBack()
    {
        using var systemd = new PrivateSystemd();
        Directory.CreateDirectory(Path.Combine(_tree.Root, "run/systemd/system.control"));
        _daemon.Dispose();
        _daemon = new RecordedTree(_tree, systemd.Address);
        Until(() => _daemon.Units.IsConnected);
        systemd.StartFileServices("api.service");
        Configure(Above);
        string invocation = new('1', 32);
        _daemon.Lifecycle.Apply(
            new UnitChange(
                "api.service", UnitChangeKind.Gone, "inactive", "dead", Group.Cgroup.Path, Group.InvocationId, null),
            _nowUs);
        _daemon.Lifecycle.Apply(
            new UnitChange(
                "api.service", UnitChangeKind.Present, "active", "running", "/system.slice/api.service", invocation,
                null),
            _nowUs);

        Tick(10);
        Assert.Equal(HeldPhase.Setting, Group.Held?.Phase);
        Until(() => Group.Held?.Phase == HeldPhase.Held);
        Assert.Equal($"{80 * MiB}", systemd.Show("api.service", "MemoryHigh"));
        _tree.Write("/system.slice/api.service/memory.high", $"{80 * MiB}\n");
        Tick(79);
        Assert.StartsWith("armed", Standing(), StringComparison.Ordinal);
        Assert.Equal(ByteLimit.Max, Group.Limits.High);

        _tree.Write("/system.slice/api.service/memory.events.local", "low 0\nhigh 1\nmax 0\noom 0\noom_kill 0\n");
        Tick(70);
        Assert.Equal(RulePhase.Firing, Group.FindRule("above")!.State.Phase);
        Until(() => Group.Held is null);
        Assert.Equal("infinity", systemd.Show("api.service", "MemoryHigh"));
        Assert.Null(_daemon.Limits.DueUs);
        Assert.Equal("not armed: the alert is on", Standing());
        _tree.Write("/system.slice/api.service/memory.high", "max\n");
        Tick(10);
        Assert.Equal("not armed: it was armed a moment ago, or systemd refused", Standing());
        _nowUs += 11_000_000;
        Tick(10);
        Until(() => Group.Held?.Phase == HeldPhase.Held);

        // The unit ends: also systemd's own value is set back.
        _daemon.Lifecycle.Apply(
            new UnitChange("api.service", UnitChangeKind.Gone, "inactive", "dead", "", invocation, "success"), _nowUs);
        Until(() => systemd.Show("api.service", "MemoryHigh") == "infinity");
        Until(() => _daemon.Limits.DueUs is null);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private string Standing() => _daemon.Limits.Standing(Group, Group.FindRule("above")!, _nowUs);

    private void Configure(Rule rule) => _daemon.Configure(Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], [], [], [])],
        Rules = [rule],
    });

    private void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "systemd does not answer");
            _daemon.Units.Process(Environment.TickCount64 * 1000);
            _daemon.Limits.Process(_nowUs);
            Thread.Sleep(10);
        }
    }

    private void Tick(ulong mebibytes)
    {
        _tree.Write("/system.slice/api.service/memory.current", $"{mebibytes * MiB}\n");
        _nowUs += 1_000_000;
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(Group, _nowUs));
        Group.Rate = 0;
        _daemon.Limits.Look(Group);
        _daemon.Judge.Evaluate(Group, isFull: true, _nowUs);
        _daemon.Limits.Follow(Group, _nowUs);
    }

    private void Read(ulong mebibytes)
    {
        _tree.Write("/system.slice/api.service/memory.current", $"{mebibytes * MiB}\n");
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(Group, _nowUs));
        _daemon.Judge.Evaluate(Group, isFull: true, _nowUs);
    }
}
