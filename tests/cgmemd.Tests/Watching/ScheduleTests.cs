using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Watching;

public sealed class ScheduleTests : IDisposable
{
    private const ulong MiB = 1 << 20;
    private const long NowUs = 1_002_000_000;
    private const long NextGridUs = 1_005_000_000;
    private const long MinIntervalUs = 100_000;

    private readonly FixtureTree _tree = new();
    private readonly WatchedGroup _group;

    public ScheduleTests()
    {
        Assert.Equal(
            ReadStatus.Ok, Cgroup.TryOpen(_tree.Root, "/system.slice/api.service", out Cgroup? cgroup));
        _group = new WatchedGroup("api.service", GroupKind.Unit, cgroup!, nowUs: 0);
        Limit(ByteLimit.Max);
    }

    [Fact]
    public void WithoutALineAheadAGroupIsReadOnTheGridOfTheInterval()
    {
        Schedule(current: 500 * MiB);
        Assert.Equal((NextGridUs, NextGridUs), (_group.DueUs, _group.FullDueUs));
    }

    [Fact]
    public void NearALimitItIsReadSooner()
    {
        Limit(ByteLimit.Of(1000 * MiB));
        Schedule(current: 900 * MiB);
        // A tenth is left; a whole is taken to fill in 20 s, and half of the time to the line is waited.
        Assert.Equal(NowUs + 1_000_000, _group.DueUs);
        Assert.Equal(NextGridUs, _group.FullDueUs);
    }

    [Fact]
    public void WhileAUnitStartsItIsReadTwiceASecond()
    {
        _group.SinceUs = NowUs - 1_000_000;
        Limit(ByteLimit.Of(1000 * MiB));
        Schedule(current: 10 * MiB);
        Assert.Equal(NowUs + 500_000, _group.DueUs);
        Assert.Equal(NextGridUs, _group.FullDueUs);
    }

    [Fact]
    public void NeverSoonerThanTheShortestInterval()
    {
        Limit(ByteLimit.Of(1000 * MiB));
        _group.Rate = 10_000d * MiB;
        Schedule(current: 980 * MiB);
        Assert.Equal(NowUs + MinIntervalUs, _group.DueUs);
    }

    [Fact]
    public void AtItsLimitThereIsNoLineAhead()
    {
        Limit(ByteLimit.Of(1000 * MiB));
        Schedule(current: 995 * MiB);
        Assert.Equal(NextGridUs, _group.DueUs);
    }

    [Fact]
    public void ALineOnAnotherValueNeedsAFullReading()
    {
        _group.SetRules([MakeRule(Metric.Anon, 450 * MiB, hold: TimeSpan.Zero)]);
        _group.Sample.Set(Metric.Anon, 440 * MiB);
        Schedule(current: 500 * MiB);
        Assert.InRange(_group.DueUs, NowUs + MinIntervalUs, NextGridUs - 1);
        Assert.Equal(_group.DueUs, _group.FullDueUs);
        Assert.Equal(new Ceiling(510 * MiB, NeedsFullRead: true), Ceiling.Of(_group, 500 * MiB));
    }

    [Fact]
    public void ThePageCacheMayLeaveTheNearestLineToMemoryCurrent()
    {
        _group.SetRules([
            MakeRule(Metric.Anon, 450 * MiB, hold: TimeSpan.Zero),
            MakeRule(Metric.MemoryCurrent, 505 * MiB, hold: TimeSpan.Zero)]);
        _group.Sample.Set(Metric.Anon, 440 * MiB);
        _group.Sample.Set(Metric.MemoryCurrent, 500 * MiB);
        Assert.Equal(new Ceiling(505 * MiB, NeedsFullRead: false), Ceiling.Of(_group, 500 * MiB));
    }

    [Fact]
    public void TheEndOfAHoldIsMetOnTime()
    {
        _group.SetRules([MakeRule(Metric.MemoryCurrent, 100 * MiB, hold: TimeSpan.FromSeconds(10))]);
        _group.Rules[0].State = new RuleState { Phase = RulePhase.Pending, SinceUs = NowUs - 9_000_000 };
        Schedule(current: 500 * MiB);
        Assert.Equal(NowUs + 1_000_000, _group.DueUs);
    }

    [Fact]
    public void ARuleThatHoldsAlreadyIsNoLineAhead()
    {
        _group.SetRules([MakeRule(Metric.MemoryCurrent, 510 * MiB, hold: TimeSpan.Zero)]);
        _group.Rules[0].State = new RuleState { Phase = RulePhase.Firing, Level = 1 };
        Assert.Null(Ceiling.Of(_group, 500 * MiB).Bytes);
    }

    public void Dispose()
    {
        _group.Dispose();
        _tree.Dispose();
    }

    internal static Rule MakeRule(Metric on, ulong above, TimeSpan hold) => new("rule", ["*"], new ThresholdCondition(
        on, [new Level(Bound.OfBytes(above), Bound.OfBytes(above), Severity.Warning)], LimitFile.MemoryMax))
    {
        For = hold,
    };

    private void Limit(ByteLimit max) =>
        _group.Limits = new Limits(ByteLimit.Max, max, ByteLimit.Max, ByteLimit.Max, max);

    private void Schedule(ulong current)
    {
        _group.Sample.Set(Metric.MemoryCurrent, current);
        Sampler.Schedule(_group, SamplingOptions.Default, NowUs);
    }
}
