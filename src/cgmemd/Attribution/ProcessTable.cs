using Cgmemd.Core.Attribution;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// What the measuring thread knows of processes, and the loop asks for. Its lock is held for moments only, never while
/// something is read.
/// </summary>
internal sealed class ProcessTable
{
    /// <summary>More processes than this are counted and not measured.</summary>
    public const int MaxProcesses = 20_000;

    private const int MaxUnused = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, MeasuredProcess> _byPid = [];
    private readonly Stack<MeasuredProcess> _unused = [];
    private readonly List<MeasuredProcess> _released = [];
    private readonly MeasuredProcess?[] _top = new MeasuredProcess?[PssReading.TopCount];

    /// <summary>How many processes there are. The thread's, as all but what is the loop's.</summary>
    public int Count => _byPid.Count;

    public MeasuredProcess? Find(int pid) => _byPid.GetValueOrDefault(pid);

    /// <summary>Begins with a process, which is seen with a group that has it; null when there are too many.</summary>
    public MeasuredProcess? Add(int pid, in ProcessIdentity identity)
    {
        if (_byPid.Count >= MaxProcesses)
            return null;
        MeasuredProcess process = _unused.TryPop(out MeasuredProcess? used) ? used : new MeasuredProcess();
        (process.Pid, process.Identity) = (pid, identity);
        lock (_gate)
            _byPid.Add(pid, process);
        return process;
    }

    /// <summary>Sets the processes of a group, and gives those that no group has any more.</summary>
    /// <param name="group">The group.</param>
    /// <param name="members">Its processes; the list is taken, and the former one given back, empty.</param>
    /// <param name="untracked">How many more it has.</param>
    /// <param name="stamp">What all of them carry as <see cref="MeasuredProcess.Stamp"/>, and no others.</param>
    /// <param name="nowUs">When they were listed; 0 for a group that is dropped.</param>
    /// <returns>Until the next call; each is then to be given to <see cref="Release"/>.</returns>
    public List<MeasuredProcess> SetMembers(
        MeasuredGroup group, ref List<MeasuredProcess> members, int untracked, long stamp, long nowUs)
    {
        _released.Clear();
        List<MeasuredProcess> former = group.Members;
        bool isSame = group.ListedUs != 0 && former.Count == members.Count && group.Untracked == untracked;
        lock (_gate)
        {
            foreach (MeasuredProcess process in members)
                process.Groups++;
            foreach (MeasuredProcess process in former)
            {
                if (process.Stamp != stamp)
                {
                    isSame = false;
                    group.Leave(process);
                }

                if (--process.Groups == 0)
                    _released.Add(process);
            }

            (group.Members, group.Untracked, group.ListedUs) = (members, untracked, nowUs);
            if (!isSame)
                group.ChangedUs = nowUs;
        }

        former.Clear();
        members = former;
        return _released;
    }

    /// <summary>Sets which processes have left a group, and gives those that no group has any more.</summary>
    /// <param name="group">The group.</param>
    /// <param name="escaped">The list is taken, and the former one given back, empty.</param>
    /// <param name="count">How many there are in all; null where nobody has looked.</param>
    /// <returns>As <see cref="SetMembers"/>.</returns>
    public List<MeasuredProcess> SetEscaped(MeasuredGroup group, ref List<EscapedMember> escaped, int? count)
    {
        _released.Clear();
        List<EscapedMember> former = group.Escaped;
        lock (_gate)
        {
            foreach (EscapedMember member in escaped)
                member.Process.Groups++;
            foreach (EscapedMember member in former)
            {
                if (--member.Process.Groups == 0)
                    _released.Add(member.Process);
            }

            (group.Escaped, group.EscapedCount) = (escaped, count);
        }

        former.Clear();
        escaped = former;
        return _released;
    }

    /// <summary>Forgets all processes, and that the groups have any.</summary>
    public void Clear(MeasuredGroup[] groups)
    {
        lock (_gate)
        {
            _byPid.Clear();
            foreach (MeasuredGroup group in groups)
            {
                (group.Members, group.Escaped) = ([], []);
                (group.Untracked, group.ListedUs, group.EscapedCount) = (0, 0, null);
            }
        }
    }

    /// <summary>Forgets a process that no group has.</summary>
    public void Release(MeasuredProcess process)
    {
        lock (_gate)
            _byPid.Remove(process.Pid);
        process.Reset();
        if (_unused.Count < MaxUnused)
            _unused.Push(process);
    }

