using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>Rules: what must hold, by kind.</summary>
public sealed partial class ConfigurationReader
{
    /// <summary>The metrics that a rule on a size may be on.</summary>
    public static IReadOnlyList<Metric> RuleMetrics => OfRules;

    private static readonly Metric[] OfRules =
        [Metric.MemoryCurrent, Metric.WorkingSet, Metric.Anon, Metric.MemorySwapCurrent, Metric.Pss];

    // No LINQ over a type of value: ahead of time each such is compiled with every other one.
    private static readonly (string Word, Metric? Value)[] MetricWords =
        Array.ConvertAll(OfRules, metric => (Metrics.Key(metric), (Metric?)metric));

    // Not PSS, which is read of each unit at another time: a sum of these is of no instant. Nor is it needed, as the
    // kernel charges a page to one cgroup alone.
    private static readonly (string Word, Metric? Value)[] BudgetMetricWords = Array.ConvertAll(
        Array.FindAll(OfRules, metric => metric != Metric.Pss), metric => (Metrics.Key(metric), (Metric?)metric));

    private static readonly (string Word, (EventSource Source, Metric Counter)? Value)[] EventWords =
    [
        (EventCondition.OomKillKey, (EventSource.OomKill, Metric.EventsOomKill)),
        (EventCondition.OomdKillKey, (EventSource.OomdKill, Metric.EventsOomKill)),
        .. Array.ConvertAll<Metric, (string, (EventSource, Metric)?)>(
            [
                Metric.EventsLow, Metric.EventsHigh, Metric.EventsMax, Metric.EventsOom, Metric.EventsOomGroupKill,
                Metric.EventsLocalLow, Metric.EventsLocalHigh, Metric.EventsLocalMax, Metric.EventsLocalOom,
                Metric.EventsLocalOomKill, Metric.EventsLocalOomGroupKill,
            ],
            metric => (Metrics.Key(metric), (EventSource.Counter, metric))),
    ];

    private static readonly (string Word, bool? Value)[] PressureWords =
        [("memory.pressure.some", false), ("memory.pressure.full", true)];

    private static readonly (string Word, string Value)[] KindWords =
    [
        ("threshold", "threshold"), ("event", "event"), ("pressure", "pressure"), ("time-to-limit", "time-to-limit"),
        ("leak", "leak"),
        ("spike", "spike"), ("cycle", "cycle"), ("budget", "budget"),
    ];

    internal static readonly (string Word, LimitFile Value)[] LimitWords =
        [("memory.max", LimitFile.MemoryMax), ("memory.high", LimitFile.MemoryHigh)];

    // The kernel's shortest window is half a second; without CAP_SYS_RESOURCE it wakes us each two.
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Where a rule resolves whose file does not say: five percentage points below a share, 95 % of a size or of a
    /// share of 5 % or less, and never 0, below which nothing falls.
    /// </summary>
    internal static Bound DefaultClearBelow(Bound above) => above switch
    {
        { IsShare: true, Value: > 500 } => Bound.OfShare((uint)above.Value - 500),
        { IsShare: true } => Bound.OfShare(Math.Max(1, (uint)above.Value * 95 / 100)),
        _ => Bound.OfBytes(Math.Max(1, (ulong)((UInt128)above.Value * 95 / 100))),
    };

    private Condition? BindCondition(TomlEntry entry, Section section, Severity severity) =>
        section.Choice("kind", "threshold", KindWords) switch
        {
            "event" => BindEvent(entry, section),
            "pressure" => BindPressure(entry, section),
            "time-to-limit" => BindTimeToLimit(entry, section),
            "leak" => new LeakCondition(
                section.Size("above", 0), section.Time("expect_stable", TimeSpan.Zero, isZeroAllowed: true)),
            "spike" => BindSpike(entry, section),
            "cycle" => BindCycle(entry, section),
            "budget" => BindBudget(entry, section, severity),
            _ => BindThreshold(entry, section, severity),
        };

    private ThresholdCondition? BindThreshold(TomlEntry entry, Section section, Severity severity)
    {
        Metric? on = section.Choice("on", null, MetricWords);
        LimitFile of = section.Choice("of", LimitFile.MemoryMax, LimitWords);
        return BindLadder(entry, section, severity) is { } levels && on is { } metric
            ? new ThresholdCondition(metric, levels, of)
            : null;
    }

    // One bound, or the levels of several.
    private List<Level>? BindLadder(TomlEntry entry, Section section, Severity severity)
    {
        if (section.Find("levels") is { } ladder)
        {
            foreach (string key in (string[])["above", "clear_below"])
            {
                if (section.Find(key) is { } lone)
                    section.Fail(lone, $"{key} stands in each of the levels, where there are levels", 0);
            }

            Need(entry, section, "on");
            return BindLevels(entry, section, ladder);
        }

        var (above, clearBelow) = BindBounds(section);
        Need(entry, section, "on", "above");
        return above is { } upper && clearBelow is { } lower ? [new Level(upper, lower, severity)] : null;
    }

