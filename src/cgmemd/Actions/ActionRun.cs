using Cgmemd.Core.Actions;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;

namespace Cgmemd.Daemon.Actions;

/// <summary>Where the actions of an alert stand.</summary>
internal enum RunPhase : byte
{
    /// <summary>The next action is to be chosen.</summary>
    Next,

    /// <summary>The budget did not admit the next action; it is asked again, as long as the alert is on.</summary>
    Deferred,

    /// <summary>An action is admitted, and waits for its time.</summary>
    Waiting,

    /// <summary>An action has begun; what comes of it is not told yet.</summary>
    Busy,

    /// <summary>A unit was recycled, and is given time before it is measured.</summary>
    Settling,

    Over,
}

/// <summary>The actions of one alert, done one after the other.</summary>
internal sealed class ActionRun(CapturePlan plan, Rule rule, bool hasRisen)
{
    /// <summary>The alert, and the unit when it fired.</summary>
    public CapturePlan Plan { get; } = plan;

    public string Unit => Plan.Unit;

    /// <summary>The rule as it was then: its list is gone through whatever is configured meanwhile.</summary>
    public Rule Rule { get; } = rule;

    /// <summary>Whether the alert has become graver: it is worth another capture, however soon.</summary>
    public bool HasRisen { get; } = hasRisen;

    public RunPhase Phase { get; set; } = RunPhase.Next;

    /// <summary>Which action it is at.</summary>
    public int Index { get; set; } = -1;

    public RuleAction Action => Rule.Actions[Index];

    /// <summary>When the phase ends by itself, CLOCK_MONOTONIC in microseconds.</summary>
    public long DueUs { get; set; }

    /// <summary>Its place in the ledger, once admitted.</summary>
    public ActionEntry? Entry { get; set; }

    /// <summary>Whether the state file has that: nothing is done before, or a crash would give a budget anew.</summary>
    public bool IsSaved { get; set; }

    /// <summary>Whether it was said that the budget does not admit it.</summary>
    public bool IsRefusalTold { get; set; }

    /// <summary>Whether it was said that the alert is muted.</summary>
    public bool IsMuteTold { get; set; }

    /// <summary>Whether it was said that the state cannot be saved.</summary>
    public bool IsUnsavedTold { get; set; }

    /// <summary>The rule as the budget is to take it: what was put off has had its jitter.</summary>
    public Rule Admitted { get; private set; } = rule;

    /// <summary>Whether the action before failed or was refused, so that its fallback is due.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether anything was begun that the budget counts.</summary>
    public bool HasActed { get; set; }

    public long StartedUs { get; set; }

    /// <summary>Whether it was told what came of the action.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why the action failed; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>The transient unit of a command; null for other actions.</summary>
    public string? ActionUnit { get; set; }

    /// <summary>The capture that was taken for this alert, or null.</summary>
    public string? CapturePath { get; set; }

    /// <summary>What the unit used before it was recycled.</summary>
    public UsedMemory Before { get; set; }

    /// <summary>Goes to the next action of the list: a fallback only where the one before it failed.</summary>
    public void Choose()
    {
        do
            Index++;
        while (Index < Rule.Actions.Count && Action.IsFallback && !HasFailed);
        (IsDone, Failure, ActionUnit, HasFailed) = (false, null, null, false);
        Phase = Index < Rule.Actions.Count ? RunPhase.Next : RunPhase.Over;
    }

    /// <summary>Whether it is of a group of units; then <see cref="Unit"/> is the one that is acted upon.</summary>
    public bool IsOfBudget => Rule.Condition is BudgetCondition;

    public bool IsOf(string unit, Rule rule) => (Unit == unit || IsOfBudget) && Rule.Name == rule.Name;

    public void Begin(long nowUs) => (Phase, StartedUs) = (RunPhase.Busy, nowUs);

    /// <summary>Out of the ledger, to be admitted anew from a time on.</summary>
    public void PutOff(long dueUs)
    {
        (Entry, IsSaved, HasActed) = (null, false, false);
        (Phase, DueUs) = (RunPhase.Deferred, dueUs);
        Admitted = Rule with { Limits = Rule.Limits with { Jitter = TimeSpan.Zero } };
    }

    public void Tell(string? failure) => (IsDone, Failure) = (true, failure);
}
