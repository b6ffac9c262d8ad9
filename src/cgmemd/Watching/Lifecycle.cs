using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Watching;

/// <summary>
/// The beginning and the end of a watch: what systemd tells of units, what the kernel tells of cgroups, what the
/// state file remembers of a former run, and the records of all that.
/// </summary>
internal sealed class Lifecycle(WatchList watched, Sampler sampler, Records records)
{
    /// <summary>How long a cgroup that vanished waits for systemd to tell the unit's result.</summary>
    private const long ResultPatienceUs = 2_000_000;

    /// <summary>How long a new unit's PSS waits: what a process has before its exec says nothing.</summary>
    private const long FirstPssUs = 5_000_000;

    private readonly Dictionary<ulong, GroupState> _remembered = [];
    private readonly List<WatchedGroup> _closed = [];
    private readonly List<WatchedGroup> _opened = [];

    /// <summary>Whether an OOM kill before a group was first seen may have been reported by a former run, or by nobody.</summary>
    private bool _isFirstPass = true;

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Takes over the state of a former run in this boot; each group claims its own when it is opened.</summary>
    public void Remember(DaemonState state)
    {
        foreach (GroupState group in state.Groups)
            _remembered[group.CgroupId] = group;
    }

    /// <summary>After the first listing of units: from now on what appears is new, and starts with no kill counted.</summary>
    public void EndFirstPass() => _isFirstPass = false;

    public void Apply(UnitChange change, long nowUs)
    {
        WatchedGroup? group = watched.Find(change.Unit);
        bool isOver = group is not null
            && (change.Kind == UnitChangeKind.Gone
                || (change.InvocationId is { } id && group.InvocationId is { } known && id != known));
        if (isOver)
        {
            Stop(group!, change.Kind == UnitChangeKind.Gone ? change.Result : null, nowUs);
            group = null;
        }

        if (change is not { Kind: UnitChangeKind.Present, ControlGroup: { Length: > 1 } path })
            return;
        if (group is not null)
        {
            // A state on the way down, most likely: the last reading before the cgroup goes.
            group.DueUs = group.FullDueUs = nowUs;
            return;
        }

        Start(change.Unit, WatchList.KindOf(change.Unit), path, change.InvocationId, nowUs);
    }

    /// <summary>Finds what is watched by path, and the units too where there is no bus to tell of them.</summary>
    public void Rescan(bool unitsToo, long nowUs)
    {
        _opened.Clear();
        watched.OpenByPath(unitsToo, nowUs, _opened);
        foreach (WatchedGroup group in _opened)
            Begin(group, nowUs);
    }

    /// <summary>The children of a group changed.</summary>
    public void RescanChildren(ulong cgroupId, long nowUs)
    {
        if (watched.FindByCgroupId(cgroupId) is { } group)
            watched.OpenChildren(group, nowUs);
    }

    /// <summary>A read told that the cgroup is gone. A unit waits for systemd's word on it.</summary>
    public void Vanished(WatchedGroup group, bool hasBus, long nowUs)
    {
        group.VanishedUs ??= nowUs;
        bool waits = hasBus && group.Kind is GroupKind.Unit or GroupKind.Slice
            && nowUs - group.VanishedUs < ResultPatienceUs;
        if (waits)
            group.DueUs = group.VanishedUs.Value + ResultPatienceUs;
        else
            Stop(group, result: null, nowUs);
    }

    /// <summary>Ends the watch of a group, with its closing record.</summary>
    public void Stop(WatchedGroup group, string? result, long nowUs)
    {
        // Where the cgroup still stands, this is the last reading.
        if (group.VanishedUs is null && sampler.ReadFull(group, nowUs) == ReadStatus.Ok)
            ReportOomKills(group);
        bool killedUnseen = result == "oom-kill" && group.OomKills == 0;
        if (killedUnseen)
            Report(group, kills: 1);
        ResolveAlerts(group, nowUs);
        _closed.Clear();
        watched.Close(group, _closed);
        IsDirty = true;
        if (group.Kind != GroupKind.Child)
            records.Stopped(group, result, nowUs);
    }

    /// <summary>Reports the OOM kills since the last reading.</summary>
    public void ReportOomKills(WatchedGroup group)
    {
        // A unit's kills are those of its whole subtree; a slice's would be its units' once more.
        Metric counter = group.Kind == GroupKind.Slice ? Metric.EventsLocalOomKill : Metric.EventsOomKill;
        if (group.Kind == GroupKind.Child || !group.Sample.TryGet(counter, out ulong kills))
            return;
        ulong before = group.OomKillsReported ?? (_isFirstPass ? kills : 0);
        if (kills > before)
            Report(group, kills - before);
        group.OomKillsReported = kills;
    }

    private void Start(string name, GroupKind kind, string path, string? invocationId, long nowUs)
    {
        if (watched.Open(name, kind, path, invocationId, null, nowUs) is { } group)
            Begin(group, nowUs);
    }

    private void Begin(WatchedGroup group, long nowUs)
    {
        bool isKnown = _remembered.Remove(group.Cgroup.Id, out GroupState? state)
            && state.Name == group.Name && state.InvocationId == group.InvocationId;
        if (isKnown)
            Restore(group, state!);
        watched.OpenChildren(group, nowUs);
        if (isKnown)
            return;
        if (!_isFirstPass)
            group.Pss.DueUs = nowUs + FirstPssUs;
        IsDirty = true;
        records.Started(group);
    }

    private static void Restore(WatchedGroup group, GroupState state)
    {
        group.SinceUs = state.SinceUs;
        group.Peak = state.Peak;
        group.OomKills = state.OomKills;
        group.OomKillsReported = state.OomKillsReported;
        foreach (NamedRuleState named in state.Rules)
        {
            int i = Array.FindIndex(group.Rules, rule => rule.Name == named.Rule);
            if (i >= 0)
                group.RuleStates[i] = named.ToRuleState();
        }
    }

    private void Report(WatchedGroup group, ulong kills)
    {
        group.OomKills += kills;
        IsDirty = true;
        records.OomKill(group, kills);
    }

    // An alert ends with the invocation it was about.
    private void ResolveAlerts(WatchedGroup group, long nowUs)
    {
        for (int i = 0; i < group.Rules.Length; i++)
        {
            ref RuleState state = ref group.RuleStates[i];
            if (!state.IsFiring)
                continue;
            records.Resolved(group, group.Rules[i], state, "the unit stopped", nowUs);
            state.Rearm(nowUs);
        }
    }
}
