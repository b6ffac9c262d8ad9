using System.Globalization;
using System.Text;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Configuration;

/// <summary>Writes the configuration in force, defaults included, as a TOML file that reads back to the same.</summary>
public sealed class ConfigurationText
{
    private readonly StringBuilder _text = new();
    private readonly TomlTable? _merged;
    private TomlTable? _section;

    private ConfigurationText(TomlTable? merged) => _merged = merged;

    /// <summary>Renders a configuration, sections and keys in the order of cgmemd.toml(5).</summary>
    /// <param name="configuration">What to write.</param>
    /// <param name="merged">
    /// The files' values: each line then ends with the place its value is from, <c># file:line</c>, or
    /// <c># default</c>. Null to leave that out.
    /// </param>
    public static string Render(Configuration configuration, TomlTable? merged = null)
    {
        ConfigurationText writer = new(merged);
        writer.WriteOptions(configuration);
        foreach (Watch watch in configuration.Watches)
            writer.WriteWatch(watch);
        foreach (Rule rule in configuration.Rules)
            writer.WriteRule(rule);
        return writer._text.ToString();
    }

    private void WriteOptions(Configuration configuration)
    {
        Begin("sampling");
        Write("interval", Time(configuration.Sampling.Interval));
        Write("min_interval", Time(configuration.Sampling.MinInterval));
        Begin("pss");
        Write("enabled", Flag(configuration.Pss.Enabled));
        Write("interval", Time(configuration.Pss.Interval));
        Write("share", BoundText(configuration.Pss.Share));
        Write("target_share", BoundText(configuration.Pss.TargetShare));
        Begin("journal");
        Write("usage_interval", Time(configuration.Journal.UsageInterval));
        Begin("history");
        Write("enabled", Flag(configuration.History.Enabled));
        Write("full_retention", Days(configuration.History.FullRetention));
        Write("minute_retention", Days(configuration.History.MinuteRetention));
        Write("hour_retention", Days(configuration.History.HourRetention));
        Write("max_bytes", Size(configuration.History.MaxBytes));
        Write("keep_free", Size(configuration.History.KeepFree));
        Begin("captures");
        Write("max_count", configuration.Captures.MaxCount.ToString(CultureInfo.InvariantCulture));
        Write("max_bytes", Size(configuration.Captures.MaxBytes));
        Write("keep_free", Size(configuration.Captures.KeepFree));
        Write("cooldown", Time(configuration.Captures.Cooldown));
        Write("before_oomd_kill", Time(configuration.Captures.BeforeOomdKill));
        Begin("actions");
        Write("max_per_host", configuration.Actions.MaxPerHost.ToString(CultureInfo.InvariantCulture));
        Write("window", Time(configuration.Actions.Window));
        Write("min_interval", Time(configuration.Actions.MinInterval));
        Begin("breakdown");
        Write("redact", List(configuration.Breakdown.Redact));
    }

    private void WriteWatch(Watch watch)
    {
        Begin("watch", watch.Name);
        // An empty list of these is refused: nothing to watch is said by leaving it out.
        if (watch.Units.Count > 0)
            Write("units", List(watch.Units));
        if (watch.Slices.Count > 0)
            Write("slices", List(watch.Slices));
        if (watch.Cgroups.Count > 0)
            Write("cgroups", List(watch.Cgroups));
        Write("exclude", List(watch.Exclude));
    }

