using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Rules;

public sealed class LeakConditionTests
{
    private const ulong MiB = ConditionSeries.MiB;
    private const double Hour = 3600;

    [Fact]
    public void A_steady_leak_fires_once_in_days_and_tells_how_fast()
    {
        var unit = new ConditionSeries(new LeakCondition(Above: 0, ExpectStable: TimeSpan.Zero));
        int fired = 0;
        for (double t = 0; t < 72 * Hour; t += 60)
            fired += unit.At(t, Metric.Anon, (100 + (ulong)(t / Hour * 4)) * MiB) == RuleTransition.Fired ? 1 : 0;
        Assert.Equal(1, fired);
        Assert.InRange(unit.Track.Found.Value, 3.9 * MiB, 4.1 * MiB);
        var memory = Assert.IsType<LeakMemory>(unit.Track.Memory);
        Assert.Equal(TrendVerdict.Leaking, memory.Report.Verdict);
        Assert.Equal(memory.Report.Reason, ConditionText.WhyUnknown(unit.Track, default));
    }

    [Fact]
    public void Less_than_the_bound_and_a_plateau_do_not_fire()
    {
        var slow = new ConditionSeries(new LeakCondition(Above: 8 * MiB, ExpectStable: TimeSpan.FromHours(24)));
        var flat = new ConditionSeries(new LeakCondition(Above: 0, ExpectStable: TimeSpan.FromHours(24)));
        var random = new Random(1);
        for (double t = 0; t < 72 * Hour; t += 60)
        {
            Assert.Equal(RuleTransition.None, slow.At(t, Metric.Anon, (100 + (ulong)(t / Hour * 4)) * MiB));
            Assert.Equal(RuleTransition.None, flat.At(t, Metric.Anon, (300 * MiB) + (ulong)random.Next(1 << 20)));
        }
    }

    [Fact]
    public void Before_anything_can_be_told_it_is_not_known()
    {
        var unit = new ConditionSeries(new LeakCondition(Above: 0, ExpectStable: TimeSpan.Zero));
        unit.At(60, Metric.Anon, 100 * MiB);
        Assert.False(unit.Track.Found.IsKnown);
        Assert.False(unit.Track.State.IsFiring);
    }

    [Fact]
    public void A_restart_of_the_daemon_changes_nothing()
    {
        var random = new Random(7);
        var one = new ConditionSeries(new LeakCondition(Above: 0, ExpectStable: TimeSpan.FromHours(6)));
        var other = new ConditionSeries(new LeakCondition(Above: 0, ExpectStable: TimeSpan.FromHours(6)));
        for (double t = 0; t < 40 * Hour; t += 120)
        {
            ulong bytes = (ulong)(200 + (t / Hour * 3) + random.Next(20)) * MiB;
            if (random.Next(100) == 0)
                other.Restart();
            Assert.Equal(one.At(t, Metric.Anon, bytes), other.At(t, Metric.Anon, bytes));
            // The judgement itself waits for the next part to end.
            if (one.Track.Found.IsKnown)
                Assert.Equal(one.Track.Found, other.Track.Found);
        }
    }
}
