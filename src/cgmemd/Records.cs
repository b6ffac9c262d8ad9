using Cgmemd.Core.Captures;
using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

/// <summary>
/// What is said of a watched group, in words for a person and fields for a machine; alerts and captures are recorded
/// besides.
/// </summary>
internal sealed class Records(ILogger log, Recording recording, TimeProvider time)
{
    public void Started(WatchedGroup group) => log.WatchStarted(
        group.Name, group.Cgroup.Path, group.InvocationId,
        OrNull(group.Limits.EffectiveMax), OrNull(group.Limits.EffectiveHigh));

    public void Usage(WatchedGroup group)
    {
        ref readonly Sample sample = ref group.Sample;
        string text = $"{group.Name}: {Size(sample[Metric.MemoryCurrent])} used"
            + (group.Limits.EffectiveMax.IsFinite ? $" of {Size(group.Limits.EffectiveMax.Bytes)}" : "")
            + $", peak {Size(group.Peak)}"
            + (sample[Metric.Anon] is { } anon ? $", {Size(anon)} anon" : "")
            + (sample[Metric.Pss] is { } pss ? $", {Size(pss)} PSS" : "");
        log.UsageRecord(
            text, group.Name, group.Cgroup.Path, group.InvocationId, sample[Metric.MemoryCurrent], group.Peak,
            sample[Metric.MemorySwapCurrent], sample[Metric.Anon], sample[Metric.File], sample[Metric.Kernel],
            sample[Metric.Pss], sample[Metric.WorkingSet], OrNull(group.Limits.EffectiveMax),
            OrNull(group.Limits.EffectiveHigh), sample[Metric.PidsCurrent], sample[Metric.EventsHigh],
            sample[Metric.EventsMax], sample[Metric.EventsOom], sample[Metric.EventsOomKill]);
    }

    public void Stopped(WatchedGroup group, string? result, bool isUnwatched, long nowUs)
    {
        string text = $"{group.Name}: {(isUnwatched ? "no longer watched" : "stopped")}"
            + (result is null or "success" ? "" : $" ({result})")
            + $", memory peak {Size(group.Peak)}"
            + (group.Limits.EffectiveMax.IsFinite ? $" of {Size(group.Limits.EffectiveMax.Bytes)}" : "")
            + (group.OomKills > 0 ? $", {Count(group.OomKills, "OOM kill", "OOM kills")}" : "");
        log.WatchStopped(
            text, group.Name, group.Cgroup.Path, group.InvocationId, result, group.Peak,
            group.Sample[Metric.MemorySwapPeak], OrNull(group.Limits.EffectiveMax), OrNull(group.Limits.EffectiveHigh),
            group.OomKills, nowUs - group.SinceUs);
    }

    /// <summary>The kills since the last such record, with the last samples before them.</summary>
    /// <param name="group">The unit.</param>
    /// <param name="kills">How many processes; of systemd-oomd, how many times it killed a whole cgroup.</param>
    /// <param name="killer">Who did.</param>
    /// <param name="at">The cgroup that systemd-oomd killed.</param>
    public void OomKill(WatchedGroup group, ulong kills, OomKiller killer, WatchedGroup? at)
    {
        string processes = $"killed {Count(kills, "process", "processes")} of it"
            + (group.Limits.EffectiveMax.IsFinite ? $" at a limit of {Size(group.Limits.EffectiveMax.Bytes)}" : "");
        string what = killer switch
        {
            OomKiller.SystemdOomd => $"systemd-oomd killed {(at is null || at == group ? "it" : at.Cgroup.Path)}"
                + (kills > 1 ? $" {kills} times" : ""),
            OomKiller.Kernel => $"the kernel's OOM killer {processes}",
            _ => $"the OOM killer {processes}",
        };
        string? by = killer switch
        {
            OomKiller.SystemdOomd => "systemd-oomd",
            OomKiller.Kernel => "kernel",
            _ => null,
        };
        log.OomKill(
            $"{group.Name}: {what}, memory peak {Size(group.Peak)}", group.Name, group.Cgroup.Path,
            group.InvocationId, by, kills, group.OomKills, group.Sample[Metric.MemoryCurrent], group.Peak,
            OrNull(group.Limits.EffectiveMax), RingText.Render(group.Ring, time.NowUs()));
    }

