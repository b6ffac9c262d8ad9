using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class PressureConditionTests
{
    private const Metric Total = Metric.PressureFullTotal;
    private const long Second = ConditionSeries.Second;

    private static readonly PressureCondition TenPercent =
        new(IsFull: true, Bound.OfShare(1000), Bound.OfShare(500), TimeSpan.FromSeconds(10));

    [Fact]
    public void Is_the_share_of_the_time_stalled_over_the_window()
    {
        var unit = new ConditionSeries(TenPercent);
        Assert.Equal(RuleTransition.None, unit.At(100, Total, 5 * Second));
        Assert.False(unit.Track.Found.IsKnown);
        Assert.Equal(RuleTransition.None, unit.At(105, Total, 5 * Second));
        Assert.True(unit.Track.Found.IsKnown);
        // 1.5 s of 10 s.
        Assert.Equal(RuleTransition.Fired, unit.At(110, Total, (ulong)(6.5 * Second)));
        Assert.Equal(1500ul, unit.Track.Found.Value);
        Assert.Equal(RuleTransition.None, unit.At(115, Total, (ulong)(6.5 * Second)));
        Assert.Equal(RuleTransition.Resolved, unit.At(120, Total, (ulong)(6.5 * Second)));
    }

    [Fact]
    public void A_short_stall_is_not_blown_up_by_a_short_view()
    {
        var unit = new ConditionSeries(TenPercent);
        unit.At(100, Total, 0);
        // 0.6 s of stalls, of which only 5 s are known: less than a tenth of the window.
        Assert.Equal(RuleTransition.None, unit.At(105, Total, (ulong)(0.6 * Second)));
        Assert.Equal(600ul, unit.Track.Found.Value);
    }

    [Fact]
    public void A_total_that_begins_anew_is_a_new_start()
    {
        var unit = new ConditionSeries(TenPercent);
        unit.At(100, Total, 100 * Second);
        Assert.Equal(RuleTransition.None, unit.At(110, Total, 0));
        Assert.False(unit.Track.Found.IsKnown);
    }

    /// <summary>However often it is read, the share found is that of some time from half the window up.</summary>
    [Fact]
    public void A_constant_share_is_found_at_any_pace_and_over_restarts()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double share = random.NextDouble(), now = 1000, pace = Math.Pow(10, random.NextDouble() * 3 - 1);
            var unit = new ConditionSeries(TenPercent);
            for (int i = 0; i < 60; i++)
            {
                if (i % 7 == 3)
                    unit.Restart();
                unit.At(now, Total, (ulong)((now - 1000) * share * Second));
                if (unit.Track.Found.IsKnown && now - 1000 >= 10)
                    Assert.InRange(unit.Track.Found.Value, (ulong)(share * 9999) - 2, (ulong)(share * 10_000) + 2);
                now += pace;
            }
        }
    }
}
