using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>
/// Processes with their depth below their parents. Siblings are in order, and each stands where the first of all below
/// it would: a wrapper of a large process comes with that.
/// </summary>
internal sealed class ProcessTree
{
    private readonly ProcessKey _key;
    private readonly Dictionary<int, List<ProcessMemory>> _children = [];
    private readonly Dictionary<int, ProcessMemory> _first = [];
    private readonly List<TreeLine> _lines = [];

    private ProcessTree(ProcessKey key) => _key = key;

    internal sealed record TreeLine(ProcessMemory Process, int Depth);

    /// <summary>The lines from top to bottom.</summary>
    internal static IReadOnlyList<TreeLine> Lines(IReadOnlyList<ProcessMemory> processes, ProcessKey key)
    {
        var tree = new ProcessTree(key);
        var known = new Dictionary<int, ProcessMemory>();
        foreach (ProcessMemory process in processes)
            known[process.Pid] = process;
        var roots = new List<ProcessMemory>();
        foreach (ProcessMemory process in known.Values)
        {
            if (IsBelow(process, known))
                tree.ChildrenOf(process.Ppid).Add(process);
            else
                roots.Add(process);
        }

        tree.Add(roots, 0);
        return tree._lines;
    }

    // The figures are of different times, in which a pid may have gone from one process to another: no circles.
    private static bool IsBelow(ProcessMemory process, Dictionary<int, ProcessMemory> known)
    {
        int parent = process.Ppid;
        for (int steps = 0; steps < known.Count && known.TryGetValue(parent, out ProcessMemory? above); steps++)
        {
            if (above.Pid == process.Pid)
                return false;
            parent = above.Ppid;
        }

        return !known.ContainsKey(parent) && known.ContainsKey(process.Ppid);
    }

    private void Add(List<ProcessMemory> siblings, int depth)
    {
        siblings.Sort((a, b) => ProcessOrder.Compare(First(a), First(b), _key));
        foreach (ProcessMemory process in siblings)
        {
            _lines.Add(new TreeLine(process, depth));
            if (_children.TryGetValue(process.Pid, out List<ProcessMemory>? children))
                Add(children, depth + 1);
        }
    }

    private ProcessMemory First(ProcessMemory process)
    {
        if (_first.TryGetValue(process.Pid, out ProcessMemory? known))
            return known;
        ProcessMemory first = process;
        if (_children.TryGetValue(process.Pid, out List<ProcessMemory>? children))
        {
            foreach (ProcessMemory child in children)
            {
                ProcessMemory below = First(child);
                if (ProcessOrder.Compare(below, first, _key) < 0)
                    first = below;
            }
        }

        return _first[process.Pid] = first;
    }

    private List<ProcessMemory> ChildrenOf(int pid)
    {
        if (!_children.TryGetValue(pid, out List<ProcessMemory>? children))
            _children[pid] = children = [];
        return children;
    }
}
