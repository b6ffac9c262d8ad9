using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

/// <summary>
/// What became of a spike: the memory of an actor backend whose instances wake all at once, and sleep again or not.
/// </summary>
public sealed class SpikeReturnTests
{
    private const ulong MB = 1_000_000;
    private const ulong Idle = 14 * MB;

    // 32 instances of 16.6 MB.
    private const ulong Awake = Idle + (32 * 16_600_000UL);

    private static readonly SpikeCondition Spikes = new(
        Metric.Anon, new SpikeBaseline(BaselineKind.Settled), Bound.OfBytes(100 * MB), Bound.OfBytes(50 * MB));

    [Fact]
    public void Instances_that_wake_and_sleep_again_return_all()
    {
        TrackRun run = Woken(out double second);
        second = run.Ramp(second, 30, Awake, Idle);
        run.Hold(second, 3600, Idle);
        SpikeReturn verdict = Assert.Single(run.Verdicts);
        Assert.Equal((Idle, Awake, Idle), (verdict.Baseline, verdict.Peak, verdict.Settled));
        Assert.Equal(("returned", 0u), (verdict.Word, verdict.Retained));
        Assert.True(verdict.HasSettled);
        // The peak is at 430 s; the release begins at 550 s, and at its last step, at 575 s, a sixth is left.
        Assert.Equal(150_000_000, verdict.ReturnUs);
        // It wakes by 88.5 MB a sample: told at 191 MB, and 100 MB or more above the last at 368 MB and at the peak.
        Assert.Equal(
            [RuleTransition.Fired, RuleTransition.Escalated, RuleTransition.Escalated, RuleTransition.Resolved],
            run.Transitions);
        Assert.Equal(Awake, run.Told[2].Value);
    }

    [Theory]
    [InlineData(10, "returned")]
    [InlineData(11, "partly retained")]
    [InlineData(49, "partly retained")]
    [InlineData(50, "retained")]
    [InlineData(85, "retained")]
    public void What_is_kept_names_the_verdict(int percent, string word)
    {
        TrackRun run = Woken(out double second);
        ulong kept = Idle + ((Awake - Idle) / 100 * (ulong)percent);
        run.Hold(second, 400, kept);
        SpikeReturn verdict = Assert.Single(run.Verdicts);
        Assert.Equal((word, (uint)percent * 100), (verdict.Word, verdict.Retained));
        Assert.Equal(kept, verdict.Settled);
        Assert.Equal(percent <= 10, verdict.ReturnUs is not null);
    }

    [Fact]
    public void A_plateau_is_one_alert_and_its_return_is_told_when_it_comes()
    {
        TrackRun run = Woken(out double second);
        ulong plateau = Idle + ((Awake - Idle) / 100 * 85);
        second = run.Hold(second, 40_000, plateau);
        Assert.Equal(RuleTransition.Escalated, run.Transitions.Last());
        Assert.Equal(ReturnVerdict.Retained, Assert.Single(run.Verdicts).Verdict);
        run.Hold(second, 40_000, Idle);
        Assert.Equal(RuleTransition.Resolved, run.Transitions.Last());
        Assert.Equal(2, run.Verdicts.Count);
        Assert.Equal((ReturnVerdict.Returned, true), (run.Verdicts[1].Verdict, run.Verdicts[1].IsLate));
        // From the peak, at 430 s, to the first sample after the plateau.
        Assert.Equal((long)(second - 430) * 1_000_000, run.Verdicts[1].ReturnUs);
    }

    [Fact]
    public void What_does_not_settle_is_judged_when_the_time_is_up()
    {
        TrackRun run = Woken(out double second);
        run.Ramp(second, 2000, Awake, Awake - (400 * MB));
        SpikeReturn verdict = Assert.Single(run.Verdicts);
        Assert.False(verdict.HasSettled);
        Assert.Null(verdict.ReturnUs);
        Assert.Equal(ReturnVerdict.Retained, verdict.Verdict);
        // 15 minutes after the peak at 430 s, so 780 s into the fall of 0.2 MB a second.
        Assert.Equal(Awake - (156 * MB), verdict.Settled);
    }

