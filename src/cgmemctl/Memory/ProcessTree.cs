using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>
/// Processes with their depth below their parents. Siblings are in order, and each stands where the first of all below
/// it would: a wrapper of a large process comes with that.
/// </summary>
internal sealed class ProcessTree
{
    private readonly ProcessKey _key;
    private readonly Dictionary<int, List<ProcessRecord>> _children = [];
    private readonly Dictionary<int, ProcessRecord> _first = [];
    private readonly List<TreeLine> _lines = [];

    private ProcessTree(ProcessKey key) => _key = key;

    internal sealed record TreeLine(ProcessRecord Process, int Depth);

    /// <summary>The lines from top to bottom.</summary>
    internal static IReadOnlyList<TreeLine> Lines(IReadOnlyList<ProcessRecord> processes, ProcessKey key)
    {
        var tree = new ProcessTree(key);
        var known = new Dictionary<int, ProcessRecord>();
        foreach (ProcessRecord process in processes)
            known[process.Pid] = process;
        var roots = new List<ProcessRecord>();
        foreach (ProcessRecord process in known.Values)
        {
            if (IsBelow(process, known))
                tree.ChildrenOf(process.ParentPid).Add(process);
            else
                roots.Add(process);
        }

        tree.Add(roots, 0);
        return tree._lines;
    }

    // The figures are of different times, in which a pid may have gone from one process to another: no circles.
    private static bool IsBelow(ProcessRecord process, Dictionary<int, ProcessRecord> known)
    {
        int parent = process.ParentPid;
        for (int steps = 0; steps < known.Count && known.TryGetValue(parent, out ProcessRecord? above); steps++)
        {
            if (above.Pid == process.Pid)
                return false;
            parent = above.ParentPid;
        }

        return !known.ContainsKey(parent) && known.ContainsKey(process.ParentPid);
    }

    private void Add(List<ProcessRecord> siblings, int depth)
    {
        siblings.Sort((a, b) => ProcessOrder.Compare(First(a), First(b), _key));
        foreach (ProcessRecord process in siblings)
        {
            _lines.Add(new TreeLine(process, depth));
            if (_children.TryGetValue(process.Pid, out List<ProcessRecord>? children))
                Add(children, depth + 1);
        }
    }

    private ProcessRecord First(ProcessRecord process)
    {
        if (_first.TryGetValue(process.Pid, out ProcessRecord? known))
            return known;
        ProcessRecord first = process;
        if (_children.TryGetValue(process.Pid, out List<ProcessRecord>? children))
        {
            foreach (ProcessRecord child in children)
            {
                ProcessRecord below = First(child);
                if (ProcessOrder.Compare(below, first, _key) < 0)
                    first = below;
            }
        }

        return _first[process.Pid] = first;
    }

    private List<ProcessRecord> ChildrenOf(int pid)
    {
        if (!_children.TryGetValue(pid, out List<ProcessRecord>? children))
            _children[pid] = children = [];
        return children;
    }
}
