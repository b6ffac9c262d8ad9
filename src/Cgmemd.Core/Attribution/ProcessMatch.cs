namespace Cgmemd.Core.Attribution;

/// <summary>A process as it was known at one time.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="StartTimeTicks">Clock ticks since boot; null where that was not kept.</param>
/// <param name="Command">Its comm.</param>
/// <param name="Pss">In bytes.</param>
public sealed record KnownProcess(int Pid, ulong? StartTimeTicks, string Command, ulong Pss);

/// <summary>The processes of a unit as they were known at one time.</summary>
/// <param name="TimeUs">CLOCK_REALTIME in microseconds.</param>
/// <param name="Processes">In any order.</param>
/// <param name="IsPartial">Whether they are the largest alone.</param>
public sealed record KnownProcesses(long TimeUs, IReadOnlyList<KnownProcess> Processes, bool IsPartial)
{
    /// <summary>Whether one of that size would be among them.</summary>
    internal bool WouldHave(ulong pss)
    {
        if (!IsPartial)
            return true;
        ulong least = ulong.MaxValue;
        foreach (KnownProcess process in Processes)
            least = Math.Min(least, process.Pss);
        return pss > least;
    }
}

/// <summary>Finds out which processes of two times are the same.</summary>
public static class ProcessMatch
{
    private const string Same = "same", Restarted = "restarted", Appeared = "appeared", Gone = "gone";

    /// <summary>
    /// A process is the same by pid and start time, or where that was not kept by pid and command. Of the others those
    /// of one command are taken together: others in their place, new ones, or none any more. Where the largest
    /// alone are known, those that are too small to be among them are left out.
    /// </summary>
    /// <param name="before">At the first time.</param>
    /// <param name="after">At the second.</param>
    /// <param name="isSameLife">Whether the unit was not started again in between.</param>
    /// <returns>Those that changed most first.</returns>
    public static List<ProcessChange> Match(KnownProcesses before, KnownProcesses after, bool isSameLife)
    {
        var changes = new List<ProcessChange>();
        var byPid = new Dictionary<int, KnownProcess>();
        var left = new SortedDictionary<string, Group>(StringComparer.Ordinal);
        foreach (KnownProcess process in before.Processes)
            byPid[process.Pid] = process;
        foreach (KnownProcess process in after.Processes)
        {
            if (isSameLife && byPid.TryGetValue(process.Pid, out KnownProcess? was) && IsSame(was, process))
            {
                byPid.Remove(process.Pid);
                changes.Add(new ProcessChange(process.Command, Same, 1, process.Pid, was.Pss, process.Pss));
            }
            else
            {
                GroupOf(left, process).Add(process, isAfter: true);
            }
        }

        foreach (KnownProcess process in byPid.Values)
            GroupOf(left, process).Add(process, isAfter: false);
        foreach (Group group in left.Values)
        {
            ProcessChange change = group.ToChange();
            bool isKnown = change.State switch
            {
                Appeared => before.WouldHave(change.After ?? 0),
                Gone => after.WouldHave(change.Before ?? 0),
                _ => true,
            };
            if (isKnown)
                changes.Add(change);
        }

        changes.Sort((a, b) => DiffLines.Order(a.Change, b.Change, a.Command, b.Command) is var order and not 0
            ? order
            : (a.Pid ?? 0).CompareTo(b.Pid ?? 0));
        return changes;
    }

    private static bool IsSame(KnownProcess a, KnownProcess b) =>
        a.StartTimeTicks is { } start && b.StartTimeTicks is { } other ? start == other : a.Command == b.Command;

    private static Group GroupOf(SortedDictionary<string, Group> groups, KnownProcess process)
    {
        if (!groups.TryGetValue(process.Command, out Group? group))
            groups[process.Command] = group = new Group(process.Command);
        return group;
    }

    private sealed class Group(string command)
    {
        private int _before, _after, _lastPid;
        private ulong _pssBefore, _pssAfter;

        public void Add(KnownProcess process, bool isAfter)
        {
            if (isAfter)
                (_after, _pssAfter) = (_after + 1, _pssAfter + process.Pss);
            else
                (_before, _pssBefore) = (_before + 1, _pssBefore + process.Pss);
            if (isAfter || _after == 0)
                _lastPid = process.Pid;
        }

        public ProcessChange ToChange() => new(
            command,
            _before == 0 ? Appeared : _after == 0 ? Gone : Restarted,
            _after == 0 ? _before : _after,
            (_after == 0 ? _before : _after) == 1 ? _lastPid : null,
            _before == 0 ? null : _pssBefore,
            _after == 0 ? null : _pssAfter);
    }
}
