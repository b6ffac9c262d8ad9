using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

/// <summary>One rule of one unit, fed with samples.</summary>
internal sealed class ConditionSeries(Condition condition)
{
    public const long Second = 1_000_000;
    public const ulong MiB = 1 << 20;

    private Sample _sample;

    public RuleTrack Track { get; private set; } = new(new Rule("rule", ["*"], condition));

    public Limits Limits { get; set; } = new(
        ByteLimit.Max, ByteLimit.Of(1000 * MiB), ByteLimit.Max, ByteLimit.Max, ByteLimit.Of(1000 * MiB));

    public bool IsFresh { get; init; }

    public ulong OomKills { get; set; }

    public ulong? OomdKills { get; set; }

    /// <summary>A sample in which one value was read, or none.</summary>
    public RuleTransition At(double second, Metric metric, ulong? value)
    {
        _sample.Clear();
        if (value is { } known)
            _sample.Set(metric, known);
        return Track.Step(See(second), startedUs: 0);
    }

    /// <summary>The rule comes to a unit that was read already.</summary>
    public void BeginLate(double second, Metric metric, ulong value)
    {
        _sample.Set(metric, value);
        Track.BeginLate(See(second));
    }

    public RuleExplanation Explain(double second) => RuleExplanation.Of(Track, See(second), startedUs: 0, null);

    /// <summary>Goes on as the daemon does after a restart: with what the state file keeps.</summary>
    public void Restart()
    {
        long[] saved = Track.Memory!.Save();
        RuleState state = Track.State;
        Track = new RuleTrack(Track.Rule);
        Track.State = state;
        Assert.True(Track.Memory!.TryLoad(saved));
    }

    private Observation See(double second)
    {
        Limits limits = Limits;
        _limits[0] = limits;
        return new Observation(_sample, _limits[0], (long)(second * Second))
        {
            IsFresh = IsFresh,
            OomKills = OomKills,
            OomdKills = OomdKills,
        };
    }

    private readonly Limits[] _limits = new Limits[1];
}
