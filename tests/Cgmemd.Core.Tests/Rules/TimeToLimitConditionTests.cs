using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class TimeToLimitConditionTests
{
    private const ulong MiB = ConditionSeries.MiB;
    private const Metric Used = Metric.WorkingSet;

    private static readonly TimeToLimitCondition TenMinutes = new(
        Used, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5), LimitFile.MemoryMax);

    [Fact]
    public void Fires_when_the_steady_growth_reaches_the_limit_soon()
    {
        var unit = new ConditionSeries(TenMinutes);
        double? fired = null;
        // 1 MiB a second towards 1000 MiB, read every 5 s.
        for (double t = 0; t < 1000 && fired is null; t += 5)
        {
            if (unit.At(t, Used, (ulong)t * MiB) == RuleTransition.Fired)
                fired = t;
        }

        // 600 s are left at 400 MiB; a reading more than ten minutes before the limit must not fire.
        Assert.InRange(fired!.Value, 400, 410);
    }

    [Fact]
    public void One_step_is_no_growth_and_neither_is_a_sawtooth()
    {
        var step = new ConditionSeries(TenMinutes);
        var saw = new ConditionSeries(TenMinutes);
        for (double t = 0; t < 3600; t += 5)
        {
            Assert.Equal(RuleTransition.None, step.At(t, Used, (t < 1000 ? 200UL : 700UL) * MiB));
            Assert.Equal(RuleTransition.None, saw.At(t, Used, (ulong)(300 + (t % 20 * 20)) * MiB));
        }
    }

    [Fact]
    public void Without_a_limit_or_a_view_it_cannot_be_told()
    {
        var unit = new ConditionSeries(TenMinutes) { Limits = default };
        for (double t = 0; t < 600; t += 5)
            Assert.Equal(RuleTransition.None, unit.At(t, Used, (ulong)t * MiB));
        Assert.Equal("cannot be judged: no memory.max over the unit and its slices", unit.Explain(600).Next);
        var young = new ConditionSeries(TenMinutes);
        young.At(0, Used, MiB);
        Assert.Equal("cannot be judged: too little of the window is known yet", young.Explain(1).Next);
    }

    [Fact]
    public void A_restart_of_the_daemon_changes_nothing()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var one = new ConditionSeries(TenMinutes);
            var other = new ConditionSeries(TenMinutes);
            ulong value = 100 * MiB;
            double now = 0;
            for (int i = 0; i < 200; i++)
            {
                now += random.NextDouble() * 20;
                value = (ulong)Math.Clamp((long)value + random.Next(-5, 8) * (long)MiB, 0, 999 * (long)MiB);
                ulong? seen = random.Next(8) == 0 ? null : value;
                if (random.Next(15) == 0)
                    other.Restart();
                Assert.Equal(one.At(now, Used, seen), other.At(now, Used, seen));
                Assert.Equal(one.Track.Found, other.Track.Found);
            }
        }
    }
}
