using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Alerts;

/// <summary>
/// Holds the rules of a group against its sample, says what came of it, and has done what a rule asks.
/// </summary>
internal sealed class Judge(
    CaptureDesk desk, Measuring measuring, string bootId, Records records, TimeProvider time)
{
    /// <summary>Alerts of one unit that fire within this have one breakdown: it costs the unit its mmap_lock.</summary>
    private const long BreakdownIntervalUs = 60_000_000;

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>
    /// Whether memory.current alone would fire or resolve an alert: then all files are read before it is said, so
    /// that the alert tells of one instant.
    /// </summary>
    public static bool WouldAct(WatchedGroup group, long nowUs)
    {
        for (int i = 0; i < group.Rules.Length; i++)
        {
            RuleState state = group.RuleStates[i];
            if (group.Rules[i].On == Metric.MemoryCurrent
                && Threshold.Step(group.Rules[i], ref state, group.Sample, group.Limits, nowUs) != RuleTransition.None)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a sample into account; after a quick reading only the rules on memory.current.</summary>
    public void Evaluate(WatchedGroup group, bool isFull, CaptureOptions captures, long nowUs)
    {
        for (int i = 0; i < group.Rules.Length; i++)
        {
            Rule rule = group.Rules[i];
            if (!isFull && rule.On != Metric.MemoryCurrent)
                continue;
            ref RuleState state = ref group.RuleStates[i];
            switch (Threshold.Step(rule, ref state, group.Sample, group.Limits, nowUs))
            {
                case RuleTransition.Fired:
                    Fire(group, rule, state, captures, nowUs);
                    break;
                case RuleTransition.Resolved:
                    Resolve(group, rule, state, nowUs);
                    break;
                default:
                    break;
            }
        }
    }

    private void Fire(WatchedGroup group, Rule rule, in RuleState state, CaptureOptions captures, long nowUs)
    {
        IsDirty = true;
        measuring.Hurry(group, nowUs);
        ByteLimit limit = Threshold.LimitOf(rule, group.Limits);
        ulong value = group.Sample[rule.On]!.Value;
        ulong threshold = rule.Above.Resolve(limit)!.Value;
        var trigger = new CaptureTrigger(rule.Name, rule.Severity, rule.On, value, threshold, state.Episode);
        records.Firing(group, rule, state, trigger, limit, nowUs);
        var plan = new CapturePlan(
            group.Name, group.Cgroup.Path, group.Cgroup.Id, group.InvocationId, bootId, time.RealtimeUs(), trigger,
            group.Limits, group.Sample, group.Ring.ToArray());
        // A capture has the breakdown in it.
        bool isTaken = rule.Actions.Contains(RuleAction.Capture) && TryCapture(plan, rule, captures);
        if (!isTaken && records.KeepsBreakdowns && nowUs >= group.BreakdownDueUs)
            isTaken = desk.TryBegin(plan with { IsBreakdownOnly = true });
        if (isTaken)
            group.BreakdownDueUs = nowUs + BreakdownIntervalUs;
    }

    private void Resolve(WatchedGroup group, Rule rule, in RuleState state, long nowUs)
    {
        IsDirty = true;
        records.Resolved(group, rule, state, reason: null, nowUs);
    }

    private bool TryCapture(CapturePlan plan, Rule rule, CaptureOptions captures)
    {
        string? refusal = null;
        if (rule.DryRun)
            refusal = "dry run: the rule has dry_run = true";
        else if (!desk.Admits(plan, captures, out string reason))
            refusal = reason;
        else if (!desk.TryBegin(plan))
            refusal = "too many captures wait already";
        if (refusal is not null)
            records.CaptureSkipped(plan, refusal);
        return refusal is null;
    }
}
