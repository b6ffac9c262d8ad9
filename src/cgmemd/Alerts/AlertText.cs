using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Daemon.Alerts;

/// <summary>What an alert says, by the kind of its rule.</summary>
internal static class AlertText
{
    /// <summary>Why it fires: the value beside its bound.</summary>
    public static string Firing(RuleTrack track, in Limits limits)
    {
        Condition condition = track.Rule.Condition;
        string value = Value(condition, track.Found.Value), bound = Value(condition, track.Found.Threshold);
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
            _ => $"{condition.On} is {value}, beyond {bound}",
        };
    }

    /// <summary>A value in the unit of a condition; "unknown" where there is none.</summary>
    public static string Value(Condition condition, ulong? value) =>
        value is { } known ? ValueText.Human(condition.Unit, known) : "unknown";

    private static string Share(ThresholdCondition threshold, byte level, in Limits limits)
    {
        Bound above = threshold.Levels[Math.Max(level - 1, 0)].Above;
        ByteLimit limit = threshold.LimitOf(limits);
        return above.IsShare && limit.IsFinite ? $" ({above} of {ByteSize.ToHuman(limit.Bytes)})" : "";
    }
}
