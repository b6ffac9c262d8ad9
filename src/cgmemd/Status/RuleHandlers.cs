using Cgmemd.Core.Rules;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Status;

/// <summary>Answers the calls that are about rules and silences.</summary>
internal sealed class RuleHandlers(
    WatchList watched, BudgetList budgets, Judge judge, BudgetJudge budgetJudge, Silencing silencing, LimitDesk limits,
    TimeProvider time)
{
    public VarlinkReply List() => VarlinkReply.Of(
        new ListRulesReply([.. watched.Rules.Select(Summary)]), WrittenReplyJson.Default.ListRulesReply);

    /// <summary>Tells the rules of a mark, whether or not the history can take it.</summary>
    public void Mark(MarkCall mark) => judge.Mark(watched.All, mark.Unit, mark.Text, mark.Count, time.NowUs());

    public VarlinkReply Explain(VarlinkCall call)
    {
        if (!call.TryGetParameters(
            VarlinkJson.Default.ExplainRulesCall, out ExplainRulesCall wanted, out VarlinkReply refusal))
        {
            return refusal;
        }

        if (wanted.Unit is not { } unit)
            return ExplainBudget(wanted.Rule);
        if (watched.Find(unit) is not { } group)
        {
            return VarlinkReply.OfError(
                DaemonInterface.NoSuchUnit, new NoSuchUnitError(unit), WrittenReplyJson.Default.NoSuchUnitError);
        }

        List<RuleExplanation> explanations = [];
        foreach (RuleTrack track in group.Rules)
        {
            if (wanted.Rule is null || track.Rule.Name == wanted.Rule)
                explanations.Add(Explain(group, track));
        }

        foreach (Budget budget in budgets.All)
        {
            if (budget.IsFor(group) && (wanted.Rule is null || budget.Sum.Rule.Name == wanted.Rule))
                explanations.Add(Explain(budget));
        }

        return explanations.Count == 0 && wanted.Rule is { } name ? NoSuchRule(name) : Explained(explanations);
    }

    public VarlinkReply Silence(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.SilenceCall, out SilenceCall wanted, out VarlinkReply refusal))
            return refusal;
        if (!IsLine(wanted.Units))
            return VarlinkReply.InvalidParameter("units");
        if (!IsLine(wanted.Rules))
            return VarlinkReply.InvalidParameter("rules");
        if (!IsLine(wanted.Reason))
            return VarlinkReply.InvalidParameter("reason");
        if (wanted.DurationUsec is <= 0 or > SilenceCall.LongestUsec)
            return VarlinkReply.InvalidParameter("duration_usec");
        return silencing.Begin(wanted.Units, wanted.Rules, wanted.DurationUsec, wanted.Reason) is { } silence
            ? VarlinkReply.Of(new SilenceReply(silence), WrittenReplyJson.Default.SilenceReply)
            : VarlinkReply.OfError(DaemonInterface.TooManySilences);
    }

    public VarlinkReply ListSilences() => VarlinkReply.Of(
        new ListSilencesReply(silencing.Silences.All), WrittenReplyJson.Default.ListSilencesReply);

    public VarlinkReply EndSilence(VarlinkCall call)
    {
        if (!call.TryGetParameters(
            VarlinkJson.Default.EndSilenceCall, out EndSilenceCall wanted, out VarlinkReply refusal))
        {
            return refusal;
        }

        return silencing.End(wanted.Id) is { } silence
            ? VarlinkReply.Of(new SilenceReply(silence), WrittenReplyJson.Default.SilenceReply)
            : VarlinkReply.OfError(
                DaemonInterface.NoSuchSilence, new NoSuchSilenceError(wanted.Id),
                WrittenReplyJson.Default.NoSuchSilenceError);
    }

    private VarlinkReply ExplainBudget(string? rule)
    {
        if (rule is null)
            return VarlinkReply.InvalidParameter("unit");
        return budgets.Find(rule) is { } budget ? Explained([Explain(budget)]) : NoSuchRule(rule);
    }

    private static VarlinkReply Explained(List<RuleExplanation> explanations) => VarlinkReply.Of(
        new ExplainRulesReply(explanations), WrittenReplyJson.Default.ExplainRulesReply);

    private static VarlinkReply NoSuchRule(string rule) => VarlinkReply.OfError(
        DaemonInterface.NoSuchRule, new NoSuchRuleError(rule), WrittenReplyJson.Default.NoSuchRuleError);

    // As it was judged last, like other rules.
    private RuleExplanation Explain(Budget budget) =>
        budget.Sum.Explain(time.NowUs(), budgetJudge.MutedBy(budget.Sum.Rule));

    private RuleExplanation Explain(WatchedGroup group, RuleTrack track)
    {
        long nowUs = time.NowUs();
        // What was judged is shown, and its sample: one that is read now would be judged by nobody.
        Observation seen = group.Observe(nowUs);
        RuleExplanation explained =
            RuleExplanation.Of(track, seen, group.SinceUs, judge.MutedBy(group, track.Rule));
        return track.Rule.Tripwire ? explained with { Tripwire = limits.Standing(group, track, nowUs) } : explained;
    }

    private RuleSummary Summary(Rule rule)
    {
        int matching = 0, firing = 0, pending = 0;
        if (budgets.Find(rule.Name) is { } budget)
        {
            matching = budget.Members.Count;
            firing = budget.Sum.Track.State.IsFiring ? 1 : 0;
            pending = budget.Sum.Track.State.Phase == RulePhase.Pending ? 1 : 0;
        }

        foreach (WatchedGroup group in watched.All)
        {
            if (group.FindRule(rule.Name) is not { } track)
                continue;
            matching++;
            firing += track.State.IsFiring ? 1 : 0;
            pending += track.State.Phase == RulePhase.Pending ? 1 : 0;
        }

        return new RuleSummary(
            rule.Name, rule.Condition.Kind, ConditionText.Summary(rule.Condition), SeverityText.Of(rule.SeverityAt(1)),
            rule.Units, matching, firing, pending, rule.DryRun, ActionNames(rule));
    }

    // No LINQ over a type of value: ahead of time each such is compiled with every other one.
    private static List<string> ActionNames(Rule rule)
    {
        List<string> names = [];
        foreach (RuleAction action in rule.Actions)
            names.Add(action.Text);
        return names;
    }

    private static bool IsLine(string text) =>
        text.Length is > 0 and <= SilenceCall.LongestReason && !text.Any(char.IsControl);
}
