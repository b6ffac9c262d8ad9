using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Alerts;

/// <summary>
/// Holds the rules of a group against its sample, says what came of it, and has done what a rule asks.
/// </summary>
internal sealed class Judge(
    CaptureDesk desk, ActionDesk actions, Measuring measuring, Silencing silencing, string bootId, Records records,
    TimeProvider time)
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
        Observation seen = group.Observe(nowUs);
        foreach (RuleTrack track in group.Rules)
        {
            if (track.Rule.Condition.IsQuick
                && track.Foresee(seen, group.SinceUs) is not (RuleTransition.None or RuleTransition.Repeated))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a sample into account; after a quick reading only the rules on memory.current.</summary>
    public void Evaluate(WatchedGroup group, bool isFull, long nowUs) =>
        Evaluate(group, isFull ? _ => true : condition => condition.IsQuick, nowUs);

    /// <summary>
    /// Takes the end of a unit into account, which has no sample: the kill that it may have ended by.
    /// </summary>
    public void EvaluateEnd(WatchedGroup group, long nowUs) =>
        Evaluate(group, condition => condition is EventCondition { IsOnKills: true }, nowUs);

    /// <summary>Why nothing is to be told of this rule now; null where it is to be told.</summary>
    public string? MutedBy(WatchedGroup group, Rule rule) =>
        silencing.Over(group.Name, rule.Name) ?? RuleRound.InhibitedBy(group.Rules, rule);

    /// <summary>A mark was put on the timeline of a unit, or of the host: it may end a cycle.</summary>
    public void Mark(List<WatchedGroup> groups, string? unit, string text, ulong? count, long nowUs)
    {
        foreach (WatchedGroup group in groups)
        {
            if (unit is not null && group.Name != unit)
                continue;
            foreach (RuleTrack track in group.Rules)
                (track.Memory as CycleMemory)?.Mark(text, count, nowUs);
        }

        IsDirty = true;
    }

    // At each sample of an alert that is muted: no text is made for it.
    private bool IsMuted(WatchedGroup group, Rule rule) =>
        silencing.Covers(group.Name, rule.Name) || RuleRound.Inhibitor(group.Rules, rule) is not null;

    private void Evaluate(WatchedGroup group, Func<Condition, bool> isDue, long nowUs)
    {
        RuleRound.Step(group.Rules, group.Observe(nowUs), group.SinceUs, isDue);
        foreach (RuleTrack track in group.Rules)
        {
            if (track.HasNews)
                Tell(group, track, nowUs);
            if (track.Memory is SpikeMemory spike && spike.TakeVerdict() is { } verdict)
                Return(group, track, verdict);
        }
    }

    // Minutes after the spike, when its alert may long be over: told also where that was muted, for it disturbs nobody.
    private void Return(WatchedGroup group, RuleTrack track, SpikeReturn verdict)
    {
        IsDirty = true;
        records.Returned(group, track.Rule, verdict);
    }

    private void Tell(WatchedGroup group, RuleTrack track, long nowUs)
    {
        RuleNotice notice = RuleEngine.Tell(ref track.State, track.Transition, IsMuted(group, track.Rule), nowUs);
        if (notice == RuleNotice.None)
            return;
        IsDirty = true;
        switch (notice)
        {
            case RuleNotice.Resolve:
                records.Resolved(group, track, reason: null, nowUs);
                break;
            case RuleNotice.Suppress:
                records.Suppressed(group, track, MutedBy(group, track.Rule)!);
                break;
            default:
                Fire(group, track, notice, nowUs);
                break;
        }
    }

    private void Fire(WatchedGroup group, RuleTrack track, RuleNotice notice, long nowUs)
    {
        CaptureTrigger trigger = Trigger(track);
        records.Firing(group, track, notice, trigger, nowUs);
        React(group, track.Rule, notice, trigger, nowUs);
    }

    /// <summary>What an alert was fired by.</summary>
    public static CaptureTrigger Trigger(RuleTrack track) => new(
        track.Rule.Name, track.Rule.SeverityAt(track.State.Level), track.Rule.Condition.On, track.Rule.Condition.Unit,
        track.Found.Value, track.Found.Threshold, track.State.Episode);

    /// <summary>Has done what is done for an alert that is told of a unit.</summary>
    public void React(WatchedGroup group, Rule rule, RuleNotice notice, CaptureTrigger trigger, long nowUs)
    {
        measuring.Hurry(group, nowUs);
        if (notice == RuleNotice.Repeat)
            return;
        var plan = new CapturePlan(
            group.Name, group.Cgroup.Path, group.Cgroup.Id, group.InvocationId, bootId, time.RealtimeUs(), trigger,
            group.Limits, group.Sample, group.Ring.ToArray());
        // A capture has the breakdown in it.
        bool isTaken = actions.Begin(plan, rule, hasRisen: notice == RuleNotice.Escalate, nowUs);
        if (!isTaken && records.KeepsBreakdowns && nowUs >= group.BreakdownDueUs)
            isTaken = desk.TryBegin(plan with { IsBreakdownOnly = true });
        if (isTaken)
            group.BreakdownDueUs = nowUs + BreakdownIntervalUs;
    }
}