    /// <summary>systemd-oomd is about to kill, and what is done about it.</summary>
    /// <param name="group">Whom it hits.</param>
    /// <param name="cgroup">What it kills.</param>
    /// <param name="rule">The rule that has a capture taken, or would; or null.</param>
    /// <param name="wait">How long it is kept waiting for the capture.</param>
    /// <param name="reason">Why it is not, or no longer; or null.</param>
    public void Prekill(WatchedGroup group, string cgroup, Rule? rule, TimeSpan wait, string? reason)
    {
        string what = group.Cgroup.Path == cgroup ? "it" : cgroup;
        string done = reason ?? $"it is kept waiting for a capture, {TimeSpanText.Format(wait)} at most";
        log.Prekill(
            $"{group.Name}: systemd-oomd is about to kill {what}: {done}", group.Name, group.Cgroup.Path,
            group.InvocationId, cgroup, rule?.Name, reason);
    }

    /// <summary>An alert that fires, rises, or is told again.</summary>
    public void Firing(WatchedGroup group, RuleTrack track, RuleNotice notice, CaptureTrigger trigger, long nowUs)
    {
        Rule rule = track.Rule;
        string text = $"{group.Name}: {AlertText.Firing(track, group.Limits)}"
            + Growth(group)
            + (rule.Summary is null ? "" : $": {rule.Summary}");
        string unit = ValueText.Name(trigger.Unit), severity = SeverityText.Of(trigger.Severity);
        ulong? limit = rule.Condition is ThresholdCondition threshold ? OrNull(threshold.LimitOf(group.Limits)) : null;
        if (notice != RuleNotice.Fire)
        {
            log.AlertChanged(
                notice == RuleNotice.Escalate, text, group.Name, group.Cgroup.Path, group.InvocationId, rule.Name,
                severity, trigger.On, unit, trigger.Value, trigger.Threshold, limit, trigger.Episode,
                nowUs - track.State.FiringSinceUs, Notes(rule.Labels), Notes(rule.Annotations));
            return;
        }

        log.AlertFiring(
            text, group.Name, group.Cgroup.Path, group.InvocationId, rule.Name, severity, trigger.On, unit,
            trigger.Value, trigger.Threshold, limit, trigger.Episode, group.Sample[Metric.MemoryCurrent],
            group.Sample[Metric.Anon], group.Sample[Metric.File], group.Sample[Metric.Pss], Notes(rule.Labels),
            Notes(rule.Annotations));
        recording.Fired(group, track, trigger, nowUs);
    }

    /// <summary>The end of an alert that was told.</summary>
    /// <param name="group">The unit.</param>
    /// <param name="track">The rule that fired, as it stood at last.</param>
    /// <param name="reason">Why it ends other than by the value, or null.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public void Resolved(WatchedGroup group, RuleTrack track, string? reason, long nowUs)
    {
        Condition condition = track.Rule.Condition;
        ref readonly RuleState state = ref track.State;
        ulong? value = track.Found.IsKnown ? track.Found.Value : null;
        long durationUs = nowUs - state.FiringSinceUs;
        string text = $"{group.Name}: {condition.On} is no longer an alert"
            + (reason is null ? $", back at {ConditionText.Value(condition, value)}" : $": {reason}")
            + $"; it peaked at {ConditionText.Value(condition, state.PeakValue)}"
            + $" and lasted {TimeSpanText.Format(Round(durationUs))}";
        log.AlertResolved(
            text, group.Name, group.Cgroup.Path, group.InvocationId, track.Rule.Name,
            SeverityText.Of(track.Rule.SeverityAt(state.Level)), condition.On, ValueText.Name(condition.Unit), value,
            state.PeakValue, state.Episode, durationUs, Notes(track.Rule.Labels));
        recording.Resolved(group.Name, group.InvocationId, track, nowUs);
    }

