using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;
using Cgmemd.Core.Units;

namespace Cgmemd.Daemon.Alerts;

/// <summary>What an alert says, by the kind of its rule.</summary>
internal static class AlertText
{
    /// <summary>Why it fires: the value beside its bound.</summary>
    public static string Firing(RuleTrack track, in Limits limits)
    {
        Condition condition = track.Rule.Condition;
        string value = ConditionText.Value(condition, track.Found.Value);
        string bound = ConditionText.Value(condition, track.Found.Threshold);
        return condition switch
        {
            ThresholdCondition threshold =>
                $"{condition.On} is {value}, above {bound}{Share(threshold, track.State.Level, limits)}",
            EventCondition { Within: var within } =>
                $"{condition.On} counted {value} within {TimeSpanText.Format(within)}",
            PressureCondition { Window: var window } =>
                $"{condition.On} was {value} of {TimeSpanText.Format(window)}, above {bound}",
            TimeToLimitCondition left =>
                $"{Metrics.Key(left.Metric)} is {value} from its limit, as it has grown for "
                    + TimeSpanText.Format(left.Window),
            LeakCondition => Leak(track, value),
            SpikeCondition => Spike(track, value),
            CycleCondition => $"{condition.On} keeps {value} of each cycle, above {bound}{Cycles(track)}",
            _ => $"{condition.On} is {value}, beyond {bound}",
        };
    }

    private static string Leak(RuleTrack track, string value)
    {
        if (track.Memory is not LeakMemory { Report: var report })
            return $"{track.Rule.Condition.On} is {value}";
        string verdict = report.Verdict == TrendVerdict.Leaking ? "leak" : "grow and were expected to be stable";
        string left = report.TimeToLimit is { } time ? $", {TimeSpanText.Format(time)} from the limit" : "";
        return $"anon and swap {verdict}: {value} an hour{left} ({report.Reason.TrimEnd('.')})";
    }

    private static string Spike(RuleTrack track, string value)
    {
        string peak = track.State.Level > 1 ? "at a new peak of " : "";
        if (track.Memory is not SpikeMemory { Baseline: { } baseline })
            return $"{track.Rule.Condition.On} is {peak}{value}";
        ulong rise = track.Found.Value - Math.Min(track.Found.Value, baseline);
        return $"{track.Rule.Condition.On} is {peak}{value}, {ByteSize.ToHuman(rise)} above its baseline of "
            + ByteSize.ToHuman(baseline);
    }

    private static string Cycles(RuleTrack track)
    {
        if (track.Memory is not CycleMemory { Residual: { } residual })
            return "";
        string work = residual.BytesPerOperation is { } bytes and >= 0
            ? $", {ByteSize.ToHuman((ulong)bytes)} per operation"
            : "";
        return $" (the last {residual.Cycles} cycles{work})";
    }

    private static string Share(ThresholdCondition threshold, byte level, in Limits limits)
    {
        Bound above = threshold.Levels[Math.Clamp(level - 1, 0, threshold.Levels.Count - 1)].Above;
        ByteLimit limit = threshold.LimitOf(limits);
        return above.IsShare && limit.IsFinite ? $" ({above} of {ByteSize.ToHuman(limit.Bytes)})" : "";
    }
}
