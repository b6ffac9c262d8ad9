using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Actions;

/// <summary>What is done when an action's time has come, and what came of it.</summary>
internal sealed partial class ActionDesk
{
    private const string DryRun = "dry run: the rule has dry_run = true";

    private void Act(ActionRun run, Action<WatchedGroup, long> read, long nowUs)
    {
        WatchedGroup? group = watched.Find(run.Unit);
        bool isLooked = IsLooked(run);
        if (isLooked)
            Look(run, ref group, read, nowUs);
        string? reason = WhyNotNow(run, group) ?? (isLooked ? WhyNot(run, group, nowUs) : null);
        if (reason is null && MutedBy(run) is { } muted)
        {
            Mute(run, muted, nowUs);
            return;
        }

        // It may be back within the same alert, of which nothing more will be told.
        if (reason is not null && !run.HasActed && group is not null && TrackOf(run) is { Rule.DryRun: false }
            && IsOn(run) && (!IsFiring(run) || group.FullReadUs < nowUs))
        {
            PutOff(run, nowUs + LeastRetryUs);
            return;
        }

        if (reason is not null)
        {
            // What has passed for one has passed for all.
            actions.Skipped(run, reason);
            Close(run);
            return;
        }

        RuleAction action = run.Action;
        run.Begin(nowUs);
        run.HasActed = true;
        if (action is RecycleAction recycle)
        {
            run.Before = UsedMemory.Of(group!);
            action = recycle.By;
        }

        switch (action)
        {
            case ReloadAction:
                control.Reload(run.Unit, action.Timeout, nowUs, run.Tell);
                break;
            case RestartAction:
                control.Restart(run.Unit, action.Timeout, nowUs, run.Tell);
                break;
            case SignalAction signal:
                control.Kill(run.Unit, signal.To, SignalNumber.Find(signal.Signal)!.Value, nowUs, run.Tell);
                break;
            case EnforceAction enforce:
                limits.Enforce(group!, enforce, run.Rule.Name, nowUs, run.Tell);
                break;
            case ExecAction exec:
                Run(run, exec, nowUs);
                break;
            default:
                throw new InvalidOperationException($"no way to {action.Word}");
        }
    }

    // A command behind something that was done may be there to tell of it, whatever has become of the unit; and one for
    // an event, which has happened.
    private static bool IsLooked(ActionRun run) =>
        run.Action.ActsOnUnit || !(run.HasActed || run.Rule.Condition is EventCondition);

    // What the configuration says now, which may be another than when the alert fired. Of a unit that is gone, only the
    // former is known.
    private string? WhyNotNow(ActionRun run, WatchedGroup? group)
    {
        if (group is null)
            return null;
        return TrackOf(run) is not { } track ? "the rule was removed"
            : track.Rule.DryRun ? DryRun
            : null;
    }

    private void Run(ActionRun run, ExecAction exec, long nowUs)
    {
        run.ActionUnit = $"cgmemd-action-{run.Rule.Name}-{Ledger.TakeNumber()}.service";
        IsDirty = true;
        control.Run(
            new TransientCommand(
                run.ActionUnit, $"Action of cgmemd's rule {run.Rule.Name} for {run.Unit}", exec.Command,
                ActionEnvironment.Of(run), exec.Timeout),
            nowUs, run.Tell);
    }

    // Looks at the unit again: much may have changed since the alert fired.
    private void Look(ActionRun run, ref WatchedGroup? group, Action<WatchedGroup, long> read, long nowUs)
    {
        if (group is not null && IsSame(run, group) && group.FullReadUs < nowUs)
        {
            group.DueUs = group.FullDueUs = nowUs;
            read(group, nowUs);
            if (run.IsOfBudget && budgets.Find(run.Rule.Name) is { } budget)
                budgets.Read(budget, read, nowUs);
            group = watched.Find(run.Unit);
        }
    }

    // Null where the action is still due.
    private string? WhyNot(ActionRun run, WatchedGroup? group, long nowUs)
    {
        if (group is null || !IsSame(run, group))
            return "the unit has ended since the alert fired";
        if (TrackOf(run) is not { } track)
            return "the rule was removed";
        if (run is { IsOfBudget: true, HasActed: false }
            && budgets.Find(run.Rule.Name)?.Sum.Greatest is { } greatest && greatest != run.Unit)
        {
            return $"{greatest} is the greatest now";
        }

        Condition condition = track.Rule.Condition;
        Finding found = run.IsOfBudget ? budgets.Find(run.Rule.Name)!.Sum.Peek() : track.Found;
        if (group.FullReadUs < nowUs || !found.IsKnown)
            return $"{condition.On} cannot be read now";
        return IsFiring(run)
            ? null
            : $"the condition has passed: {condition.On} is {ConditionText.Value(condition, found.Value)}";
    }

    private static bool IsSame(ActionRun run, WatchedGroup group) =>
        group.VanishedUs is null && group.Cgroup.Id == run.Plan.CgroupId
        && group.InvocationId == run.Plan.InvocationId;

    private void Finish(ActionRun run, long nowUs)
    {
        long durationUs = nowUs - run.StartedUs;
        if (!run.Action.IsBudgeted)
        {
            Continue(run, hasFailed: run.Failure is not null);
            return;
        }

        if (run.Failure is { } reason)
        {
            actions.Failed(run, durationUs, reason);
            Continue(run, hasFailed: true);
        }
        else if (run.Action is RecycleAction recycle)
        {
            run.Phase = RunPhase.Settling;
            run.DueUs = nowUs + (long)recycle.Settle.TotalMicroseconds;
        }
        else
        {
            actions.Done(run, durationUs);
            Continue(run, hasFailed: false);
        }
    }

    // After a restart it is the new invocation that is measured.
    private void Measure(ActionRun run, Action<WatchedGroup, long> read, long nowUs)
    {
        if (watched.Find(run.Unit) is { VanishedUs: null } group)
        {
            group.DueUs = group.FullDueUs = nowUs;
            read(group, nowUs);
        }

        string settle = TimeSpanText.Format(((RecycleAction)run.Action).Settle);
        if (watched.Find(run.Unit) is not { VanishedUs: null } measured || measured.FullReadUs < nowUs)
        {
            actions.Failed(run, nowUs - run.StartedUs, $"{settle} after it, the unit does not run");
            Continue(run, hasFailed: true);
            return;
        }

        actions.Recycled(run, UsedMemory.Of(measured), nowUs - run.StartedUs);
        Continue(run, hasFailed: false);
    }
}
