using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>The conditions of rules in words, by kind.</summary>
public static class ConditionText
{
    /// <summary>The condition, clause by clause, with how each stands.</summary>
    public static IReadOnlyList<RuleClause> Clauses(RuleTrack track, in Observation seen)
    {
        List<RuleClause> clauses = [];
        Finding found = track.Found;
        string now = found.IsKnown ? Value(track.Rule.Condition, found.Value) : WhyUnknown(track, seen);
        switch (track.Rule.Condition)
        {
            case LadderCondition ladder:
                ByteLimit limit = ladder.LimitOf(seen.Limits);
                for (int i = 0; i < ladder.Levels.Count; i++)
                {
                    clauses.Add(new RuleClause(
                        $"{Subject(ladder)} > {Bound(ladder.Levels[i].Above, Whole(ladder), limit)}", now,
                        found.IsKnown ? found.Level > i : null));
                }

                break;
            case Condition other:
                clauses.Add(new RuleClause(Summary(other), now, found.IsKnown ? found.Level > 0 : null));
                break;
        }

        return clauses;
    }

    /// <summary>What must hold, in a line: <c>memory.current &gt; 80% of memory.max</c>.</summary>
    public static string Summary(Condition condition) => condition switch
    {
        LadderCondition ladder => $"{Subject(ladder)} > {string.Join(", ", Bounds(ladder))}",
        EventCondition happened =>
            $"{happened.On} counts {happened.Count} or more within {TimeSpanText.Format(happened.Within)}",
        PressureCondition pressure =>
            $"{pressure.On} > {pressure.Above} of {TimeSpanText.Format(pressure.Window)}",
        TimeToLimitCondition left =>
            $"{Metrics.Key(left.Metric)} is less than {TimeSpanText.Format(left.Below)} from {Name(left.Of)}, "
                + $"as it has grown for {TimeSpanText.Format(left.Window)}",
        LeakCondition leak => "anon and swap leak"
            + (leak.Above > 0 ? $" by more than {ByteSize.ToHuman(leak.Above)} an hour" : "")
            + (leak.ExpectStable > TimeSpan.Zero
                ? $", or grow {TimeSpanText.Format(leak.ExpectStable)} after the warm-up" : ""),
        SpikeCondition spike => $"{spike.On} is {Form(spike.Rise)} above its {BaselineName(spike.Baseline)} baseline",
        CycleCondition cycle =>
            $"{cycle.On} keeps more than {ByteSize.ToHuman(cycle.Above)} of each cycle between marks \"{cycle.Mark}\"",
        _ => condition.On,
    };

    /// <summary>Why the condition could not be judged; only for one that could not.</summary>
    public static string WhyUnknown(RuleTrack track, in Observation seen) => track.Rule.Condition switch
    {
        ThresholdCondition { Metric: var metric } when !seen.Sample.TryGet(metric, out _) => Absent(metric),
        ThresholdCondition { Of: var of } => $"no {Name(of)} over the unit and its slices",
        BudgetCondition { Metric: var metric } when seen.Sample.TryGet(metric, out _) =>
            "the host's memory is not known",
        BudgetCondition => "what one of its units uses is not known",
        TimeToLimitCondition { Metric: var metric } when !seen.Sample.TryGet(metric, out _) => Absent(metric),
        TimeToLimitCondition left when !LimitOf(left.Of, seen.Limits).IsFinite =>
            $"no {Name(left.Of)} over the unit and its slices",
        TimeToLimitCondition => "too little of the window is known yet",
        PressureCondition when !seen.Sample.TryGet(Metric.PressureSomeTotal, out _) =>
            "this kernel does not tell of pressure",
        PressureCondition => "too little of the window is known yet",
        EventCondition => "this kernel does not count it",
        LeakCondition => (track.Memory as LeakMemory)?.Report.Reason ?? "nothing was seen yet",
        SpikeCondition { Metric: var metric } when !seen.Sample.TryGet(metric, out _) => Absent(metric),
        SpikeCondition => "there is no baseline yet: the unit has not settled",
        CycleCondition { Metric: var metric } when !seen.Sample.TryGet(metric, out _) => Absent(metric),
        CycleCondition cycle =>
            $"{(track.Memory as CycleMemory)?.Known ?? 0} of {cycle.MinCycles} cycles are known",
        _ => "too little is known yet",
    };

    /// <summary>What ends an alert that is on: <c>below 768M</c>.</summary>
    public static string UntilCleared(RuleTrack track, in Observation seen) => track.Rule.Condition switch
    {
        LadderCondition ladder
            when ladder.Levels[0].ClearBelow.Resolve(ladder.LimitOf(seen.Limits)) is { } bytes =>
            $"below {ByteSize.ToHuman(bytes)}",
        EventCondition { Within: var within } => $"when {TimeSpanText.Format(within)} pass with fewer",
        PressureCondition { ClearBelow: var below } => $"below {below} of the time",
        LeakCondition => "when the floor no longer rises",
        SpikeCondition spike when (track.Memory as SpikeMemory)?.Baseline is { } baseline =>
            $"below its baseline of {ByteSize.ToHuman(baseline)} and {Form(spike.Rearm)} more",
        CycleCondition { ClearBelow: var below } => $"below {ByteSize.ToHuman(below)} a cycle",
        TimeToLimitCondition { ClearAbove: var above } => $"when more than {TimeSpanText.Format(above)} are left",
        _ => "when the condition no longer holds",
    };

    /// <summary>A value in the unit of a condition; "unknown" where there is none.</summary>
    public static string Value(Condition condition, ulong? value) =>
        value is { } known ? ValueText.Human(condition.Unit, known) : "unknown";

    private static ByteLimit LimitOf(LimitFile of, in Limits limits) =>
        of == LimitFile.MemoryHigh ? limits.EffectiveHigh : limits.EffectiveMax;

    private static string Absent(Metric metric) => metric == Metric.Pss
        ? "not every process was read yet"
        : "this kernel does not tell it, or it was not read yet";

    private static string Subject(LadderCondition ladder) => ladder is BudgetCondition
        ? $"{Metrics.Key(ladder.Metric)} of its units together"
        : ladder.On;

    // What a share is of.
    private static string Whole(LadderCondition ladder) =>
        ladder is ThresholdCondition { Of: var of } ? Name(of) : "the host's memory";

    private static string Bound(Bound bound, string whole, ByteLimit limit) => bound switch
    {
        { IsShare: false } => ByteSize.ToHuman(bound.Value),
        _ when bound.Resolve(limit) is { } bytes => $"{bound} of {whole} ({ByteSize.ToHuman(bytes)})",
        _ => $"{bound} of {whole}",
    };

    // No LINQ over a type of value: ahead of time each such is compiled with every other one.
    private static string[] Bounds(LadderCondition ladder)
    {
        string[] bounds = new string[ladder.Levels.Count];
        for (int i = 0; i < bounds.Length; i++)
        {
            Bound above = ladder.Levels[i].Above;
            bounds[i] = above.IsShare ? $"{above} of {Whole(ladder)}" : ByteSize.ToHuman(above.Value);
        }

        return bounds;
    }

    private static string Form(Bound bound) => bound.IsShare ? bound.ToString() : ByteSize.ToHuman(bound.Value);

    private static string BaselineName(SpikeBaseline baseline) => baseline.Kind switch
    {
        BaselineKind.Fixed => ByteSize.ToHuman(baseline.Bytes),
        BaselineKind.Rolling => "rolling",
        _ => "settled",
    };

    private static string Name(LimitFile file) => file == LimitFile.MemoryHigh ? "memory.high" : "memory.max";
}