    /// <summary>What became of a spike.</summary>
    public void Returned(WatchedGroup group, Rule rule, SpikeReturn verdict)
    {
        string text = $"{group.Name}: the spike of {rule.Condition.On} was {verdict.Word}: "
            + $"from {Size(verdict.Baseline)} up to {Size(verdict.Peak)}, now {Size(verdict.Settled)}, "
            + $"{ValueText.Human(ValueUnit.Permyriad, verdict.Retained)} of it kept"
            + (verdict.ReturnUs is { } us ? $", back after {TimeSpanText.Format(Round(us))}" : "");
        log.SpikeReturned(
            text, group.Name, group.Cgroup.Path, group.InvocationId, rule.Name, rule.Condition.On, verdict.Word,
            verdict.Baseline, verdict.Peak, verdict.Settled, verdict.Retained, verdict.ReturnUs);
    }

    /// <summary>An alert that is on and is not told, nor anything done for it.</summary>
    public void Suppressed(WatchedGroup group, RuleTrack track, string reason) => log.AlertSuppressed(
        group.Name, group.Cgroup.Path, group.InvocationId, track.Rule.Name,
        SeverityText.Of(track.Rule.SeverityAt(track.State.Level)), track.State.Episode, reason);

    /// <summary>An alert of a former run, on a group that was gone when this one began.</summary>
    public void ResolvedUnseen(GroupState group, NamedRuleState rule, long nowUs)
    {
        string text = $"{group.Name}: {rule.Rule} is no longer an alert: the unit ended while cgmemd did not run"
            + $"; it peaked at {Size(rule.PeakValue)}";
        log.AlertResolved(
            text, group.Name, cgroup: null, group.InvocationId, rule.Rule, severity: null, on: null, valueUnit: null,
            value: null, rule.PeakValue, rule.Episode, nowUs - rule.FiringSinceUs, labels: null);
        recording.ResolvedUnseen(group.Name, group.InvocationId, rule, nowUs);
    }

    /// <summary>A capture that was taken, or tried.</summary>
    public void Captured(CaptureOutcome outcome)
    {
        CapturePlan plan = outcome.Plan;
        if (outcome.Path is { } path)
        {
            log.CaptureTaken(
                plan.Unit, plan.InvocationId, plan.Trigger.Rule, plan.Trigger.Episode, path, outcome.Bytes,
                outcome.DurationUs);
        }
        else
        {
            log.CaptureFailed(
                plan.Unit, plan.InvocationId, plan.Trigger.Rule, plan.Trigger.Episode,
                outcome.Failure ?? "for no reason given");
        }

        recording.Captured(outcome);
    }

    /// <summary>Whether a breakdown would be kept.</summary>
    public bool KeepsBreakdowns => recording.IsEnabled;

    /// <summary>What the memory of a unit was for when an alert fired that no capture was taken for.</summary>
    public void BrokenDown(CaptureOutcome outcome)
    {
        // Where there is none, the unit was gone before it could be read.
        if (outcome.Breakdown is { } breakdown)
            recording.Breakdown(breakdown, BreakdownCause.Alert, outcome.Plan.Trigger.Rule);
    }

    /// <summary>A capture that was left out, and why.</summary>
    public void CaptureSkipped(CapturePlan plan, string reason)
    {
        log.CaptureSkipped(plan.Unit, plan.InvocationId, plan.Trigger.Rule, plan.Trigger.Episode, reason);
        recording.CaptureSkipped(plan, reason);
    }

    // name=text, a line each: a field of the journal may have several.
    internal static string? Notes(IReadOnlyList<Note> notes) => notes.Count == 0 ? null : string.Join('\n', notes);

    private static string Growth(WatchedGroup group) => group.Rate >= 1024
        ? $", growing by {Size((ulong)group.Rate)}/s"
        : "";

    internal static TimeSpan Round(long us) => us < 1_000_000
        ? TimeSpan.FromMilliseconds(Math.Max(1, us / 1_000))
        : TimeSpan.FromSeconds(us / 1_000_000);

    private static string Count(ulong count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    private static string Size(ulong? bytes) => bytes is { } known ? ByteSize.ToHuman(known) : "unknown";

    private static ulong? OrNull(ByteLimit limit) => limit.IsFinite ? limit.Bytes : null;
}