    private void WriteRule(Rule rule)
    {
        Begin("rule", rule.Name);
        Write("units", List(rule.Units));
        Write("kind", Quote(rule.Condition.Kind));
        WriteCondition(rule.Condition);
        Write("for", Time(rule.For));
        Write("keep_firing_for", Time(rule.KeepFiringFor));
        Write("startup_grace", Time(rule.StartupGrace));
        Write("repeat_interval", Time(rule.RepeatInterval));
        Write("inhibited_by", List(rule.InhibitedBy));
        Write("severity", Quote(Word(ConfigurationReader.SeverityWords, rule.Severity)));
        Write("labels", Notes(rule.Labels));
        Write("annotations", Notes(rule.Annotations));
        Write("actions", "[" + string.Join(", ", rule.Actions.Select(ActionText)) + "]");
        Write("dry_run", Flag(rule.DryRun));
        Write("action_cooldown", Time(rule.Limits.Cooldown));
        Write("action_limit", rule.Limits.Limit.ToString(CultureInfo.InvariantCulture));
        Write("action_window", Time(rule.Limits.Window));
        Write("action_jitter", Time(rule.Limits.Jitter));
        if (rule.Tripwire)
            Write("tripwire", Flag(rule.Tripwire));
        if (rule.Summary is not null)
            Write("summary", Quote(rule.Summary));
    }

    // A word where that says it all, else a table.
    private static string ActionText(RuleAction action)
    {
        List<string> keys = [];
        switch (action)
        {
            case ExecAction exec:
                keys.Add($"exec = {List(exec.Command)}");
                break;
            case SignalAction signal:
                keys.Add($"signal = {Quote(signal.Signal)}");
                keys.Add($"to = {Quote(Word(ConfigurationReader.SignalToWords, signal.To))}");
                break;
            case EnforceAction enforce:
                keys.Add($"enforce = {Quote(BoundText(enforce.High))}");
                break;
            case RecycleAction recycle:
                keys.Add("recycle = " + (recycle.By switch
                {
                    ExecAction exec => List(exec.Command),
                    SignalAction signal => $"{Quote(signal.Signal)}, "
                        + $"to = {Quote(Word(ConfigurationReader.SignalToWords, signal.To))}",
                    var by => Quote(by.Word),
                }));
                keys.Add($"settle = {Time(recycle.Settle)}");
                break;
            default:
                TimeSpan absent = action is CaptureAction ? CaptureAction.UsualTimeout : RuleAction.DefaultTimeout;
                if (!action.IsFallback && action.Timeout == absent)
                    return Quote(action.Word);
                keys.Add($"action = {Quote(action.Word)}");
                break;
        }

        if (action is not SignalAction)
            keys.Add($"timeout = {Time(action.Timeout)}");
        if (action.IsFallback)
            keys.Add("fallback = true");
        return "{ " + string.Join(", ", keys) + " }";
    }

    private void WriteCondition(Condition condition)
    {
        switch (condition)
        {
            case ThresholdCondition threshold:
                Write("on", Quote(threshold.On));
                WriteLevels(threshold.Levels);
                Write("of", Quote(Word(ConfigurationReader.LimitWords, threshold.Of)));
                break;
            case BudgetCondition budget:
                Write("on", Quote(Metrics.Key(budget.Metric)));
                WriteLevels(budget.Levels);
                break;
            case EventCondition happened:
                Write("on", Quote(happened.On));
                Write("count", happened.Count.ToString(CultureInfo.InvariantCulture));
                Write("within", Time(happened.Within));
                break;
            case PressureCondition pressure:
                Write("on", Quote(pressure.On));
                Write("above", BoundText(pressure.Above));
                Write("clear_below", BoundText(pressure.ClearBelow));
                Write("window", Time(pressure.Window));
                break;
            case TimeToLimitCondition left:
                Write("on", Quote(Metrics.Key(left.Metric)));
                Write("below", Time(left.Below));
                Write("clear_above", Time(left.ClearAbove));
                Write("window", Time(left.Window));
                Write("of", Quote(Word(ConfigurationReader.LimitWords, left.Of)));
                break;
            case LeakCondition leak:
                Write("above", Size(leak.Above));
                Write("expect_stable", Time(leak.ExpectStable));
                break;
            case SpikeCondition spike:
                WriteSpike(spike);
                break;
            case CycleCondition cycle:
                Write("on", Quote(cycle.On));
                Write("mark", Quote(cycle.Mark));
                Write("above", Size(cycle.Above));
                Write("clear_below", Size(cycle.ClearBelow));
                Write("min_cycles", cycle.MinCycles.ToString(CultureInfo.InvariantCulture));
                Write("cycles", cycle.Cycles.ToString(CultureInfo.InvariantCulture));
                Write("settle", Time(cycle.Settle));
                break;
            default:
                throw new InvalidOperationException($"no text for {condition.Kind}");
        }
    }