    /// <summary>Takes over what was read of a process.</summary>
    public void Store(MeasuredProcess process, in ProcessIdentity identity, in ProcessFigures figures, long takenUs)
    {
        lock (_gate)
        {
            (process.Identity, process.Figures, process.TakenUs) = (identity, figures, takenUs);
            (process.HasNoMemory, process.IsUnreadable, process.IsUndercounted) = (false, false, false);
        }
    }

    /// <summary>Takes over that it could not be read; what was read before stays, and ages.</summary>
    public void Mark(MeasuredProcess process, bool hasNoMemory, bool isUnreadable, bool isUndercounted)
    {
        lock (_gate)
        {
            process.HasNoMemory = hasNoMemory;
            (process.IsUnreadable, process.IsUndercounted) = (isUnreadable, isUndercounted);
        }
    }

    /// <summary>By this pid there is another process now, of which nothing was read.</summary>
    public void Replace(MeasuredProcess process, in ProcessIdentity identity)
    {
        lock (_gate)
        {
            (process.Identity, process.Figures, process.TakenUs) = (identity, null, 0);
            (process.HasNoMemory, process.IsUnreadable, process.IsUndercounted) = (false, false, false);
        }
    }

    /// <summary>Adds a group up as it is now. The loop's.</summary>
    public void Collect(MeasuredGroup group, PssReading reading)
    {
        int top = 0;
        int missing = 0;
        ProcessFigures sums = new(0, 0, 0, 0, 0, 0, 0);
        lock (_gate)
        {
            long? oldestUs = null;
            reading.ChangedUs = group.ChangedUs;
            reading.Escaped = group.EscapedCount;
            foreach (MeasuredProcess process in group.Members)
            {
                if (process.HasNoMemory)
                    continue;
                if (process.Figures is not { } figures)
                {
                    missing++;
                    continue;
                }

                sums += figures;
                oldestUs = Math.Min(oldestUs ?? process.TakenUs, process.TakenUs);
                reading.ChangedUs = Math.Max(reading.ChangedUs, process.TakenUs);
                top = KeepLargest(process, figures.Pss, top);
            }

            reading.OldestUs = oldestUs ?? group.ListedUs;
            (reading.Sums, reading.IsComplete) = (sums, group.ListedUs != 0 && missing + group.Untracked == 0);
            reading.Top.Clear();
            for (int i = 0; i < top; i++)
                reading.Top.Add(_top[i]!.View);
        }
    }

    /// <summary>Adds the processes of a group, all that are known, unordered. The loop's.</summary>
    /// <returns>How many it has.</returns>
    public int List(MeasuredGroup group, List<ProcessView> processes)
    {
        lock (_gate)
        {
            foreach (MeasuredProcess process in group.Members)
            {
                if (!process.HasNoMemory)
                    processes.Add(process.View);
            }

            return processes.Count + group.Untracked;
        }
    }

    /// <summary>Adds the processes that have left a group. The loop's.</summary>
    public void ListEscaped(MeasuredGroup group, List<EscapedView> found)
    {
        lock (_gate)
        {
            foreach (EscapedMember member in group.Escaped)
            {
                if (!member.Process.HasNoMemory)
                    found.Add(new EscapedView(member.Process.View, member.Cgroup, member.Sign));
            }
        }
    }

    /// <summary>Counts all processes. The loop's.</summary>
    public ProcessTotals Totals()
    {
        var totals = default(ProcessTotals);
        lock (_gate)
        {
            foreach (MeasuredProcess process in _byPid.Values)
            {
                if (process.HasNoMemory)
                    continue;
                totals.Processes++;
                totals.Unreadable += process.IsUnreadable ? 1 : 0;
                totals.Undercounted += process.IsUndercounted ? 1 : 0;
                if (process.Figures is null)
                    totals.NeverRead++;
                else if (totals.OldestUs is null || process.TakenUs < totals.OldestUs)
                    totals.OldestUs = process.TakenUs;
            }
        }

        return totals;
    }

    private int KeepLargest(MeasuredProcess process, ulong pss, int count)
    {
        if (count == _top.Length && _top[count - 1]!.Figures!.Value.Pss >= pss)
            return count;
        int at = Math.Min(count, _top.Length - 1);
        while (at > 0 && _top[at - 1]!.Figures!.Value.Pss < pss)
        {
            _top[at] = _top[at - 1];
            at--;
        }

        _top[at] = process;
        return Math.Min(count + 1, _top.Length);
    }
}

/// <summary>How many processes there are, and of how many nothing, or nothing new, is known.</summary>
internal struct ProcessTotals
{
    public int Processes;
    public int NeverRead;
    public int Unreadable;
    public int Undercounted;

    /// <summary>When the oldest figures were read; null where there are none.</summary>
    public long? OldestUs;
}
