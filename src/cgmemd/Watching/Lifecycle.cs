using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.History;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Watching;

/// <summary>
/// The beginning and the end of a watch: what systemd tells of units, what the kernel tells of cgroups, what the
/// state file remembers of a former run, and the records of all that.
/// </summary>
internal sealed class Lifecycle(
    WatchList watched, Sampler sampler, Judge judge, Records records, Recording recording)
{
    /// <summary>How long a cgroup that vanished waits for systemd to tell the unit's result.</summary>
    private const long ResultPatienceUs = 2_000_000;

    /// <summary>More than so many cgroups that outlived their invocation are not remembered.</summary>
    private const int MaxLeftBehind = 1_024;

    private readonly Dictionary<ulong, GroupState> _remembered = [];

    /// <summary>
    /// OOM kills reported of cgroups that still stood when their invocation ended, as with KillMode=process: the next
    /// invocation may get the same cgroup, with its counters.
    /// </summary>
    private readonly Dictionary<ulong, (ulong? Kernel, ulong? Oomd)> _killsOfLeftBehind = [];

    /// <summary>More than so many units whose cgroup could not be opened are not tried again.</summary>
    private const int MaxUnopened = 1_024;

    private readonly List<WatchedGroup> _opened = [];

    /// <summary>Whether what is opened may have run for long: its OOM kills so far are not ours to report.</summary>
    private bool _isFirstPass = true;

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>
    /// Takes over the state of a former run in this boot; each group claims its own when it is opened.
    /// </summary>
    public void Remember(DaemonState state)
    {
        foreach (GroupState group in state.Groups)
            _remembered[group.CgroupId] = group;
    }

    /// <summary>
    /// After all that is wanted was listed: from now on what appears is new, and starts with no kill counted. What a
    /// former run watched and is not there any more has ended meanwhile, and its alerts with it.
    /// </summary>
    public void EndFirstPass(long nowUs)
    {
        _isFirstPass = false;
        foreach (GroupState group in _remembered.Values)
        {
            foreach (NamedRuleState rule in group.Rules)
            {
                // Without the time: by a version that told every alert.
                if (rule.IsFiring && rule.ToldUs != 0)
                    records.ResolvedUnseen(group, rule, nowUs);
            }
        }

        _remembered.Clear();
        recording.EndFirstPass(watched.All);
    }

    /// <summary>Takes over a configuration. What it adds may have run for long: its past is not news.</summary>
    public void Configure(Configuration configuration, long nowUs)
    {
        _isFirstPass = true;
        List<WatchedGroup> unwanted = watched.Configure(configuration, (group, track) =>
            records.Resolved(group, track, "the rule was removed", nowUs));
        foreach (WatchedGroup group in unwanted)
            Stop(group, result: null, nowUs, isUnwatched: true);
        // The times that were set by the former intervals may be far away.
        foreach (WatchedGroup group in watched.All)
            group.DueUs = group.FullDueUs = nowUs;

        IsDirty = true;
    }

    public void Apply(UnitChange change, long nowUs)
    {
        WatchedGroup? group = watched.Find(change.Unit);
        if (group is not null && IsOver(group, change))
        {
            Stop(group!, change.Kind == UnitChangeKind.Gone ? change.Result : null, nowUs);
            group = null;
        }

        watched.Unopened.Remove(change.Unit);
        if (change is not { Kind: UnitChangeKind.Present, ControlGroup.Length: > 1 })
            return;
        if (group is not null)
        {
            // A state on the way down, most likely: the last reading before the cgroup goes.
            group.DueUs = group.FullDueUs = nowUs;
            return;
        }

        if (!TryStart(change, nowUs) && watched.Unopened.Count < MaxUnopened)
            watched.Unopened[change.Unit] = change;
    }

    /// <summary>
    /// Finds what is watched by path, and the units too where there is no bus to tell of them; tries again what could
    /// not be opened.
    /// </summary>
    public void Rescan(bool unitsToo, long nowUs)
    {
        // Removing does not disturb the enumeration of a dictionary.
        foreach ((string unit, UnitChange change) in watched.Unopened)
        {
            if (!watched.Wants(unit) || watched.Find(unit) is not null || TryStart(change, nowUs))
                watched.Unopened.Remove(unit);
        }

        _opened.Clear();
        watched.OpenByPath(unitsToo, nowUs, _opened);
        foreach (WatchedGroup group in _opened)
            Begin(group, nowUs);
    }

    /// <summary>The children of a group changed.</summary>
    public void RescanChildren(ulong cgroupId, long nowUs)
    {
        if (watched.FindByCgroupId(cgroupId) is { } group)
            watched.OpenChildren(group, nowUs, ReportOomdKills);
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
    public void Stop(WatchedGroup group, string? result, long nowUs, bool isUnwatched = false)
    {
        // Where the cgroup still stands, this is the last reading.
        if (group.VanishedUs is null && sampler.ReadFull(group, nowUs) == ReadStatus.Ok)
        {
            recording.Sample(group, isFull: true, nowUs);
            ReportOomKills(group);
            if (_killsOfLeftBehind.Count == MaxLeftBehind)
                _killsOfLeftBehind.Clear();
            if (group.OomKillsReported > 0 || group.OomdKillsReported > 0)
                _killsOfLeftBehind[group.Cgroup.Id] = (group.OomKillsReported, group.OomdKillsReported);
        }

        ReportLastOomdKills(group);
        bool killedUnseen = result == "oom-kill" && group.OomKills == 0;
        // systemd says so of these two alone, and the other one has left no mark (unit_check_oom() and
        // unit_check_oomd_kill(), src/core/cgroup.c).
        if (killedUnseen)
            Report(group, kills: 1, group.OomdKillsReported is null ? OomKiller.Unknown : OomKiller.Kernel);
        judge.EvaluateEnd(group, nowUs);
        ResolveAlerts(group, isUnwatched ? "it is no longer watched" : "the unit stopped", nowUs);
        watched.Close(group, isUnwatched ? Invocation.Unwatched : result);
        IsDirty = true;
        if (group.Kind != GroupKind.Child)
            records.Stopped(group, result, isUnwatched, nowUs);
    }

    /// <summary>Reports the OOM kills since the last reading.</summary>
    public void ReportOomKills(WatchedGroup group)
    {
        ReportOomdKills(group);
        // A unit's kills are those of its whole subtree; a slice's would be its units' once more.
        Metric counter = group.Kind == GroupKind.Slice ? Metric.EventsLocalOomKill : Metric.EventsOomKill;
        if (group.Kind == GroupKind.Child || !group.Sample.TryGet(counter, out ulong kills))
            return;
        // Null: it ran before us, and what happened then was reported by a former run, or by nobody.
        ulong before = group.OomKillsReported ?? kills;
        if (kills > before)
            Report(group, kills - before, OomKiller.Kernel);
        group.OomKillsReported = kills;
    }

    // It kills a cgroup, and counts that on it alone: where it is one that a unit has made below its own, it is
    // reported as the unit's.
    private void ReportOomdKills(WatchedGroup group)
    {
        if (group.Cgroup.ReadOomdKills() is not { } kills)
            return;
        ulong before = group.OomdKillsReported ?? (group.IsFresh ? 0 : kills);
        group.OomdKillsReported = kills;
        if (kills <= before)
            return;
        group.Top.OomdKills += kills - before;
        // A rule is on the unit.
        if (group != group.Top)
            group.Top.DueUs = group.Top.FullDueUs = 0;
        Report(group.Top, kills - before, OomKiller.SystemdOomd, group);
    }

    // What it left on a cgroup that is gone can still be read; nobody will ask its children again.
    private void ReportLastOomdKills(WatchedGroup group)
    {
        ReportOomdKills(group);
        foreach (WatchedGroup child in watched.All)
        {
            if (child.IsBelow(group))
                ReportOomdKills(child);
        }
    }

    private bool TryStart(UnitChange change, long nowUs)
    {
        WatchedGroup? group = watched.Open(
            change.Unit, WatchList.KindOf(change.Unit), change.ControlGroup!, change.InvocationId, null, nowUs);
        if (group is not null)
            Begin(group, nowUs);
        return group is not null;
    }

    private void Begin(WatchedGroup group, long nowUs)
    {
        bool isRemembered = _remembered.Remove(group.Cgroup.Id, out GroupState? state);
        bool isKnown = isRemembered && state!.Name == group.Name && state.InvocationId == group.InvocationId;
        if (isKnown)
            Restore(group, state!);
        watched.OpenChildren(group, nowUs, ReportOomdKills);
        if (isKnown)
            return;
        if (isRemembered)
            (group.OomKillsReported, group.OomdKillsReported) = (state!.OomKillsReported, state.OomdKillsReported);
        else if (_killsOfLeftBehind.Remove(group.Cgroup.Id, out var kills))
            (group.OomKillsReported, group.OomdKillsReported) = kills;
        else if (!_isFirstPass)
            (group.OomKillsReported, group.IsFresh) = (0, true);
        // Before its processes can be killed: what is counted on it now is the past.
        group.OomdKillsReported ??= group.IsFresh ? 0 : group.Cgroup.ReadOomdKills();
        sampler.ReadLimits(group);
        IsDirty = true;
        records.Started(group);
    }

    // Another invocation, or another cgroup by the unit's name, such as one in a container. The end of an invocation
    // before the one that is watched is told late, after the bus was lost.
    private static bool IsOver(WatchedGroup group, UnitChange change)
    {
        bool isOther = change.InvocationId is { } id && group.InvocationId is { } known && id != known;
        return change.Kind == UnitChangeKind.Gone
            ? !isOther
            : isOther || change.ControlGroup is { Length: > 1 } path && path != group.Cgroup.Path;
    }

    private static void Restore(WatchedGroup group, GroupState state)
    {
        group.SinceUs = state.SinceUs;
        group.Peak = state.Peak;
        group.OomKills = state.OomKills;
        group.OomKillsReported = state.OomKillsReported;
        (group.OomdKillsReported, group.OomdKills) = (state.OomdKillsReported, state.OomdKills);
        foreach (RuleTrack track in group.Rules)
        {
            NamedRuleState? named = null;
            foreach (NamedRuleState saved in state.Rules)
                named = saved.Rule == track.Rule.Name ? saved : named;
            if (named?.Restore(track) != true)
                track.BeginLate(group.Observe(group.Sample.TimestampUs));
        }
    }

    private void Report(WatchedGroup group, ulong kills, OomKiller killer, WatchedGroup? at = null)
    {
        group.OomKills += kills;
        IsDirty = true;
        records.OomKill(group, kills, killer, at);
    }

    // An alert ends with the invocation it was about.
    private void ResolveAlerts(WatchedGroup group, string reason, long nowUs)
    {
        foreach (RuleTrack track in group.Rules)
        {
            if (track.IsTold)
                records.Resolved(group, track, reason, nowUs);
            track.Rearm(nowUs);
        }
    }
}
