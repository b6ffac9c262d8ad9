using System.Globalization;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Watching;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Alerts;

/// <summary>
/// What is said of alerts of budgets. All entries of one alert are about the same unit, the greatest as it was first
/// told, so that its end is found where its beginning is.
/// </summary>
internal sealed class BudgetRecords(ILogger log, Recording recording)
{
    /// <summary>So many units are named in the text of an alert.</summary>
    private const int Named = 3;

    /// <summary>So many are in its field.</summary>
    private const int MostContributors = 32;

    /// <summary>An alert that fires, rises, or is told again.</summary>
    public void Firing(BudgetTrack budget, WatchedGroup greatest, RuleNotice notice, CaptureTrigger trigger, long nowUs)
    {
        Rule rule = budget.Rule;
        List<BudgetMember> members = budget.Members();
        string text = Text(budget, members) + (rule.Summary is null ? "" : $": {rule.Summary}");
        string unit = ValueText.Name(trigger.Unit), severity = SeverityText.Of(trigger.Severity);
        ulong? limit = budget.Condition.Levels[0].Above.IsShare && budget.Host.IsFinite ? budget.Host.Bytes : null;
        string? labels = Records.Notes(rule.Labels), annotations = Records.Notes(rule.Annotations);
        BudgetSubject subject = budget.Subject!;
        if (notice != RuleNotice.Fire)
        {
            log.AlertChanged(
                notice == RuleNotice.Escalate, text, subject.Unit, subject.Cgroup, subject.InvocationId, rule.Name,
                severity, trigger.On, unit, trigger.Value, trigger.Threshold, limit, trigger.Episode,
                nowUs - budget.Track.State.FiringSinceUs, labels, annotations, Contributors(members));
            return;
        }

        log.AlertFiring(
            text, subject.Unit, subject.Cgroup, subject.InvocationId, rule.Name, severity, trigger.On, unit,
            trigger.Value, trigger.Threshold, limit, trigger.Episode, greatest.Sample[Metric.MemoryCurrent],
            greatest.Sample[Metric.Anon], greatest.Sample[Metric.File], greatest.Sample[Metric.Pss], labels,
            annotations, Contributors(members));
        recording.Fired(greatest, budget.Track, trigger, nowUs);
    }

    /// <summary>The end of an alert that was told.</summary>
    /// <param name="budget">The budget, as it stood at last.</param>
    /// <param name="reason">Why it ends other than by the value, or null.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public void Resolved(BudgetTrack budget, string? reason, long nowUs)
    {
        RuleTrack track = budget.Track;
        Condition condition = track.Rule.Condition;
        ref readonly RuleState state = ref track.State;
        ulong? value = track.Found.IsKnown ? track.Found.Value : null;
        long durationUs = nowUs - state.FiringSinceUs;
        string text = $"{track.Rule.Name}: {condition.On} is no longer an alert"
            + (reason is null ? $", back at {ConditionText.Value(condition, value)}" : $": {reason}")
            + $"; it peaked at {ConditionText.Value(condition, state.PeakValue)}"
            + $" and lasted {TimeSpanText.Format(Records.Round(durationUs))}";
        BudgetSubject subject = budget.Subject ?? Nobody(track.Rule.Name);
        log.AlertResolved(
            text, subject.Unit, subject.Cgroup, subject.InvocationId, track.Rule.Name,
            SeverityText.Of(track.Rule.SeverityAt(state.Level)), condition.On, ValueText.Name(condition.Unit), value,
            state.PeakValue, state.Episode, durationUs, Records.Notes(track.Rule.Labels));
        recording.Resolved(subject.Unit, subject.InvocationId, track, nowUs);
    }

    /// <summary>An alert of a former run, of a budget that this one's configuration does not have.</summary>
    public void ResolvedUnseen(BudgetState state, long nowUs)
    {
        NamedRuleState rule = state.Rule;
        BudgetSubject subject = state.Subject ?? Nobody(rule.Rule);
        string text = $"{rule.Rule}: no longer an alert: the rule was removed while cgmemd did not run"
            + $"; it peaked at {ByteSize.ToHuman(rule.PeakValue)}";
        log.AlertResolved(
            text, subject.Unit, subject.Cgroup, subject.InvocationId, rule.Rule, severity: null, on: null,
            valueUnit: null, value: null, rule.PeakValue, rule.Episode, nowUs - rule.FiringSinceUs, labels: null);
        recording.ResolvedUnseen(subject.Unit, subject.InvocationId, rule, nowUs);
    }

    /// <summary>An alert that is on and is not told, nor anything done for it.</summary>
    public void Suppressed(BudgetTrack budget, WatchedGroup greatest, string reason) => log.AlertSuppressed(
        greatest.Name, greatest.Cgroup.Path, greatest.InvocationId, budget.Rule.Name,
        SeverityText.Of(budget.Rule.SeverityAt(budget.Track.State.Level)), budget.Track.State.Episode, reason);

    private static string Text(BudgetTrack budget, List<BudgetMember> members)
    {
        RuleTrack track = budget.Track;
        Bound above = budget.Condition.Levels[Math.Max(track.State.Level, (byte)1) - 1].Above;
        string share = above.IsShare && budget.Host.IsFinite
            ? $" ({above} of the host's {ByteSize.ToHuman(budget.Host.Bytes)})"
            : "";
        string units = members.Count == 1 ? "1 unit is" : $"{members.Count} units is";
        List<string> greatest = [];
        foreach (BudgetMember member in members)
        {
            if (greatest.Count < Named && member.Value is { } value)
                greatest.Add($"{member.Unit} {ByteSize.ToHuman(value)}");
        }

        return $"{track.Rule.Name}: {Metrics.Key(budget.Condition.Metric)} of {units} "
            + $"{ByteSize.ToHuman(track.Found.Value)} together, "
            + $"above {ByteSize.ToHuman(track.Found.Threshold)}{share}: "
            + string.Join(", ", greatest) + (members.Count > greatest.Count ? ", …" : "");
    }

    // name=bytes, a line each: a field of the journal may have several.
    private static string Contributors(List<BudgetMember> members)
    {
        List<string> lines = [];
        foreach (BudgetMember member in members)
        {
            if (lines.Count < MostContributors && member.Value is { } value)
                lines.Add($"{member.Unit}={value.ToString(CultureInfo.InvariantCulture)}");
        }

        return string.Join('\n', lines);
    }

    // An alert that is told has its unit: this is for a state file that somebody has edited.
    private static BudgetSubject Nobody(string rule) => new(rule, Cgroup: null, InvocationId: null);
}
