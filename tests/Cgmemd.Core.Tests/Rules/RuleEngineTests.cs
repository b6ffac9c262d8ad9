using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.Rules;

/// <summary>What is told of an alert, and what a restart of the daemon makes of it.</summary>
public sealed class RuleEngineTests
{
    private const ulong MiB = ConditionSeries.MiB;
    private const long Second = ConditionSeries.Second;

    private static readonly ThresholdCondition Ladder = new(
        Metric.Anon,
        [
            new Level(Bound.OfBytes(80 * MiB), Bound.OfBytes(75 * MiB), Severity.Warning),
            new Level(Bound.OfBytes(90 * MiB), Bound.OfBytes(85 * MiB), Severity.Critical),
        ],
        LimitFile.MemoryMax);

    [Fact]
    public void What_rises_while_it_is_muted_is_told_then()
    {
        var unit = new ConditionSeries(Ladder);
        Assert.Equal(RuleNotice.Fire, Tell(unit, 1, 82));
        Assert.Equal(RuleNotice.Suppress, Tell(unit, 2, 95, isMuted: true));
        Assert.Equal(RuleNotice.None, Tell(unit, 3, 95, isMuted: true));
        Assert.Equal(RuleNotice.Escalate, Tell(unit, 4, 95));
        Assert.Equal(RuleNotice.None, Tell(unit, 5, 95));
    }

    [Fact]
    public void A_sawtooth_between_two_levels_is_told_once_in_ten_minutes()
    {
        var unit = new ConditionSeries(Ladder);
        List<RuleNotice> told = [];
        for (long t = 1; t < 1000; t++)
            told.Add(Tell(unit, t, t % 10 < 5 ? 95ul : 82ul));
        Assert.Equal([RuleNotice.Fire], told.Where(notice => notice != RuleNotice.None));
        var slow = new ConditionSeries(Ladder);
        Assert.Equal(RuleNotice.Fire, Tell(slow, 1, 95));
        Assert.Equal(RuleNotice.None, Tell(slow, 2, 82));
        Assert.Equal(RuleNotice.None, Tell(slow, 603, 82));
        Assert.Equal(RuleNotice.Escalate, Tell(slow, 604, 95));
    }

    [Fact]
    public void The_state_of_a_version_without_levels_fires_the_next_alert_as_any_other()
    {
        var unit = new ConditionSeries(Ladder);
        // Resolved, and still with the time when it had fired.
        new NamedRuleState("rule", RulePhase.Inactive, 5, FiringSinceUs: 5, Episode: 1, 0).Restore(unit.Track);
        Assert.Equal(RuleNotice.Fire, Tell(unit, 1, 82));
        var firing = new ConditionSeries(Ladder);
        new NamedRuleState("rule", RulePhase.Firing, 5, FiringSinceUs: 5, Episode: 1, 0).Restore(firing.Track);
        Assert.Equal(RuleNotice.None, Tell(firing, 1, 82));
        Assert.Equal(RuleNotice.Escalate, Tell(firing, 2, 95));
    }

    [Fact]
    public void A_level_that_the_rule_no_longer_has_is_the_highest_it_has()
    {
        var unit = new ConditionSeries(Ladder);
        Tell(unit, 1, 95);
        NamedRuleState saved = NamedRuleState.From(unit.Track) with { Level = 7, ToldLevel = 9 };
        var after = new ConditionSeries(Ladder);
        saved.Restore(after.Track);
        Assert.Equal((2, 2), (after.Track.State.Level, after.Track.State.ToldLevel));
    }

    [Fact]
    public void The_memory_of_another_condition_is_not_taken_and_the_past_is_no_news()
    {
        var hour = new EventCondition(EventSource.Counter, Metric.EventsHigh, 3, TimeSpan.FromHours(1));
        var unit = new ConditionSeries(hour);
        unit.At(1, Metric.EventsHigh, 50);
        NamedRuleState saved = NamedRuleState.From(unit.Track);
        Assert.True(saved.Restore(new RuleTrack(new Rule("rule", ["*"], hour))));
        Assert.False(saved.Restore(new RuleTrack(
            new Rule("rule", ["*"], hour with { Within = TimeSpan.FromMinutes(5) }))));
        var late = new ConditionSeries(hour) { IsFresh = true };
        late.BeginLate(2, Metric.EventsHigh, 50);
        Assert.Equal(RuleTransition.None, late.At(3, Metric.EventsHigh, 52));
        Assert.Equal(RuleTransition.Fired, late.At(4, Metric.EventsHigh, 53));
    }

    private static RuleNotice Tell(ConditionSeries unit, long second, ulong mib, bool isMuted = false)
    {
        unit.At(second, Metric.Anon, mib * MiB);
        return unit.Track.HasNews
            ? RuleEngine.Tell(ref unit.Track.State, unit.Track.Transition, isMuted, second * Second)
            : RuleNotice.None;
    }
}
