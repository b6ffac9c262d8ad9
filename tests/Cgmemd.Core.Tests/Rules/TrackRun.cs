using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.Rules;

/// <summary>One rule at work for one unit, fed with a series of its anonymous memory.</summary>
internal sealed class TrackRun(Condition condition)
{
    public RuleTrack Track { get; private set; } = new(new Rule("r", ["*"], condition));

    public List<(double Second, RuleTransition Transition, ulong Value)> Told { get; } = [];

    public List<SpikeReturn> Verdicts { get; } = [];

    public IEnumerable<RuleTransition> Transitions => Told.Select(told => told.Transition);

    public SpikeMemory Spike => (SpikeMemory)Track.Memory!;

    public CycleMemory Cycles => (CycleMemory)Track.Memory!;

    public static TrackRun Of(Rule rule) => new(rule.Condition) { Track = new RuleTrack(rule) };

    public RuleTransition At(double second, ulong? value)
    {
        long nowUs = Us(second);
        Sample sample = default;
        Limits limits = default;
        if (value is { } v)
            sample.Set(Metric.Anon, v);
        RuleTransition transition = Track.Step(new Observation(sample, limits, nowUs), startedUs: 0);
        if (transition != RuleTransition.None)
            Told.Add((second, transition, value!.Value));
        if ((Track.Memory as SpikeMemory)?.TakeVerdict() is { } verdict)
            Verdicts.Add(verdict);
        return transition;
    }

    /// <summary>The same value every five seconds, for so long after the last of it.</summary>
    public double Hold(double second, double seconds, ulong? value)
    {
        double end = second + seconds;
        for (; second < end; second += 5)
            At(second, value);
        return second;
    }

    /// <summary>From one value to another in equal steps of five seconds.</summary>
    public double Ramp(double second, double seconds, ulong from, ulong to)
    {
        for (double passed = 0; passed < seconds; passed += 5)
            At(second + passed, (ulong)(from + (((double)to - from) * passed / seconds)));
        return second + seconds;
    }

    public void Mark(double second, string text = "cycle-end", ulong? count = null) =>
        Cycles.Mark(text, count, Us(second));

    /// <summary>Goes on from what the state file would hold, as after a restart of the daemon.</summary>
    public void Restart()
    {
        NamedRuleState saved = NamedRuleState.From(Track);
        Track = new RuleTrack(Track.Rule);
        saved.Restore(Track);
    }

    // A host that has been up for a while.
    private static long Us(double second) => 1_000_000_000 + (long)(second * 1_000_000);
}
