using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// What the measuring thread does: it lists the processes of the groups and reads smaps_rollup of those that are due,
/// as the schedule says. In the steady state it allocates nothing. Times are CLOCK_MONOTONIC in microseconds.
/// </summary>
internal sealed partial class PssReader(
    CgroupMembers cgroups, ProcDirectory proc, ProcessTable table, MeasuringProgress progress, TimeProvider time)
{
    /// <summary>Before that age what a process has, before its exec or soon after, says nothing.</summary>
    private const long SettlingUs = 5_000_000;

    /// <summary>More new processes than this wait for the next listing.</summary>
    private const int MaxNew = 500;

    private const long TickUs = 10_000; // USER_HZ is 100 wherever .NET runs

    private readonly PssSchedule _schedule = new();
    private readonly ProcessScan _scan = new(proc, time);
    private readonly List<CgroupMember> _listed = [];
    private MeasuredGroup[] _groups = [];
    private List<MeasuredProcess> _members = [];
    private PssLimits? _limits;
    private long _stamp;
    private long _round;
    private int _new;

    /// <summary>When there is something to do; long.MaxValue for never.</summary>
    public long NextUs => _limits is null ? long.MaxValue
        : Math.Min(_schedule.NextUs, _groups.Length > 0 ? _scanDueUs : long.MaxValue);

    /// <summary>Takes over limits; null to measure nothing, and forget all.</summary>
    public void Configure(PssLimits? limits)
    {
        _limits = limits;
        if (limits is null)
        {
            Follow([]);
            return;
        }

        _schedule.Configure(limits.Value);
        _scanDueUs = 0;
        foreach (MeasuredGroup group in _groups)
        {
            foreach (MeasuredProcess process in group.Members)
                _schedule.Reschedule(process);
        }
    }

    /// <summary>Takes over which groups there are: new ones are listed at once, what is gone forgotten.</summary>
    public void Follow(MeasuredGroup[] groups)
    {
        _round++;
        foreach (MeasuredGroup group in groups)
            group.Round = _round;
        foreach (MeasuredGroup group in _groups)
        {
            if (group.Round != _round)
                Drop(group);
        }

        _groups = groups;
        _new = 0;
        var cost = ReadingCost.Begin(time);
        foreach (MeasuredGroup group in groups)
        {
            if (group.ListedUs == 0)
                List(group);
        }

        _schedule.ListedSome(cost.End(time));
    }

    /// <summary>Lists what is to be listed, and reads until the schedule rests or <paramref name="isOver"/>.</summary>
    public void Turn(ref readonly bool isOver)
    {
        if (_limits is null)
            return;
        Hurry();
        if (time.NowUs() >= _schedule.ListingDueUs)
            ListAll();
        if (_groups.Length > 0 && time.NowUs() >= _scanDueUs)
            Scan();
        while (!Volatile.Read(in isOver) && _schedule.Take(time.NowUs()) is { } task)
        {
            Read((MeasuredProcess)task);
            progress.SpentUs = _schedule.SpentUs;
        }
    }

    private void ListAll()
    {
        _new = 0;
        var cost = ReadingCost.Begin(time);
        foreach (MeasuredGroup group in _groups)
            List(group);
        // A process may be in two groups: that of one which is preferred is.
        foreach (MeasuredGroup group in _groups)
            Prefer(group, isPreferred: false);
        foreach (MeasuredGroup group in _groups)
            Prefer(group, isPreferred: true);
        _schedule.Listed(cost.End(time), time.NowUs());
        progress.SpentUs = _schedule.SpentUs;
    }

    private void Prefer(MeasuredGroup group, bool isPreferred)
    {
        if (group.IsPreferred != isPreferred)
            return;
        foreach (MeasuredProcess process in group.Members)
            _schedule.Prefer(process, isPreferred);
    }

    // An alert has fired: who is in the unit now, and how large each has become.
    private void Hurry()
    {
        long nowUs = time.NowUs();
        foreach (MeasuredGroup group in _groups)
        {
            long hurryUs = group.HurryUs;
            if (hurryUs <= group.HurriedUs)
                continue;
            group.HurriedUs = hurryUs;
            _new = 0;
            var cost = ReadingCost.Begin(time);
            List(group);
            _schedule.ListedSome(cost.End(time));
            foreach (MeasuredProcess process in group.Members)
            {
                _schedule.Prefer(process, isPreferred: true);
                _schedule.Hurry(process, nowUs);
            }
        }
    }

    private void List(MeasuredGroup group)
    {
        _listed.Clear();
        progress.Begin(0, group.Name.Path, time.NowUs());
        ReadStatus status = cgroups.Read(group.Name, _listed, out int untracked);
        // A cgroup that is gone is dropped by the loop, with a closing record of what was known last.
        if (status != ReadStatus.Ok)
        {
            progress.End();
            return;
        }

        _stamp++;
        _members.Clear();
        foreach (CgroupMember member in _listed)
        {
            MeasuredProcess? known = table.Find(member.Pid) ?? Begin(member.Pid, group.IsPreferred, ref untracked);
            if (known is not { } process || process.Stamp == _stamp)
                continue;
            (process.Stamp, process.Cgroup) = (_stamp, member.Cgroup);
            _members.Add(process);
        }

        progress.End();
        Release(table.SetMembers(group, ref _members, untracked, _stamp, time.NowUs()));
        // Most of those that are not there any more have exited.
        for (int i = group.Left.Count - 1; i >= 0; i--)
        {
            bool isAlive = proc.TryReadLineage(group.Left[i].Pid, out ProcessLineage now) == ReadStatus.Ok
                && now.StartTimeTicks == group.Left[i].StartTimeTicks;
            if (!isAlive)
                group.Left.RemoveAt(i);
        }
    }

    // Null for one that is gone already, of which nothing can be read, or for which there is no room.
    private MeasuredProcess? Begin(int pid, bool isPreferred, ref int untracked)
    {
        if (_new >= MaxNew || table.Count >= ProcessTable.MaxProcesses)
        {
            untracked++;
            return null;
        }

        Statm statm = default;
        ReadStatus status = proc.TryReadStat(pid, out ProcessStat stat);
        if (status == ReadStatus.Ok)
            status = proc.TryReadStatm(pid, out statm);
        if (status != ReadStatus.Ok || table.Add(pid, Identity(stat)) is not { } process)
        {
            untracked += status == ReadStatus.Vanished ? 0 : 1;
            return null;
        }

        _new++;
        _schedule.Add(process, Resident(statm), isPreferred, SettledUs(stat));
        return process;
    }

    private void Drop(MeasuredGroup group)
    {
        _members.Clear();
        Release(table.SetMembers(group, ref _members, untracked: 0, ++_stamp, nowUs: 0));
        ForgetEscaped(group);
    }

    private void Release(List<MeasuredProcess> processes)
    {
        foreach (MeasuredProcess process in processes)
            Release(process);
    }

    private void Release(MeasuredProcess process)
    {
        _schedule.Remove(process);
        table.Release(process);
    }

    private void Read(MeasuredProcess process)
    {
        long startUs = time.NowUs();
        var cost = ReadingCost.Begin(time);
        progress.Begin(process.Pid, process.Cgroup, startUs);
        ReadStatus status = proc.TryReadStat(process.Pid, out ProcessStat stat, process.Identity.Command);
        Statm statm = default;
        if (status == ReadStatus.Ok)
            status = proc.TryReadStatm(process.Pid, out statm);
        if (status == ReadStatus.Ok && stat.StartTimeTicks != process.Identity.StartTimeTicks)
        {
            // Another process has got its pid since it was listed.
            progress.End();
            table.Replace(process, Identity(stat));
            _schedule.Restart(process, Resident(statm), SettledUs(stat));
            return;
        }

        if (status == ReadStatus.Ok && statm.SizePages == 0)
            status = ReadStatus.Vanished;
        if (status == ReadStatus.Ok && !_schedule.Confirms(process, Resident(statm), startUs))
        {
            progress.End();
            return;
        }

        var doubt = RollupDoubt.None;
        SmapsRollup rollup = default;
        if (status == ReadStatus.Ok)
            status = proc.TryReadRollup(process.Pid, ulong.MaxValue, out rollup, out doubt);
        progress.End();
        long nowUs = time.NowUs();
        long costUs = cost.End(time);
        if (status == ReadStatus.Ok)
        {
            progress.Readings++;
            table.Store(process, Identity(stat), ProcessFigures.Of(rollup), startUs);
            _schedule.Complete(process, costUs, nowUs);
            return;
        }

        bool hasNoMemory = status is ReadStatus.Vanished or ReadStatus.NotSupported;
        bool isUndercounted = doubt == RollupDoubt.Undercounted;
        progress.Undercounts += isUndercounted ? 1 : 0;
        table.Mark(process, hasNoMemory, isUnreadable: !hasNoMemory && !isUndercounted, isUndercounted);
        _schedule.Postpone(process, costUs, nowUs);
    }

    private long SettledUs(in ProcessStat stat) =>
        time.NowUs() + Math.Max(0, SettlingUs - (MonotonicClock.BoottimeUs - ((long)stat.StartTimeTicks * TickUs)));

    private static ProcessIdentity Identity(in ProcessStat stat) =>
        new(stat.StartTimeTicks, stat.ParentPid, stat.Command);

    private static ulong Resident(in Statm statm) => statm.ResidentPages * (ulong)Environment.SystemPageSize;
}
