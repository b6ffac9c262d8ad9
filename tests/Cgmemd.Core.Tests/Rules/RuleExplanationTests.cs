using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class RuleExplanationTests
{
    private const ulong MiB = ConditionSeries.MiB;

    [Fact]
    public void Each_level_is_a_clause_of_its_own_with_its_bound_in_bytes()
    {
        var unit = new ConditionSeries(new ThresholdCondition(
            Metric.MemoryCurrent,
            [
                new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Warning),
                new Level(Bound.OfShare(9500), Bound.OfShare(9000), Severity.Critical),
            ],
            LimitFile.MemoryMax));
        unit.At(1, Metric.MemoryCurrent, 850 * MiB);
        RuleExplanation explained = unit.Explain(2);
        Assert.Equal(
            [
                new RuleClause("memory.current > 80% of memory.max (800M)", "850M", true),
                new RuleClause("memory.current > 95% of memory.max (950M)", "850M", false),
            ],
            explained.Clauses);
        Assert.Equal(("firing", "warning", 1u), (explained.State, explained.Severity, explained.Episode));
        Assert.Equal("resolves below 750M", explained.Next);
    }

    [Fact]
    public void Why_it_cannot_be_judged_is_told()
    {
        var unit = new ConditionSeries(new ThresholdCondition(
            Metric.Pss, [new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Warning)], LimitFile.MemoryHigh));
        unit.At(1, Metric.Pss, null);
        RuleExplanation explained = unit.Explain(2);
        Assert.Equal(
            new RuleClause("pss > 80% of memory.high", "not every process was read yet", null), explained.Clauses[0]);
        unit.At(2, Metric.Pss, MiB);
        Assert.Equal("cannot be judged: no memory.high over the unit and its slices", unit.Explain(3).Next);
    }

    [Fact]
    public void A_pending_rule_tells_how_long_it_still_waits()
    {
        var unit = new ConditionSeries(new ThresholdCondition(
            Metric.Anon, [new Level(Bound.OfBytes(MiB), Bound.OfBytes(MiB), Severity.Warning)], LimitFile.MemoryMax));
        var track = new RuleTrack(unit.Track.Rule with
        {
            For = TimeSpan.FromSeconds(30),
            StartupGrace = TimeSpan.FromMinutes(5),
        });
        var sample = default(Sample);
        sample.Set(Metric.Anon, 2 * MiB);
        Limits limits = unit.Limits;
        var early = new Observation(sample, limits, 100 * ConditionSeries.Second);
        track.Step(early, startedUs: 0);
        Assert.Equal("may fire in 3min 20s, after its startup_grace", RuleExplanation.Of(track, early, 0, null).Next);
        var late = new Observation(sample, limits, 400 * ConditionSeries.Second);
        track.Step(late, startedUs: 0);
        var later = new Observation(sample, limits, 410 * ConditionSeries.Second);
        RuleExplanation explained = RuleExplanation.Of(track, later, 0, "silence 1: deploy");
        Assert.Equal("fires in 20s if it goes on to hold", explained.Next);
        Assert.Equal("silence 1: deploy", explained.SuppressedBy);
        Assert.Equal(new RuleClause("it has held for 30s", "10s", false), explained.Clauses[^1]);
        Assert.Equal(new RuleClause("it has run for 5min", "6min 50s", true), explained.Clauses[^2]);
    }
}
