using Cgmemd.Core.Attribution;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Status;

/// <summary>The processes of a group as the varlink interface shows them: from memory, nothing is read.</summary>
internal sealed class ProcessReport(WatchList watched, ProcessTable table, TimeProvider time)
{
    /// <summary>Largest first, bounded; those that were never read are behind.</summary>
    public ListProcessesReply Of(WatchedGroup group)
    {
        var processes = new List<ProcessView>();
        int count;
        if (group.Measured is { } measured)
            count = table.List(measured, processes);
        else
            count = ListBelow(group, processes);
        processes.Sort((a, b) => (b.Figures?.Pss ?? 0, b.Figures is not null, a.Pid)
            .CompareTo((a.Figures?.Pss ?? 0, a.Figures is not null, b.Pid)));
        if (processes.Count > ListProcessesReply.Most)
            processes.RemoveRange(ListProcessesReply.Most, processes.Count - ListProcessesReply.Most);
        List<ProcessMemory> all = processes.ConvertAll(process => ToMemory(process, group.Cgroup.Path));
        AddEscaped(group, all);
        return new ListProcessesReply(all, count);
    }

    // A child's have left its unit, as far as is known.
    private void AddEscaped(WatchedGroup group, List<ProcessMemory> processes)
    {
        if (group.Measured is not { } measured)
            return;
        var escaped = new List<EscapedView>();
        table.ListEscaped(measured, escaped);
        escaped.Sort((a, b) => (b.Process.Figures?.Pss ?? 0, a.Process.Pid)
            .CompareTo((a.Process.Figures?.Pss ?? 0, b.Process.Pid)));
        foreach (EscapedView view in escaped)
        {
            processes.Add(ToMemory(view.Process, view.Process.Cgroup) with
            {
                EscapedTo = view.Cgroup,
                EscapedBy = EscapeSigns.Name(view.Sign),
            });
        }
    }

    // A child's processes are its unit's, a slice's those of the units in it that are watched.
    private int ListBelow(WatchedGroup group, List<ProcessView> processes)
    {
        var found = new List<ProcessView>();
        foreach (WatchedGroup other in watched.All)
        {
            bool isSource = other.Measured is not null
                && (other == group.Top || IsAtOrBelow(other.Cgroup.Path, group.Cgroup.Path));
            if (isSource)
                _ = table.List(other.Measured!, found);
        }

        var pids = new HashSet<int>();
        foreach (ProcessView process in found)
        {
            if (IsAtOrBelow(process.Cgroup, group.Cgroup.Path) && pids.Add(process.Pid))
                processes.Add(process);
        }

        return processes.Count;
    }

    private static bool IsAtOrBelow(string path, string top) =>
        path.StartsWith(top, StringComparison.Ordinal)
        && (path.Length == top.Length || top.Length == 1 || path[top.Length] == '/');

    private ProcessMemory ToMemory(in ProcessView process, string path)
    {
        ProcessFigures? figures = process.Figures;
        return new ProcessMemory
        {
            Pid = process.Pid,
            Ppid = process.Identity.ParentPid,
            Comm = process.Identity.Command,
            StartTimeTicks = process.Identity.StartTimeTicks,
            Cgroup = process.Cgroup == path ? null : process.Cgroup,
            Rss = figures?.Rss,
            Pss = figures?.Pss,
            PssAnon = figures?.Anon,
            PssFile = figures?.File,
            PssShmem = figures?.Shmem,
            PssDirty = figures?.Dirty,
            SwapPss = figures?.SwapPss,
            AgeUsec = figures is null ? null : time.NowUs() - process.TakenUs,
            CostUsec = figures is null ? null : process.CostUs,
            Problem = process.IsUndercounted ? "undercounted" : process.IsUnreadable ? "unreadable" : null,
        };
    }
}