    // levels = [{ above = "80%", severity = "warning" }, …], from the least grave to the gravest.
    private List<Level>? BindLevels(TomlEntry entry, Section section, TomlEntry ladder)
    {
        if (ladder.Value is not TomlArray { Items.Count: > 0 and <= 8 } array)
            return section.Fail<List<Level>?>(
                ladder, "levels is a list of one to eight tables, such as [{ above = \"80%\" }]", null);
        List<Level> levels = [];
        foreach (TomlValue item in array.Items)
        {
            if (item is not TomlTable table)
            {
                _problems.Add(item.Position, $"levels holds tables, such as {{ above = \"80%\" }}, not {item.Kind}");
                return null;
            }

            var rung = new Section(table, $"the levels of [rule.{entry.Name}]", _problems);
            var (above, clearBelow) = BindBounds(rung);
            Severity severity = rung.Choice("severity", Severity.Warning, SeverityWords);
            rung.RefuseUnknown();
            if (rung.Find("above") is null)
                _problems.Add(item.Position, "a level needs \"above\"");
            if (above is not { } upper || clearBelow is not { } lower)
                return null;
            if (levels.Count > 0 && !IsHigher(upper, levels[^1].Above))
            {
                _problems.Add(item.Position,
                    $"each level is above the one before it: {upper} after {levels[^1].Above}");
                return null;
            }

            levels.Add(new Level(upper, lower, severity));
        }

        return levels;
    }

    private static bool IsHigher(Bound bound, Bound before) =>
        bound.IsShare == before.IsShare && bound.Value > before.Value;

    private EventCondition? BindEvent(TomlEntry entry, Section section)
    {
        (EventSource Source, Metric Counter)? on = section.Choice("on", null, EventWords);
        int count = section.Count("count", 1);
        TimeSpan within = section.Time("within", TimeSpan.FromMinutes(5));
        Need(entry, section, "on");
        return on is { } found ? new EventCondition(found.Source, found.Counter, (ulong)count, within) : null;
    }

    private PressureCondition? BindPressure(TomlEntry entry, Section section)
    {
        bool? isFull = section.Choice("on", null, PressureWords);
        var (above, clearBelow) = BindBounds(section);
        TimeSpan window = section.Time("window", TimeSpan.FromSeconds(10));
        if (window < ShortestWindow)
            section.Fail(section.Find("window")!, "window must be 2s or more", 0);
        if (above is { IsShare: false })
            section.Fail(section.Find("above")!, "above is a share of the time here, such as \"10%\"", 0);
        Need(entry, section, "on", "above");
        return isFull is null || above is not { IsShare: true } || clearBelow is not { IsShare: true }
            ? null
            : new PressureCondition(isFull.Value, above.Value, clearBelow.Value, window);
    }

    private TimeToLimitCondition? BindTimeToLimit(TomlEntry entry, Section section)
    {
        Metric? on = section.Choice("on", Metric.WorkingSet, MetricWords);
        TimeSpan below = section.Time("below", TimeSpan.FromMinutes(10));
        TimeSpan clearAbove = section.Time("clear_above", below * 1.5);
        TimeSpan window = section.Time("window", TimeSpan.FromMinutes(5));
        LimitFile of = section.Choice("of", LimitFile.MemoryMax, LimitWords);
        if (clearAbove < below)
            section.Fail((section.Find("clear_above") ?? section.Find("below"))!,
                "clear_above is less than below", 0);
        if (window < TimeSpan.FromMinutes(1))
            section.Fail(section.Find("window")!, "window must be 1min or more", 0);
        Need(entry, section, "below");
        return on is { } metric ? new TimeToLimitCondition(metric, below, clearAbove, window, of) : null;
    }

    private void Need(TomlEntry entry, Section section, params ReadOnlySpan<string> keys)
    {
        foreach (string required in keys)
        {
            if (section.Find(required) is null && !_problems.HasSyntaxErrors)
                _problems.Add(entry.Position, $"[rule.{entry.Name}] needs \"{required}\"");
        }
    }

    private static (Bound? Above, Bound? ClearBelow) BindBounds(Section section)
    {
        Bound? above = section.Bound("above"), clearBelow = section.Bound("clear_below");
        if (above is { Value: 0 } && section.Find("above") is { } aboveEntry)
            section.Fail(aboveEntry, "above must be more than 0: a rule above 0 would never resolve", 0);
        if (section.Find("clear_below") is not { } entry)
            return (above, above is null ? null : DefaultClearBelow(above.Value));
        if (above is not { } upper || clearBelow is not { } lower)
            return (above, clearBelow);
        SourcePosition place = section.Find("above")!.Value.Position;
        if (upper.IsShare != lower.IsShare)
            section.Fail(entry, $"clear_below is {Form(lower)}, but above is {Form(upper)} ({place})", 0);
        else if (lower.Value > upper.Value)
            section.Fail(entry, $"clear_below is more than above ({place})", 0);
        else if (lower.Value == 0)
            section.Fail(entry, "clear_below must be more than 0: nothing falls below it", 0);
        return (above, clearBelow);
    }

    private static string Form(Bound bound) => bound.IsShare ? "a share" : "a size";
}