    private void WriteSpike(SpikeCondition spike)
    {
        Write("on", Quote(spike.On));
        bool isRolling = spike.Baseline.Kind == BaselineKind.Rolling;
        Write("baseline", spike.Baseline.Kind == BaselineKind.Fixed
            ? Size(spike.Baseline.Bytes)
            : Quote(isRolling ? ConfigurationReader.RollingWord : ConfigurationReader.SettledWord));
        // Refused of any other baseline.
        if (isRolling)
            Write("window", Time(spike.Window));
        Write("rise", BoundText(spike.Rise));
        Write("rearm", BoundText(spike.Rearm));
        Write("new_peak", BoundText(spike.NewPeak));
        Write("noise", BoundText(spike.Noise));
        Write("settle", Time(spike.Settle));
        Write("return_within", Time(spike.ReturnWithin));
    }

    private void WriteLevels(IReadOnlyList<Level> levels)
    {
        if (_section?.Find("levels") is null && levels.Count == 1)
        {
            Write("above", BoundText(levels[0].Above));
            Write("clear_below", BoundText(levels[0].ClearBelow));
            return;
        }

        List<string> tables = [];
        for (int i = 0; i < levels.Count; i++)
        {
            tables.Add($"{{ above = {BoundText(levels[i].Above)}, clear_below = {BoundText(levels[i].ClearBelow)}, "
                + $"severity = {Quote(Word(ConfigurationReader.SeverityWords, levels[i].Severity))} }}");
        }

        Write("levels", "[" + string.Join(", ", tables) + "]");
    }

    private void Begin(string kind, string? name = null)
    {
        _section = _merged?.Find(kind)?.Value as TomlTable;
        if (name is not null)
            _section = _section?.Find(name)?.Value as TomlTable;
        _text.Append(_text.Length > 0 ? "\n" : "").Append('[').Append(kind);
        // The names of watches and rules are bare keys, by their check.
        _text.Append(name is null ? "" : "." + name).Append("]\n");
    }

    private void Write(string key, string value)
    {
        _text.Append(key).Append(" = ").Append(value);
        if (_merged is not null)
            _text.Append("  # ").Append(_section?.Find(key) is { } entry ? Place(entry.Value.Position) : "default");
        _text.Append('\n');
    }

    // A path may hold anything but a NUL; a comment holds no control characters.
    private static string Place(SourcePosition position) =>
        new string(Array.ConvertAll(position.File.ToCharArray(), c => char.IsControl(c) ? '?' : c))
        + ":" + position.Line.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Time(TimeSpan span) => Quote(TimeSpanText.Format(span));

    private static string Days(TimeSpan span) => Quote(TimeSpanText.FormatDays(span));

    private static string Size(ulong bytes) => Quote(ByteSize.ToExact(bytes));

    private static string BoundText(Bound bound) =>
        Quote(bound.IsShare ? bound.ToString() : ByteSize.ToExact(bound.Value));

    private static string List(IReadOnlyList<string> items) => "[" + string.Join(", ", items.Select(Quote)) + "]";

    private static string Notes(IReadOnlyList<Note> notes) => notes.Count == 0
        ? "{}"
        : "{ " + string.Join(", ", notes.Select(note => $"{note.Name} = {Quote(note.Text)}")) + " }";

    private static string Word<T>(IReadOnlyList<(string Word, T Value)> words, T value)
    {
        int i = 0;
        while (!EqualityComparer<T>.Default.Equals(words[i].Value, value))
            i++;
        return words[i].Word;
    }

    private static string Quote(string value)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in value)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
