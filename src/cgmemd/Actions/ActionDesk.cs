using Cgmemd.Core.Actions;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Actions;

/// <summary>
/// Has the actions of alerts done: in their order, within the budget, each after a fresh look at the value. It waits
/// for nothing: the loop calls it at each tick, and systemd's answers only note what they told.
/// </summary>
internal sealed partial class ActionDesk(
    UnitControl control, LimitDesk limits, CaptureDesk captures, WatchList watched, BudgetList budgets,
    Silencing silencing, Records records, ActionRecords actions)
{
    /// <summary>More alerts than this do not have their actions done at a time.</summary>
    private const int MaxRuns = 64;

    private const long LeastRetryUs = 1_000_000;

    /// <summary>How often it is asked whether an alert is still muted.</summary>
    private const long MutedRetryUs = 5_000_000;

    private readonly List<ActionRun> _runs = [];
    private ActionOptions _options = ActionOptions.Default;
    private CaptureOptions _captureOptions = CaptureOptions.Default;
    private bool _cannotSave;

    /// <summary>What was done when.</summary>
    public ActionLedger Ledger { get; set; } = new();

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Something is admitted that is not done before the state file has it.</summary>
    public bool NeedsSave => _runs.Exists(run => run is { Entry: not null, IsSaved: false });

    /// <summary>
    /// When <see cref="Process"/> has something to do, CLOCK_MONOTONIC in microseconds; null for never.
    /// </summary>
    public long? DueUs
    {
        get
        {
            long? dueUs = control.DueUs;
            foreach (ActionRun run in _runs)
            {
                // systemd's answers have their own time limit.
                if (run.Phase != RunPhase.Busy || run.IsDone || run.Action is CaptureAction)
                    dueUs = Math.Min(dueUs ?? long.MaxValue, run.IsDone ? 0 : run.DueUs);
            }

            return dueUs;
        }
    }

    public void Configure(ActionOptions options, CaptureOptions captureOptions) =>
        (_options, _captureOptions) = (options, captureOptions);

    /// <summary>An alert has fired or risen. Nothing but a capture is begun before <see cref="Process"/>.</summary>
    /// <returns>Whether a capture was begun.</returns>
    public bool Begin(CapturePlan plan, Rule rule, bool hasRisen, long nowUs)
    {
        if (rule.Actions.Count == 0)
            return false;
        var run = new ActionRun(plan, rule, hasRisen);
        run.Choose();
        if (_runs.Count >= MaxRuns)
        {
            actions.Skipped(run, $"busy: {_runs.Count} alerts have their actions done already");
            return false;
        }

        // One that has waited since the alert was less grave.
        if (_runs.Find(other => other.Phase == RunPhase.Deferred && other.IsOf(plan.Unit, rule)) is { } before)
            Close(before);
        Prepare(run, nowUs);
        if (run.Phase != RunPhase.Over)
            _runs.Add(run);
        return run.Phase == RunPhase.Busy;
    }

    /// <summary>The state file has all that was admitted.</summary>
    public void Saved()
    {
        _cannotSave = false;
        foreach (ActionRun run in _runs)
            run.IsSaved = run.Entry is not null;
    }

    /// <summary>
    /// The state file could not be written. What acts on a unit waits until it can: a crash would give its budget anew.
    /// A command may go on, for it may be there to tell of the full disk.
    /// </summary>
    public void Unsaved(long nowUs)
    {
        _cannotSave = true;
        foreach (ActionRun run in _runs)
        {
            if (run is not { Phase: RunPhase.Waiting, IsSaved: false, Action.ActsOnUnit: true })
                continue;
            if (!run.IsUnsavedTold)
                actions.Skipped(run, "the state cannot be saved; tried again");
            run.IsUnsavedTold = true;
            run.DueUs = Math.Max(run.DueUs, nowUs + LeastRetryUs);
        }
    }

    /// <summary>Goes on with all that can go on.</summary>
    /// <param name="read">Reads a group in full, and judges it.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public void Process(Action<WatchedGroup, long> read, long nowUs)
    {
        if (_runs.Count == 0)
            return;
        control.Expire(nowUs);
        // A reading may bring about another alert, whose actions join the list.
        for (int i = 0; i < _runs.Count; i++)
        {
            ActionRun run = _runs[i];
            while (Advance(run, read, nowUs))
            {
            }
        }

        _runs.RemoveAll(run => run.Phase == RunPhase.Over);
    }

    /// <summary>What came of a capture: the action behind it may begin.</summary>
    public void Captured(CaptureOutcome outcome)
    {
        foreach (ActionRun run in _runs)
        {
            bool isMeant = run.Phase == RunPhase.Busy && run.Action is CaptureAction
                && ReferenceEquals(run.Plan, outcome.Plan);
            if (!isMeant)
                continue;
            run.CapturePath = outcome.Path;
            run.Tell(outcome.Failure);
        }
    }

    /// <summary>The daemon stops: what is not done will not be, and is said.</summary>
    public void Stop(long nowUs)
    {
        foreach (ActionRun run in _runs)
        {
            if (run.Phase == RunPhase.Settling)
                actions.Done(run, nowUs - run.StartedUs);
            else if (run.Phase == RunPhase.Busy && run.Action.IsBudgeted)
                actions.Failed(run, nowUs - run.StartedUs, "cgmemd stopped before it was told what came of it");
            else if (run.Phase == RunPhase.Waiting)
                actions.Skipped(run, "cgmemd stops");
            Close(run);
        }

        _runs.Clear();
    }

    // False when there is nothing to do for it now.
    private bool Advance(ActionRun run, Action<WatchedGroup, long> read, long nowUs)
    {
        switch (run.Phase)
        {
            case RunPhase.Deferred when !IsOn(run):
                Close(run);
                return false;
            case RunPhase.Deferred when nowUs >= run.DueUs && IsLooked(run) && !IsFiring(run):
                run.DueUs = nowUs + LeastRetryUs;
                return false;
            case RunPhase.Deferred when nowUs >= run.DueUs:
                run.Phase = RunPhase.Next;
                break;
            case RunPhase.Next:
                Prepare(run, nowUs);
                break;
            case RunPhase.Waiting when nowUs >= run.DueUs && (run.IsSaved || (_cannotSave && !run.Action.ActsOnUnit)):
                Act(run, read, nowUs);
                break;
            case RunPhase.Busy when run.IsDone:
                Finish(run, nowUs);
                break;
            case RunPhase.Busy when run.Action is CaptureAction && nowUs >= run.DueUs:
                // Its thread may hang on the target's mmap_lock; what is behind it in the list is not to.
                actions.Failed(
                    run, nowUs - run.StartedUs, $"not done within {TimeSpanText.Format(run.Action.Timeout)}");
                Continue(run, hasFailed: true);
                break;
            case RunPhase.Settling when nowUs >= run.DueUs:
                Measure(run, read, nowUs);
                break;
            default:
                return false;
        }

        return run.Phase != RunPhase.Over;
    }

    // Whether the alert is still on, as far as is known without reading.
    private bool IsOn(ActionRun run) =>
        watched.Find(run.Unit) is { } group && IsSame(run, group) && TrackOf(run) is { IsTold: true }
        && (!run.IsOfBudget || budgets.Find(run.Rule.Name)?.Sum.IsEnding == false);

    // A value that is unknown or about to be over may be back before the alert has ended.
    private bool IsFiring(ActionRun run) => run.IsOfBudget
        ? budgets.Find(run.Rule.Name)?.Sum.Peek() is { IsKnown: true, Level: > 0 }
        : TrackOf(run) is { Found.IsKnown: true, State.Phase: RulePhase.Firing };

    // The rule at work, for the unit or for the group that the unit is of; null where it is not there any more.
    private RuleTrack? TrackOf(ActionRun run) => run.IsOfBudget
        ? budgets.Find(run.Rule.Name)?.Sum.Track
        : watched.Find(run.Unit)?.FindRule(run.Rule.Name);

    // Chooses among what is left until something waits or is begun.
    private void Prepare(ActionRun run, long nowUs)
    {
        while (run.Phase == RunPhase.Next)
        {
            if (!run.Action.IsBudgeted)
            {
                if (TryCapture(run, nowUs) is not null)
                    Continue(run, hasFailed: !Present(run).DryRun);
            }
            else if (WhyNever(run) is { } refusal)
            {
                actions.Skipped(run, refusal);
                Continue(run, hasFailed: !Present(run).DryRun);
            }
            else if (MutedBy(run) is { } muted)
            {
                Mute(run, muted, nowUs);
            }
            else
            {
                Admit(run, nowUs);
            }
        }
    }

    // What a silence or a graver alert has begun to cover since is not to be acted upon.
    private string? MutedBy(ActionRun run) => silencing.Over(run.Unit, run.Rule.Name)
        ?? (watched.Find(run.Unit) is { } group ? RuleRound.InhibitedBy(group.Rules, run.Rule) : null);

    private void Mute(ActionRun run, string reason, long nowUs)
    {
        if (!run.IsMuteTold)
            actions.Skipped(run, reason);
        run.IsMuteTold = true;
        PutOff(run, nowUs + MutedRetryUs);
    }

    // To be admitted anew: what was done of the list counts, and the rest is another turn.
    private void PutOff(ActionRun run, long dueUs)
    {
        GiveBack(run);
        run.PutOff(dueUs);
    }

    // The rule as it is now: a reload may have changed it.
    private Rule Present(ActionRun run) => TrackOf(run)?.Rule ?? run.Rule;

    private string? WhyNever(ActionRun run) => Present(run).DryRun ? DryRun
        : run.Action.ActsOnUnit ? ProtectedUnits.Refusal(run.Unit)
        : null;

    // The list is admitted as a whole, where its first action that is no capture is due.
    private void Admit(ActionRun run, long nowUs)
    {
        if (run.Entry is null)
        {
            ActionVerdict verdict = Decide(run, nowUs);
            if (verdict.AtUs is not { } atUs)
            {
                if (!run.IsRefusalTold)
                    actions.Skipped(run, verdict.Reason + "; tried again while the alert is on");
                run.IsRefusalTold = true;
                run.Phase = RunPhase.Deferred;
                run.DueUs = Math.Max(verdict.RetryUs, nowUs + LeastRetryUs);
                return;
            }

            run.Entry = Ledger.Add(run.Unit, run.Rule.Name, atUs);
            IsDirty = true;
        }

        run.Phase = RunPhase.Waiting;
        run.DueUs = Math.Max(run.Entry.TimeUs, nowUs);
    }

    private ActionVerdict Decide(ActionRun run, long nowUs)
    {
        ActionRun? other = _runs.Find(other =>
            other != run && other.Unit == run.Unit && other is { Entry: not null, Phase: not RunPhase.Over });
        return other is null
            ? ActionBudget.Decide(Ledger, run.Unit, run.Admitted, run.Plan.Trigger.Episode, _options, nowUs)
            : new ActionVerdict(
                null, $"busy: the actions of the rule {other.Rule.Name} for this unit are not done yet", nowUs);
    }

    // Null where it was begun, else why not: said already, in its own kind of event.
    private string? TryCapture(ActionRun run, long nowUs)
    {
        string? refusal = null;
        if (Present(run).DryRun)
            refusal = DryRun;
        else if (!captures.Admits(run.Plan, _captureOptions, run.HasRisen, out string reason))
            refusal = reason;
        else if (!captures.TryBegin(run.Plan))
            refusal = "too many captures wait already";
        if (refusal is null)
        {
            run.Begin(nowUs);
            run.DueUs = nowUs + (long)run.Action.Timeout.TotalMicroseconds;
        }
        else
        {
            records.CaptureSkipped(run.Plan, refusal);
        }

        return refusal;
    }

    private void Continue(ActionRun run, bool hasFailed)
    {
        run.HasFailed = hasFailed;
        run.Choose();
        if (run.Phase == RunPhase.Over)
            Close(run);
    }

    private void Close(ActionRun run)
    {
        run.Phase = RunPhase.Over;
        GiveBack(run);
    }

    // What nothing was done for is not held against the unit.
    private void GiveBack(ActionRun run)
    {
        if (run is not { Entry: { } entry, HasActed: false })
            return;
        Ledger.Remove(entry.Number);
        IsDirty = true;
    }
}