    [Fact]
    public void While_it_rises_there_is_no_verdict()
    {
        TrackRun run = Woken(out double second);
        run.Ramp(second, 7200, Awake, Awake * 4);
        Assert.Empty(run.Verdicts);
    }

    [Fact]
    public void A_new_peak_after_the_verdict_has_one_of_its_own()
    {
        TrackRun run = Woken(out double second);
        second = run.Hold(second, 600, Awake);
        Assert.Single(run.Verdicts);
        second = run.Hold(second, 60, Awake + (200 * MB));
        second = run.Hold(second, 600, Idle);
        Assert.Equal(2, run.Verdicts.Count);
        Assert.Equal(Awake + (200 * MB), run.Verdicts[1].Peak);
        Assert.Equal((ReturnVerdict.Returned, false), (run.Verdicts[1].Verdict, run.Verdicts[1].IsLate));
    }

    [Fact]
    public void Swinging_about_the_lower_line_is_one_spike()
    {
        TrackRun run = Woken(out double second);
        for (int i = 0; i < 400; i++, second += 5)
            run.At(second, Idle + (ulong)(50 + (i % 2 == 0 ? 3 : -3)) * MB);
        Assert.Single(run.Transitions, RuleTransition.Fired);
        Assert.Single(run.Transitions, RuleTransition.Resolved);
        Assert.Equal("returned", Assert.Single(run.Verdicts).Word);
    }

    [Fact]
    public void Spikes_without_a_rest_between_them_share_a_verdict()
    {
        TrackRun run = Woken(out double second);
        for (int i = 0; i < 4; i++)
        {
            second = run.Hold(second, 100, Idle);
            second = run.Hold(second, 100, Awake);
        }

        Assert.Equal(5, run.Transitions.Count(transition => transition == RuleTransition.Fired));
        // 15 minutes after the first peak, when it is up once more.
        SpikeReturn verdict = Assert.Single(run.Verdicts);
        Assert.Equal((ReturnVerdict.Retained, false), (verdict.Verdict, verdict.HasSettled));
        Assert.Null(verdict.ReturnUs);
    }

    [Fact]
    public void A_failed_poll_is_not_zero_and_arms_nothing()
    {
        TrackRun run = Woken(out double second);
        for (int i = 0; i < 100; i++, second += 5)
            run.At(second, i % 3 == 0 ? Awake : null);
        second = run.Hold(second, 7200, null);
        Assert.Single(run.Transitions, RuleTransition.Fired);
        Assert.DoesNotContain(RuleTransition.Resolved, run.Transitions);
        Assert.Equal(RuleTransition.None, run.At(second, Awake));
        Assert.True(run.Track.State.IsFiring);
    }

    [Fact]
    public void A_verdict_is_handed_out_once_and_outlives_a_restart()
    {
        var condition = Spikes with { Baseline = new SpikeBaseline(BaselineKind.Fixed, Idle) };
        var memory = (SpikeMemory)condition.NewMemory();
        memory.Take(Awake, 5_000_000, level: 0);
        memory.Take(Idle, 10_000_000, level: 1);
        memory.Take(Idle, 1_000_000_000, level: 0);
        var restored = (SpikeMemory)condition.NewMemory();
        Assert.True(restored.TryLoad(memory.Save()));
        SpikeReturn? verdict = memory.TakeVerdict();
        Assert.Equal(new SpikeReturn(Idle, Awake, Idle, 5_000_000, 5_000_000, false, false), verdict);
        Assert.Equal(verdict, restored.TakeVerdict());
        Assert.Null(memory.TakeVerdict());
        Assert.Null(restored.TakeVerdict());
    }

    // Idle for 400 s, awake within 30 s, and so for 120 s.
    private static TrackRun Woken(out double second)
    {
        var run = new TrackRun(Spikes);
        second = run.Hold(0, 400, Idle);
        Assert.Equal(Idle, run.Spike.Baseline);
        second = run.Ramp(second, 30, Idle, Awake);
        second = run.Hold(second, 120, Awake);
        return run;
    }
}
