using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>One thing that a rule asks for.</summary>
/// <param name="Text">What, with its bound: <c>memory.current &gt; 80% of memory.max (819.2M)</c>.</param>
/// <param name="Now">How it is now: <c>512M</c>; or why it cannot be told.</param>
/// <param name="Holds">Whether it holds; null where it cannot be told.</param>
public sealed record RuleClause(string Text, string Now, bool? Holds = null);

/// <summary>How one rule stands for one unit, and why.</summary>
public sealed record RuleExplanation
{
    public required string Rule { get; init; }

    /// <summary>The kind of its condition.</summary>
    public required string Kind { get; init; }

    /// <summary><c>inactive</c>, <c>pending</c>, <c>firing</c> or <c>clearing</c>.</summary>
    public required string State { get; init; }

    /// <summary>Of the alert that is on, or of the first level.</summary>
    public required string Severity { get; init; }

    /// <summary>How many times it has fired for this unit.</summary>
    public required uint Episode { get; init; }

    /// <summary>What the rule asks for, in the order it is judged.</summary>
    public required IReadOnlyList<RuleClause> Clauses { get; init; }

    /// <summary>Of a budget: what each of its units uses, the greatest first; null for other kinds.</summary>
    public IReadOnlyList<BudgetMember>? Members { get; init; }

    /// <summary>Why it would not be told; null when it would be.</summary>
    public string? SuppressedBy { get; init; }

    /// <summary>Whether its tripwire is armed, or why not; null where it is to have none.</summary>
    public string? Tripwire { get; init; }

    /// <summary>What has to happen for it to fire, or to resolve where it fires.</summary>
    public required string Next { get; init; }

    /// <summary>Explains a rule as it stands after the latest sample.</summary>
    /// <param name="track">The rule at work.</param>
    /// <param name="seen">The unit now.</param>
    /// <param name="startedUs">When the invocation began.</param>
    /// <param name="suppressedBy">What mutes it, or null.</param>
    public static RuleExplanation Of(RuleTrack track, in Observation seen, long startedUs, string? suppressedBy)
    {
        Rule rule = track.Rule;
        ref readonly RuleState state = ref track.State;
        List<RuleClause> clauses = [.. ConditionText.Clauses(track, seen)];
        if (rule.StartupGrace > TimeSpan.Zero)
        {
            clauses.Add(new RuleClause(
                $"it has run for {Span(rule.StartupGrace)}", Since(startedUs, seen.NowUs),
                seen.NowUs - startedUs >= rule.StartupGrace.TotalMicroseconds));
        }

        if (rule.For > TimeSpan.Zero && !state.IsFiring)
        {
            bool isPending = state.Phase == RulePhase.Pending;
            clauses.Add(new RuleClause(
                $"it has held for {Span(rule.For)}",
                isPending ? Since(state.SinceUs, seen.NowUs) : "it does not hold", Holds: false));
        }

        return new RuleExplanation
        {
            Rule = rule.Name,
            Kind = rule.Condition.Kind,
            State = NameOf(state.Phase),
            Severity = SeverityText.Of(rule.SeverityAt(Math.Max(state.FiringLevel, (byte)1))),
            Episode = state.Episode,
            Clauses = clauses,
            SuppressedBy = suppressedBy,
            Next = NextOf(track, seen, startedUs),
        };
    }

    /// <summary>A phase, as people and machines read it.</summary>
    public static string NameOf(RulePhase phase) => phase switch
    {
        RulePhase.Inactive => "inactive",
        RulePhase.Pending => "pending",
        RulePhase.Firing => "firing",
        _ => "clearing",
    };

    private static string NextOf(RuleTrack track, in Observation seen, long startedUs)
    {
        Rule rule = track.Rule;
        ref readonly RuleState state = ref track.State;
        if (!track.Found.IsKnown)
            return $"cannot be judged: {ConditionText.WhyUnknown(track, seen)}";
        long graceUs = (long)rule.StartupGrace.TotalMicroseconds - (seen.NowUs - startedUs);
        return state.Phase switch
        {
            RulePhase.Inactive when graceUs > 0 => $"may fire in {Span(graceUs)}, after its startup_grace",
            RulePhase.Inactive when rule.For > TimeSpan.Zero => $"fires when it has held for {Span(rule.For)}",
            RulePhase.Inactive => "fires as soon as it holds",
            RulePhase.Pending => $"fires in {Left(rule.For, state.SinceUs, seen.NowUs)} if it goes on to hold",
            RulePhase.Firing => $"resolves {ConditionText.UntilCleared(track, seen)}"
                + (rule.KeepFiringFor > TimeSpan.Zero ? $", for {Span(rule.KeepFiringFor)}" : ""),
            _ => $"resolves in {Left(rule.KeepFiringFor, state.SinceUs, seen.NowUs)} if it does not hold again",
        };
    }

    private static string Left(TimeSpan wanted, long sinceUs, long nowUs) =>
        Span(Math.Max(0, (long)wanted.TotalMicroseconds - (nowUs - sinceUs)));

    private static string Since(long sinceUs, long nowUs) => Span(Math.Max(0, nowUs - sinceUs));

    private static string Span(TimeSpan span) => TimeSpanText.Format(span);

    private static string Span(long us) => ValueText.Human(ValueUnit.Microseconds, (ulong)us);
}
