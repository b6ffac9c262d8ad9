using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>Rules: <c>[rule.NAME]</c>.</summary>
public sealed partial class ConfigurationReader
{
    /// <summary>The metrics that a rule may be on.</summary>
    public static IReadOnlyList<Metric> RuleMetrics => OfRules;

    private static readonly Metric[] OfRules =
        [Metric.MemoryCurrent, Metric.WorkingSet, Metric.Anon, Metric.MemorySwapCurrent, Metric.Pss];

    // No LINQ over a type of value: ahead of time each such is compiled with every other one.
    private static readonly (string Word, Metric? Value)[] MetricWords =
        Array.ConvertAll(OfRules, metric => (Metrics.Key(metric), (Metric?)metric));

    internal static readonly (string Word, LimitFile Value)[] LimitWords =
        [("memory.max", LimitFile.MemoryMax), ("memory.high", LimitFile.MemoryHigh)];

    internal static readonly (string Word, Severity Value)[] SeverityWords =
        [("info", Severity.Info), ("warning", Severity.Warning), ("critical", Severity.Critical)];

    // Every alert is logged: "log" is taken, and means nothing more.
    internal static readonly (string Word, RuleAction? Value)[] ActionWords =
        [("capture", RuleAction.Capture), ("log", null)];

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

    private Rule? BindRule(TomlEntry entry, Section section)
    {
        IReadOnlyList<string> units = section.Strings("units", ["*"]);
        Metric? on = section.Choice("on", null, MetricWords);
        var (above, clearBelow) = BindBounds(section);
        LimitFile of = section.Choice("of", LimitFile.MemoryMax, LimitWords);
        TimeSpan @for = section.Time("for", TimeSpan.Zero, isZeroAllowed: true);
        TimeSpan keepFiringFor = section.Time("keep_firing_for", TimeSpan.Zero, isZeroAllowed: true);
        Severity severity = section.Choice("severity", Severity.Warning, SeverityWords);
        IReadOnlyList<RuleAction> actions = BindActions(section);
        bool isDryRun = section.Flag("dry_run", true);
        string? summary = section.Text("summary");
        foreach (string required in (string[])["on", "above"])
        {
            if (section.Find(required) is null && !_problems.HasSyntaxErrors)
                _problems.Add(entry.Position, $"[rule.{entry.Name}] needs \"{required}\"");
        }

        section.RefuseUnknown();
        return on is null || above is null || clearBelow is null
            ? null
            : new Rule(entry.Name, units, on.Value, above.Value, clearBelow.Value, of, @for, keepFiringFor, severity,
                actions, isDryRun, summary);
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

    private static List<RuleAction> BindActions(Section section)
    {
        List<RuleAction> actions = [];
        section.Strings("actions", [], isEmptyAllowed: true);
        if (section.Find("actions")?.Value is not TomlArray array)
            return actions;
        foreach (TomlValue item in array.Items)
        {
            if (item is TomlString { Value.Length: > 0 }
                && section.Choice("an action", item, null, ActionWords) is { } action && !actions.Contains(action))
                actions.Add(action);
        }

        return actions;
    }
}
