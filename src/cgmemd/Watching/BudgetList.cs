using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Units;

namespace Cgmemd.Daemon.Watching;

/// <summary>A budget and the groups under watch that it is of.</summary>
internal sealed class Budget(Rule rule)
{
    public BudgetTrack Sum { get; } = new(rule);

    /// <summary>Each cgroup once: none of them lies below another.</summary>
    public List<WatchedGroup> Members { get; } = [];

    /// <summary>The members are others than when it was judged last, or may have been read since.</summary>
    public bool IsDue { get; set; } = true;

    public bool IsFor(WatchedGroup group) =>
        group.Kind != GroupKind.Child && Glob.IsMatchAny(Sum.Rule.Units, group.Name);
}

/// <summary>The budgets in force, and what their units use.</summary>
internal sealed class BudgetList(WatchList watched)
{
    /// <summary>
    /// In intervals: a value that is older has missed a reading. Half of one is for a loop that is late.
    /// </summary>
    private const double LongestAge = 1.5;

    private readonly List<Budget> _all = [];
    private readonly List<BudgetState> _remembered = [];
    private ByteLimit _host = ByteLimit.Max;
    private int _version;

    public List<Budget> All => _all;

    public SamplingOptions Sampling { get; private set; } = SamplingOptions.Default;

    /// <summary>How many of them have an alert that is on.</summary>
    public int Firing
    {
        get
        {
            int firing = 0;
            foreach (Budget budget in _all)
                firing += budget.Sum.Track.State.IsFiring ? 1 : 0;
            return firing;
        }
    }

    public Budget? Find(string rule) => _all.Find(budget => budget.Sum.Rule.Name == rule);

    /// <summary>Takes over the state of a former run in this boot: the next configuration claims it.</summary>
    public void Remember(IReadOnlyList<BudgetState> states) => _remembered.AddRange(states);

    /// <summary>
    /// Takes over the budgets of a configuration that the watch list has already. Those with the same name go on.
    /// </summary>
    /// <param name="sampling">How old a value may be follows from it.</param>
    /// <param name="host">The host's memory.</param>
    /// <param name="dropped">Takes those that are not there any more.</param>
    /// <returns>Those of a former run that are not there any more.</returns>
    public List<BudgetState> Configure(SamplingOptions sampling, ByteLimit host, Action<BudgetTrack> dropped)
    {
        (Sampling, _host, _version) = (sampling, host, 0);
        List<Budget> before = [.. _all];
        _all.Clear();
        foreach (Rule rule in watched.Rules)
        {
            if (rule.Condition is not BudgetCondition)
                continue;
            var budget = new Budget(rule);
            _all.Add(budget);
            if (before.Find(other => other.Sum.Rule.Name == rule.Name) is { } same)
            {
                _ = budget.Sum.Track.Continue(same.Sum.Track);
                budget.Sum.Subject = same.Sum.Subject;
                before.Remove(same);
            }
            else if (_remembered.Find(state => state.Rule.Rule == rule.Name) is { } state)
            {
                state.Restore(budget.Sum);
                _remembered.Remove(state);
            }
        }

        foreach (Budget budget in before)
            dropped(budget.Sum);
        List<BudgetState> unclaimed = [.. _remembered];
        _remembered.Clear();
        return unclaimed;
    }

    /// <summary>As the state file keeps them.</summary>
    public List<BudgetState> Save() => _all.ConvertAll(budget => BudgetState.From(budget.Sum));

    /// <summary>Brings the members up to date, where groups have come or gone.</summary>
    public void Follow()
    {
        if (_version == watched.Version)
            return;
        _version = watched.Version;
        foreach (Budget budget in _all)
            Follow(budget);
    }

    /// <summary>Sums up what the members use, as they were read last.</summary>
    public void Sum(Budget budget, long nowUs)
    {
        BudgetTrack sum = budget.Sum;
        bool isQuick = sum.Condition.IsQuick;
        sum.Shares.Clear();
        foreach (WatchedGroup member in budget.Members)
        {
            // It is gone, and uses nothing.
            if (member.VanishedUs is not null)
                continue;
            long takenUs = isQuick ? member.Sample.TimestampUs : member.FullReadUs;
            sum.Shares.Add(new BudgetShare(member.Name, member.Sample[sum.Condition.Metric], takenUs));
        }

        foreach (var (unit, change) in watched.Unopened)
        {
            if (Glob.IsMatchAny(sum.Rule.Units, unit) && watched.Exists(change.ControlGroup!))
                sum.Shares.Add(new BudgetShare(unit, null, 0));
        }

        sum.Sum(_host, nowUs, (long)(Sampling.Interval.TotalMicroseconds * LongestAge));
    }

    /// <summary>Reads all members in full that were not read at this time, so that the sum is of one instant.</summary>
    public void Read(Budget budget, Action<WatchedGroup, long> read, long nowUs)
    {
        foreach (WatchedGroup member in budget.Members.ToArray())
        {
            if (member.FullReadUs >= nowUs || member.VanishedUs is not null)
                continue;
            member.DueUs = member.FullDueUs = nowUs;
            read(member, nowUs);
        }

        Follow();
        Sum(budget, nowUs);
        budget.IsDue = true;
    }

    private void Follow(Budget budget)
    {
        budget.Members.Clear();
        budget.IsDue = true;
        foreach (WatchedGroup group in watched.All)
        {
            if (budget.IsFor(group))
                budget.Members.Add(group);
        }

        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (WatchedGroup member in budget.Members)
            paths.Add(member.Cgroup.Path);
        budget.Members.RemoveAll(member => Nesting.IsBelowAny(paths, member.Cgroup.Path));
    }
}
