using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.State;

public sealed class NamedRuleStateTests
{
    private static readonly Rule Ladder = new("r", ["*"], new ThresholdCondition(
        Metric.Anon,
        [
            new Level(Bound.OfBytes(10), Bound.OfBytes(5), Severity.Info),
            new Level(Bound.OfBytes(20), Bound.OfBytes(15), Severity.Critical),
        ],
        LimitFile.MemoryMax));

    /// <summary>Ten minutes below a level, a restart of the daemon among them, make its return news.</summary>
    [Fact]
    public void ALevelThatWasLeftBeforeARestartIsForgottenInTheSameTime()
    {
        var before = new RuleTrack(Ladder);
        Assert.Equal(RuleNotice.Fire, At(before, 30, minutes: 1));
        Assert.Equal(RuleNotice.None, At(before, 12, minutes: 2));
        var after = new RuleTrack(Ladder);
        NamedRuleState.From(before).Restore(after);
        Assert.Equal(RuleNotice.None, At(after, 12, minutes: 11));
        Assert.Equal(RuleNotice.None, At(after, 12, minutes: 13));
        Assert.Equal(RuleNotice.Escalate, At(after, 30, minutes: 14));
    }

    [Fact]
    public void ALevelThatComesBackSoonerIsNoNews()
    {
        var before = new RuleTrack(Ladder);
        At(before, 30, minutes: 1);
        At(before, 12, minutes: 2);
        var after = new RuleTrack(Ladder);
        NamedRuleState.From(before).Restore(after);
        Assert.Equal(RuleNotice.None, At(after, 30, minutes: 11));
    }

    private static RuleNotice At(RuleTrack track, ulong value, long minutes)
    {
        long nowUs = minutes * 60_000_000;
        Sample sample = default;
        Limits limits = default;
        sample.Set(Metric.Anon, value);
        track.Step(new Observation(sample, limits, nowUs), startedUs: 0);
        return RuleEngine.Tell(ref track.State, track.Transition, isMuted: false, nowUs);
    }
}
