using Cgmemd.Core.Rules;

namespace Cgmemd.Core.Varlink;

/// <summary>A rule in force, and how it stands over all units.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Kind">The kind of its condition.</param>
/// <param name="Condition">What must hold, in a line.</param>
/// <param name="Severity">Of its first level.</param>
/// <param name="Units">Its patterns.</param>
/// <param name="Watched">How many watched units they match.</param>
/// <param name="Firing">For how many of them an alert is on; of a budget, which has one for all, 0 or 1.</param>
/// <param name="Pending">For how many it holds, but not yet for long enough; of a budget 0 or 1.</param>
/// <param name="DryRun">Its actions are announced, not done.</param>
/// <param name="Actions">Its actions.</param>
public sealed record RuleSummary(
    string Rule,
    string Kind,
    string Condition,
    string Severity,
    IReadOnlyList<string> Units,
    int Watched,
    int Firing,
    int Pending,
    bool DryRun,
    IReadOnlyList<string> Actions);

public sealed record ListRulesReply(IReadOnlyList<RuleSummary> Rules);

/// <param name="Unit">
/// A unit's name, or a cgroup path that begins with a slash; null for a budget, which is of no one unit.
/// </param>
/// <param name="Rule">One rule alone; null for all of the unit's.</param>
public sealed record ExplainRulesCall(string? Unit = null, string? Rule = null);

public sealed record ExplainRulesReply(IReadOnlyList<RuleExplanation> Rules);

/// <param name="Units">A glob over units; "*" for all.</param>
/// <param name="Rules">A glob over rules; "*" for all.</param>
/// <param name="DurationUsec">For how long, a year at most.</param>
/// <param name="Reason">Why: one line, of up to <see cref="LongestReason"/> characters.</param>
public sealed record SilenceCall(string Units, string Rules, long DurationUsec, string Reason)
{
    public const int LongestReason = 200;

    public const long LongestUsec = 365L * 24 * 3_600 * 1_000_000;
}

public sealed record SilenceReply(Silence Silence);

public sealed record ListSilencesReply(IReadOnlyList<Silence> Silences);

/// <param name="Id">The number of a silence.</param>
public sealed record EndSilenceCall(uint Id);

public sealed record NoSuchRuleError(string Rule);

public sealed record NoSuchSilenceError(uint Id);
