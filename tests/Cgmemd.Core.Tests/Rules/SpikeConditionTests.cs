using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class SpikeConditionTests
{
    private const ulong MB = 1_000_000;

    private static readonly SpikeCondition Fixed = Of(new SpikeBaseline(BaselineKind.Fixed, 14 * MB));
    private static readonly SpikeCondition Settled = Of(new SpikeBaseline(BaselineKind.Settled));
    private static readonly SpikeCondition Rolling = Of(new SpikeBaseline(BaselineKind.Rolling));

    [Fact]
    public void Fires_above_baseline_and_rise_and_is_armed_again_below_the_lower_line()
    {
        var run = new TrackRun(Fixed);
        Assert.Equal(RuleTransition.None, run.At(0, 114 * MB));
        Assert.Equal(RuleTransition.Fired, run.At(5, (114 * MB) + 1));
        Assert.Equal(RuleTransition.None, run.At(10, 64 * MB));
        Assert.Equal(RuleTransition.None, run.At(15, 115 * MB));
        Assert.Equal(RuleTransition.Resolved, run.At(20, (64 * MB) - 1));
        Assert.Equal(RuleTransition.None, run.At(25, 100 * MB));
        Assert.Equal(RuleTransition.Fired, run.At(30, 115 * MB));
        Assert.Equal(new Finding(true, 1, 115 * MB, 114 * MB), run.Track.Found);
    }

    [Fact]
    public void A_peak_well_above_the_last_one_told_is_told_once()
    {
        var run = new TrackRun(Fixed with { NewPeak = Bound.OfBytes(50 * MB) });
        Assert.Equal(RuleTransition.Fired, run.At(0, 130 * MB));
        Assert.Equal(RuleTransition.None, run.At(5, (180 * MB) - 1));
        Assert.Equal(RuleTransition.Escalated, run.At(10, 220 * MB));
        Assert.Equal(new Finding(true, 2, 220 * MB, 180 * MB), run.Track.Found);
        Assert.Equal(RuleTransition.None, run.At(15, 120 * MB));
        Assert.Equal(RuleTransition.None, run.At(20, 269 * MB));
        Assert.Equal(RuleTransition.Escalated, run.At(25, 270 * MB));
        Assert.Equal(3, run.Track.State.Level);
    }

    [Fact]
    public void New_peaks_end_at_the_highest_level()
    {
        var run = new TrackRun(Fixed with { NewPeak = Bound.OfBytes(1) });
        for (int i = 0; i < 400; i++)
            run.At(i, (200 * MB) + (ulong)i);
        Assert.Equal(255, run.Told.Count);
        Assert.Equal(byte.MaxValue, run.Track.State.Level);
    }

    [Fact]
    public void With_a_time_of_its_own_a_peak_is_told_when_it_has_lasted()
    {
        var run = TrackRun.Of(new Rule("r", ["*"], Fixed) { For = TimeSpan.FromSeconds(10) });
        run.At(0, 130 * MB);
        run.At(5, 60 * MB);
        run.At(10, 130 * MB);
        run.At(15, 400 * MB);
        run.At(20, 150 * MB);
        run.At(25, 260 * MB);
        run.At(30, 150 * MB);
        run.At(35, 260 * MB);
        run.At(45, 260 * MB);
        run.Hold(50, 700, 20 * MB);
        Assert.Equal(
            [
                (20, RuleTransition.Fired, 150 * MB), (45, RuleTransition.Escalated, 260 * MB),
                (50, RuleTransition.Resolved, 20 * MB),
            ],
            run.Told);
        // The peak counts also of the time that the alert was kept back.
        Assert.Equal(400 * MB, Assert.Single(run.Verdicts).Peak);
    }

    [Fact]
    public void What_never_fires_has_no_verdict()
    {
        var run = TrackRun.Of(new Rule("r", ["*"], Fixed) { For = TimeSpan.FromSeconds(10) });
        run.At(0, 500 * MB);
        run.Hold(5, 1800, 14 * MB);
        Assert.Empty(run.Told);
        Assert.Empty(run.Verdicts);
    }

    [Fact]
    public void The_baseline_is_the_low_at_which_the_unit_first_settles()
    {
        var run = new TrackRun(Settled);
        double second = run.Ramp(0, 120, 2 * MB, 300 * MB);
        second = run.Hold(second, 200, 300 * MB);
        Assert.Null(run.Spike.Baseline);
        second = run.Hold(second, 200, 310 * MB);
        Assert.Equal(300 * MB, run.Spike.Baseline);
        run.Hold(second, 3600, 200 * MB);
        Assert.Equal(300 * MB, run.Spike.Baseline);
        Assert.Empty(run.Told);
    }

    [Fact]
    public void What_grows_has_not_settled()
    {
        var run = new TrackRun(Settled);
        run.Ramp(0, 3600, 2 * MB, 1000 * MB);
        Assert.Null(run.Spike.Baseline);
        Assert.Equal(Finding.Unknown, run.Track.Found);
    }

    [Fact]
    public void A_sawtooth_settles_at_its_floor()
    {
        var run = new TrackRun(Settled);
        for (int i = 0; i < 80; i++)
            run.At(i * 5, (ulong)(30 + (i % 12 * 5)) * MB);
        Assert.Equal(30 * MB, run.Spike.Baseline);
    }

    [Fact]
    public void A_share_is_of_the_baseline_and_nothing_of_none()
    {
        Bound half = Bound.OfShare(5000);
        var run = new TrackRun(new SpikeCondition(
            Metric.Anon, new SpikeBaseline(BaselineKind.Settled), half, SpikeCondition.HalfOf(half)));
        run.Hold(0, 320, 200 * MB);
        Assert.Equal(RuleTransition.None, run.At(400, 300 * MB));
        Assert.Equal(RuleTransition.Fired, run.At(405, (300 * MB) + 1));
        Assert.Equal(RuleTransition.Resolved, run.At(410, (250 * MB) - 1));

        var none = new TrackRun(run.Track.Rule.Condition);
        none.Hold(0, 320, 0);
        Assert.Equal(RuleTransition.None, none.At(400, 300 * MB));
        Assert.Equal(Finding.Unknown, none.Track.Found);
    }

    [Fact]
    public void A_rolling_baseline_is_not_that_of_the_start_and_takes_a_lasting_level_over()
    {
        var run = new TrackRun(Rolling);
        double second = run.Ramp(0, 60, 2 * MB, 200 * MB);
        second = run.Hold(second, 1700, 200 * MB);
        Assert.Null(run.Spike.Baseline);
        second = run.Hold(second, 100, 200 * MB);
        Assert.Equal(200 * MB, run.Spike.Baseline);
        second = run.Hold(second, 2400, 320 * MB);
        Assert.Equal([RuleTransition.Fired], run.Transitions);
        second = run.Hold(second, 1200, 320 * MB);
        Assert.Equal([RuleTransition.Fired, RuleTransition.Resolved], run.Transitions);
        Assert.Equal(320 * MB, run.Spike.Baseline);
        Assert.Equal(ReturnVerdict.Retained, Assert.Single(run.Verdicts).Verdict);
    }

    [Fact]
    public void A_new_invocation_learns_anew()
    {
        var run = new TrackRun(Settled);
        double second = run.Hold(0, 400, 14 * MB);
        Assert.Equal(RuleTransition.Fired, run.At(second, 300 * MB));
        run.Track.Rearm(1_000_500_000_000);
        Assert.Null(run.Spike.Baseline);
        run.Hold(500, 400, 300 * MB);
        Assert.Equal(300 * MB, run.Spike.Baseline);
        Assert.Equal([RuleTransition.Fired], run.Transitions);
        Assert.Empty(run.Verdicts);
    }

    [Fact]
    public void An_alert_whose_memory_was_lost_goes_on_from_what_is_seen()
    {
        var run = new TrackRun(Fixed);
        run.At(0, 300 * MB);
        run.Track.Memory!.Clear();
        Assert.Equal(RuleTransition.None, run.At(5, 300 * MB));
        Assert.Equal(RuleTransition.None, run.At(10, 399 * MB));
        Assert.Equal(RuleTransition.Escalated, run.At(15, 400 * MB));
    }

    [Fact]
    public void What_was_saved_by_another_kind_is_refused()
    {
        RuleMemory memory = Fixed.NewMemory();
        long[] saved = memory.Save();
        Assert.True(memory.TryLoad(saved));
        Assert.False(memory.TryLoad(saved.AsSpan(1)));
        Assert.False(memory.TryLoad([.. saved, 0]));
        Assert.False(memory.TryLoad([]));
        saved[^2] = 99;
        Assert.False(memory.TryLoad(saved));
    }

    private static SpikeCondition Of(SpikeBaseline baseline) =>
        new(Metric.Anon, baseline, Bound.OfBytes(100 * MB), Bound.OfBytes(50 * MB));
}
