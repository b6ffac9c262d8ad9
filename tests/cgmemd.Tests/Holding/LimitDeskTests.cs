using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Tests.Cgroups;

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
    private readonly RecordedTree _daemon;
    private readonly long _nowUs = RecordedTree.NowUs;

    public LimitDeskTests() => _daemon = new RecordedTree(_tree);

    private WatchedGroup Group => _daemon.Watched.Find("api.service")!;

    [Fact]
    public void WithoutAConnectionNothingIsHeldAndItIsSaid()
    {
        Configure(Above);
        Read(10);
        _daemon.Limits.Follow(Group, _nowUs);
        Assert.Null(Group.Held);
        Assert.Equal(0, _daemon.Limits.Count);
        Assert.Equal("not armed: there is no connection to systemd", Standing());
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
        Read(10);
        Group.Rate = 71 * MiB;
        Group.TripwireDueUs = _nowUs + 1;
        Assert.Equal("not armed: it was armed a moment ago", Standing());
    }

    [Fact]
    public void TheUnitsOwnLimitIsKnownWhileAnotherIsHeld()
    {
        Configure(Above);
        _tree.Write("/system.slice/api.service/memory.high", $"{80 * MiB}\n");
        Group.Held = new HeldHigh(new("api.service", ByteLimit.Max, HadDropIn: false), Group.Cgroup.Id)
        {
            Bytes = 80 * MiB,
        };
        Read(10);
        Assert.Equal(ByteLimit.Max, Group.Limits.High);
        Group.Held = null;
        Read(10);
        Assert.Equal(ByteLimit.Of(80 * MiB), Group.Limits.High);
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

    private void Read(ulong mebibytes)
    {
        _tree.Write("/system.slice/api.service/memory.current", $"{mebibytes * MiB}\n");
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(Group, _nowUs));
        _daemon.Judge.Evaluate(Group, isFull: true, _nowUs);
    }
}
