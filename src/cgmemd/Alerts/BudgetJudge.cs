using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Daemon.Watching;

namespace Cgmemd.Daemon.Alerts;

/// <summary>
/// Holds the budgets against what their units use together, says what came of it, and has done what a rule asks: to
/// the unit that uses most.
/// </summary>
internal sealed class BudgetJudge(
    BudgetList budgets, WatchList watched, Judge judge, Silencing silencing, BudgetRecords records)
{
    /// <summary>
    /// Near its budget a group is read so many units to a shortest interval: what a group costs does not grow with it.
    /// </summary>
    private const int UnitsAnInterval = 16;

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>
    /// When a <c>for</c> or <c>keep_firing_for</c> runs out, CLOCK_MONOTONIC in microseconds; null for never.
    /// </summary>
    public long? DueUs(long nowUs)
    {
        long? dueUs = null;
        foreach (Budget budget in budgets.All)
        {
            // One that is past was judged then and could not be.
            if (DeadlineOf(budget) is { } deadlineUs && deadlineUs > nowUs)
                dueUs = Math.Min(dueUs ?? long.MaxValue, deadlineUs);
        }

        return dueUs;
    }

    /// <summary>Takes over a configuration that the watch list has already.</summary>
    public void Configure(SamplingOptions sampling, ByteLimit host, long nowUs)
    {
        List<BudgetState> unclaimed = budgets.Configure(sampling, host, dropped =>
        {
            if (dropped.Track.IsTold)
                records.Resolved(dropped, "the rule was removed", nowUs);
        });
        foreach (BudgetState state in unclaimed)
        {
            if (state.Rule.IsFiring && state.Rule.ToldUs != 0)
                records.ResolvedUnseen(state, nowUs);
        }

        IsDirty = true;
    }

    /// <summary>Judges the budgets whose units were read, after all that were due have been.</summary>
    /// <param name="read">Reads a group in full, and judges it.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public void Evaluate(Action<WatchedGroup, long> read, long nowUs)
    {
        budgets.Follow();
        foreach (Budget budget in budgets.All)
        {
            if (IsDue(budget, nowUs))
                Evaluate(budget, read, nowUs);
        }
    }

    /// <summary>Why nothing is to be told of a budget now; null where it is to be told.</summary>
    public string? MutedBy(Rule rule) => silencing.Over(Silencing.NoUnit, rule.Name);

    private void Evaluate(Budget budget, Action<WatchedGroup, long> read, long nowUs)
    {
        RuleTrack track = budget.Sum.Track;
        budgets.Sum(budget, nowUs);
        // An alert tells of one instant.
        bool wouldAct = track.Foresee(budget.Sum.Observe(nowUs), startedUs: 0)
            is not (RuleTransition.None or RuleTransition.Repeated);
        if (wouldAct)
            budgets.Read(budget, read, nowUs);
        budget.IsDue = false;
        track.Step(budget.Sum.Observe(nowUs), startedUs: 0);
        if (track.HasNews)
            Tell(budget, nowUs);
        Hasten(budget, nowUs);
    }

    private static bool IsDue(Budget budget, long nowUs)
    {
        if (budget.IsDue || DeadlineOf(budget) <= nowUs)
            return true;
        bool isQuick = budget.Sum.Condition.IsQuick;
        foreach (WatchedGroup member in budget.Members)
        {
            if ((isQuick ? member.Sample.TimestampUs : member.FullReadUs) == nowUs)
                return true;
        }

        return false;
    }

    private static long? DeadlineOf(Budget budget) => RuleEngine.Deadline(budget.Sum.Rule, budget.Sum.Track.State);

    private void Tell(Budget budget, long nowUs)
    {
        BudgetTrack sum = budget.Sum;
        RuleTrack track = sum.Track;
        bool isMuted = silencing.Covers(Silencing.NoUnit, sum.Rule.Name);
        RuleNotice notice = RuleEngine.Tell(ref track.State, track.Transition, isMuted, nowUs);
        if (notice == RuleNotice.None)
            return;
        IsDirty = true;
        if (notice == RuleNotice.Resolve)
        {
            records.Resolved(sum, reason: null, nowUs);
            sum.Subject = null;
        }
        else if (sum.Greatest is { } unit && watched.Find(unit) is { } greatest)
        {
            Tell(sum, greatest, notice, nowUs);
        }
    }

    private void Tell(BudgetTrack sum, WatchedGroup greatest, RuleNotice notice, long nowUs)
    {
        if (notice == RuleNotice.Suppress)
        {
            records.Suppressed(sum, greatest, MutedBy(sum.Rule)!);
            return;
        }

        if (notice == RuleNotice.Fire || sum.Subject is null)
            sum.Subject = new BudgetSubject(greatest.Name, greatest.Cgroup.Path, greatest.InvocationId);
        var trigger = Judge.Trigger(sum.Track);
        records.Firing(sum, greatest, notice, trigger, nowUs);
        judge.React(greatest, sum.Rule, notice, trigger, nowUs);
    }

    // Has the units read sooner as their sum comes near the next bound, and when a time of the rule's runs out.
    private void Hasten(Budget budget, long nowUs)
    {
        BudgetTrack sum = budget.Sum;
        long dueUs = long.MaxValue;
        if (DeadlineOf(budget) is { } deadlineUs && deadlineUs > nowUs)
            dueUs = deadlineUs;
        if (sum.Track.State.Phase != RulePhase.Pending && sum.Total is { } total
            && sum.Condition.NextAbove(sum.Observe(nowUs).Limits, sum.Track.State.FiringLevel) is { } bound
            && total <= bound)
        {
            double rate = 0;
            foreach (WatchedGroup member in budget.Members)
                rate += member.Rate;
            SamplingOptions sampling = budgets.Sampling;
            TimeSpan wait = Pace.Next(total, rate, bound, sampling);
            TimeSpan least = sampling.MinInterval * (1 + (budget.Members.Count / UnitsAnInterval));
            wait = wait > least ? wait : least;
            if (wait < sampling.Interval)
                dueUs = Math.Min(dueUs, nowUs + (long)wait.TotalMicroseconds);
        }

        foreach (WatchedGroup member in budget.Members)
        {
            member.DueUs = Math.Min(member.DueUs, dueUs);
            if (!sum.Condition.IsQuick)
                member.FullDueUs = Math.Min(member.FullDueUs, dueUs);
        }
    }
}
