using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Status;

/// <summary>A watched group as the varlink interface shows it.</summary>
internal sealed class UnitReport(BudgetList budgets, TimeProvider time)
{
    public UnitSummary Summary(WatchedGroup group) => new()
    {
        Unit = group.Name,
        Cgroup = group.Cgroup.Path,
        CgroupId = group.Cgroup.Id,
        InvocationId = group.InvocationId,
        Active = group.VanishedUs is null,
        MemoryCurrent = group.Sample[Metric.MemoryCurrent],
        MemoryPeak = group.Peak,
        MemoryMax = OrNull(group.Limits.EffectiveMax),
        Anon = group.Sample[Metric.Anon],
        File = group.Sample[Metric.File],
        WorkingSet = group.Sample[Metric.WorkingSet],
        Swap = group.Sample[Metric.MemorySwapCurrent],
        Pss = group.Sample[Metric.Pss],
        PssAgeUsec = PssAge(group),
        Rate = group.Ring.Count > 1 ? (long)group.Rate : null,
        PressureSomeAvg10 = group.Sample[Metric.PressureSomeAvg10],
        Alerts = group.AlertsFiring,
        SampledUsec = ToRealtime(group.Sample.TimestampUs),
    };

    public UnitDetail Detail(WatchedGroup group, IEnumerable<WatchedGroup> all)
    {
        var sample = new Dictionary<string, ulong>();
        for (int i = 0; i < Metrics.Count; i++)
        {
            if (group.Sample.TryGet((Metric)i, out ulong value))
                sample[Metrics.Key((Metric)i)] = value;
        }

        return new UnitDetail
        {
            Unit = group.Name,
            Cgroup = group.Cgroup.Path,
            CgroupId = group.Cgroup.Id,
            InvocationId = group.InvocationId,
            Active = group.VanishedUs is null,
            SinceUsec = ToRealtime(group.SinceUs),
            SampledUsec = ToRealtime(group.Sample.TimestampUs),
            Sample = sample,
            IntervalPeakExact = group.Sample.IntervalPeakIsExact,
            Limits = new Dictionary<string, ulong?>
            {
                ["memory.high"] = OrNull(group.Limits.High),
                ["memory.max"] = OrNull(group.Limits.Max),
                ["memory.swap.max"] = OrNull(group.Limits.SwapMax),
                ["effective_memory.high"] = OrNull(group.Limits.EffectiveHigh),
                ["effective_memory.max"] = OrNull(group.Limits.EffectiveMax),
            },
            Rate = group.Ring.Count > 1 ? (long)group.Rate : null,
            PssAgeUsec = PssAge(group),
            Escaped = group.Pss.Escaped,
            Processes = group.Pss.Top.ConvertAll(Process),
            Alerts = [.. Alerts(group)],
            Children = [.. all.Where(child => child.IsBelow(group)).Select(Summary)
                .OrderByDescending(child => child.MemoryCurrent)],
            OomKills = group.OomKills,
            OomdKills = group.OomdKills,
        };
    }

    private static ProcessUsage Process(ProcessView process) => new(
        process.Pid, process.Identity.Command, process.Figures!.Value.Rss, process.Figures.Value.Pss);

    // Its own, and those of the budgets that it is in.
    private IEnumerable<AlertStatus> Alerts(WatchedGroup group)
    {
        IEnumerable<RuleTrack> shared = budgets.All.FindAll(budget => budget.IsFor(group))
            .ConvertAll(budget => budget.Sum.Track);
        foreach (RuleTrack track in group.Rules.Concat(shared))
        {
            RuleState state = track.State;
            if (state.Phase == RulePhase.Inactive)
                continue;
            yield return new AlertStatus
            {
                Rule = track.Rule.Name,
                State = RuleExplanation.NameOf(state.Phase),
                Severity = SeverityText.Of(track.Rule.SeverityAt(Math.Max(state.FiringLevel, track.Found.Level))),
                Metric = track.Rule.Condition.On,
                ValueUnit = ValueText.Name(track.Rule.Condition.Unit),
                SinceUsec = ToRealtime(state.IsFiring ? state.FiringSinceUs : state.SinceUs),
                Value = track.Found.IsKnown ? track.Found.Value : null,
                Threshold = track.Found.IsKnown ? track.Found.Threshold : null,
                Episode = state.Episode,
            };
        }
    }

    private long? PssAge(WatchedGroup group) => group.Pss.IsComplete ? time.NowUs() - group.Pss.OldestUs : null;

    private long ToRealtime(long monotonicUs) =>
        monotonicUs == 0 ? 0 : time.RealtimeUs() - (time.NowUs() - monotonicUs);

    private static ulong? OrNull(ByteLimit limit) => limit.IsFinite ? limit.Bytes : null;
}
