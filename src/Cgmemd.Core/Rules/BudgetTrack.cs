using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>What one unit of a budget uses, as it was read last.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Value">In bytes; null where its latest reading does not tell.</param>
/// <param name="TakenUs">When it was read: CLOCK_MONOTONIC in microseconds; 0 for never.</param>
public readonly record struct BudgetShare(string Unit, ulong? Value, long TakenUs);

/// <summary>What one unit of a budget uses, as people and machines read it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Value">In bytes; null where it is not known.</param>
/// <param name="Unknown">Why not; null where it is.</param>
public sealed record BudgetMember(string Unit, ulong? Value = null, string? Unknown = null);

/// <summary>The unit that entries about an alert of a budget are about: the greatest when it was told.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Cgroup">Its cgroup, below the root.</param>
/// <param name="InvocationId">32 hexadecimal digits, or null.</param>
public sealed record BudgetSubject(string Unit, string? Cgroup, string? InvocationId);

/// <summary>
/// A budget at work: what its units use, and where the rule stands for them all. The alert is one for the group. The
/// sum is told only where every unit that runs tells its own: one that is missing is not zero.
/// </summary>
public sealed class BudgetTrack(Rule rule)
{
    private Sample _sum;
    private Limits _host;
    private long _longestUs;

    public Rule Rule => Track.Rule;

    public BudgetCondition Condition => (BudgetCondition)Track.Rule.Condition;

    /// <summary>The rule's state, for the group.</summary>
    public RuleTrack Track { get; } = new(rule);

    /// <summary>What each unit that runs uses: to be filled before <see cref="Sum"/>.</summary>
    public List<BudgetShare> Shares { get; } = [];

    /// <summary>The unit that the alert which is on was told of; null while none was.</summary>
    public BudgetSubject? Subject { get; set; }

    /// <summary>The sum of the shares in bytes; null where it cannot be told.</summary>
    public ulong? Total => _sum[Condition.Metric];

    /// <summary>What a share of the host's memory is of.</summary>
    public ByteLimit Host => _host.EffectiveMax;

    /// <summary>Sums up the shares.</summary>
    /// <param name="host">The host's memory.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    /// <param name="longestUs">A value that was read longer ago is not known any more.</param>
    public void Sum(ByteLimit host, long nowUs, long longestUs)
    {
        _host = new Limits(ByteLimit.Max, ByteLimit.Max, ByteLimit.Max, ByteLimit.Max, host);
        (_longestUs, _sum.TimestampUs) = (longestUs, nowUs);
        _sum.Clear(Condition.Metric);
        ulong total = 0;
        foreach (BudgetShare share in Shares)
        {
            if (!IsKnown(share))
                return;
            ulong value = share.Value!.Value;
            total = value > ulong.MaxValue - total ? ulong.MaxValue : total + value;
        }

        _sum.Set(Condition.Metric, total);
    }

    /// <summary>The group as conditions see it: one unit, whose value is the sum.</summary>
    public Observation Observe(long nowUs) => new(_sum, _host, nowUs);

    /// <summary>What the rule finds of the sum, without taking it into account.</summary>
    public Finding Peek() =>
        Condition.Judge(memory: null, Observe(_sum.TimestampUs), Track.State.FiringLevel);

    /// <summary>Whether the alert that is on ends with this sum.</summary>
    public bool IsEnding =>
        Track.Foresee(Observe(_sum.TimestampUs), startedUs: 0) == RuleTransition.Resolved;

    /// <summary>The unit that uses most; null where nothing is known of any.</summary>
    public string? Greatest
    {
        get
        {
            BudgetShare? greatest = null;
            foreach (BudgetShare share in Shares)
            {
                if (IsKnown(share) && (greatest is not { } before || share.Value > before.Value))
                    greatest = share;
            }

            return greatest?.Unit;
        }
    }

    /// <summary>All units, the greatest first, those that are not known last.</summary>
    public List<BudgetMember> Members()
    {
        List<BudgetMember> members = [];
        foreach (BudgetShare share in Shares)
            members.Add(new BudgetMember(share.Unit, IsKnown(share) ? share.Value : null, WhyUnknown(share)));
        members.Sort((a, b) => (a.Value, b.Value) switch
        {
            (null, not null) => 1,
            (not null, null) => -1,
            _ when a.Value != b.Value => b.Value!.Value.CompareTo(a.Value!.Value),
            _ => string.CompareOrdinal(a.Unit, b.Unit),
        });
        return members;
    }

    /// <summary>How it stands, and what each unit has part in that.</summary>
    public RuleExplanation Explain(long nowUs, string? suppressedBy) =>
        RuleExplanation.Of(Track, Observe(nowUs), startedUs: 0, suppressedBy) with { Members = Members() };

    private bool IsKnown(in BudgetShare share) =>
        share.Value is not null && _sum.TimestampUs - share.TakenUs <= _longestUs;

    private string? WhyUnknown(in BudgetShare share) => share switch
    {
        { TakenUs: 0 } => "it was not read yet",
        { Value: null } => "its latest reading does not tell",
        _ when IsKnown(share) => null,
        _ => $"it was last read {Age(share)} ago",
    };

    private string Age(in BudgetShare share) =>
        ValueText.Human(ValueUnit.Microseconds, (ulong)(_sum.TimestampUs - share.TakenUs));
}
