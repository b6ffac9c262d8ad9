using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class EventConditionTests
{
    private const Metric High = Metric.EventsHigh;

    private static readonly EventCondition ThreeAMinute =
        new(EventSource.Counter, High, Count: 3, TimeSpan.FromMinutes(1));

    [Fact]
    public void Fires_at_the_count_and_ends_when_the_window_has_passed()
    {
        var unit = new ConditionSeries(ThreeAMinute);
        Assert.Equal(RuleTransition.None, unit.At(100, High, 50));
        Assert.Equal(RuleTransition.None, unit.At(110, High, 52));
        Assert.Equal(RuleTransition.Fired, unit.At(120, High, 53));
        Assert.Equal(3ul, unit.Track.Found.Value);
        Assert.Equal(RuleTransition.None, unit.At(165, High, 53));
        Assert.Equal(RuleTransition.Resolved, unit.At(176, High, 53));
    }

    [Fact]
    public void What_was_counted_before_the_watch_is_the_past_but_of_a_fresh_unit_it_is_news()
    {
        Assert.Equal(RuleTransition.None, new ConditionSeries(ThreeAMinute).At(1, High, 50));
        Assert.Equal(RuleTransition.Fired, new ConditionSeries(ThreeAMinute) { IsFresh = true }.At(1, High, 50));
    }

    [Fact]
    public void A_counter_that_begins_anew_counts_nothing_and_goes_on_from_there()
    {
        var unit = new ConditionSeries(ThreeAMinute);
        unit.At(1, High, 50);
        Assert.Equal(RuleTransition.None, unit.At(2, High, 5));
        Assert.Equal(RuleTransition.None, unit.At(3, High, 7));
        Assert.Equal(RuleTransition.Fired, unit.At(4, High, 8));
    }

    [Fact]
    public void An_absent_counter_is_not_zero()
    {
        var unit = new ConditionSeries(ThreeAMinute);
        unit.At(1, High, 50);
        Assert.Equal(RuleTransition.Fired, unit.At(2, High, 53));
        Assert.Equal(RuleTransition.None, unit.At(3, High, null));
        Assert.True(unit.Track.State.IsFiring);
        Assert.Equal(RuleTransition.None, unit.At(4, High, 53));
    }

    [Fact]
    public void An_OOM_kill_fires_whoever_told_of_it()
    {
        var unit = new ConditionSeries(new EventCondition(
            EventSource.OomKill, Metric.EventsOomKill, Count: 1, TimeSpan.FromMinutes(5)));
        Assert.Equal(RuleTransition.None, unit.At(1, High, null));
        unit.OomKills = 1;
        Assert.Equal(RuleTransition.Fired, unit.At(2, High, null));
    }

    [Fact]
    public void A_kill_by_systemd_oomd_is_told_from_the_kernels_and_is_unknown_where_nobody_says()
    {
        var unit = new ConditionSeries(new EventCondition(
            EventSource.OomdKill, Metric.EventsOomKill, Count: 1, TimeSpan.FromMinutes(5)))
        {
            OomKills = 1,
            OomdKills = 0,
        };
        Assert.Equal(RuleTransition.None, unit.At(1, High, null));
        unit.OomdKills = null;
        unit.At(2, High, null);
        Assert.False(unit.Track.Found.IsKnown);
        unit.OomdKills = 1;
        Assert.Equal(RuleTransition.Fired, unit.At(3, High, null));
    }

    /// <summary>
    /// Against a plain list of all events: what counts is in the window, or up to a sixteenth of it older.
    /// </summary>
    [Fact]
    public void Counts_as_a_list_of_all_events_would_for_any_series_and_over_restarts()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var unit = new ConditionSeries(ThreeAMinute);
            List<(double At, ulong Count)> events = [];
            ulong total = (ulong)random.Next(100);
            double now = random.Next(1, 1000);
            unit.At(now, High, total);
            for (int i = 0; i < 100; i++)
            {
                now += random.NextDouble() * 15;
                ulong more = (ulong)Math.Max(0, random.Next(-3, 3));
                total += more;
                events.Add((now, more));
                if (random.Next(10) == 0)
                    unit.Restart();
                unit.At(now, High, total);
                ulong least = Sum(events, now - 56), most = Sum(events, now - 64);
                Assert.InRange(unit.Track.Found.Value, least, most);
            }
        }
    }

    [Fact]
    public void A_saved_memory_of_another_kind_is_not_taken()
    {
        RuleMemory memory = ThreeAMinute.NewMemory();
        Assert.False(memory.TryLoad([1, 2, 3]));
        Assert.False(memory.TryLoad([]));
    }

    private static ulong Sum(List<(double At, ulong Count)> events, double since) =>
        (ulong)events.Where(e => e.At > since).Sum(e => (long)e.Count);
}
