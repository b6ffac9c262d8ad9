using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// Walks over the hierarchy. Those that look for paths allocate, and are for the start and for changes.
/// </summary>
public static class CgroupTree
{
    /// <summary>The depth below which no walk goes: a guard against a tree made to be walked for ever.</summary>
    public const int MaximumDepth = 32;

    /// <summary>
    /// The paths of the cgroups that match a glob, component by component: <c>/kubepods.slice/*</c>. Sorted, each once.
    /// </summary>
    /// <param name="root">Where cgroup v2 is mounted.</param>
    /// <param name="globs">With a leading slash.</param>
    /// <param name="excludes">Globs over whole paths; a match leaves that path out.</param>
    public static List<string> Find(string root, IReadOnlyList<string> globs, IReadOnlyList<string> excludes)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string glob in globs)
        {
            string[] components = glob.Split('/', StringSplitOptions.RemoveEmptyEntries);
            Descend(root, "/", components, found);
        }

        return [.. found.Where(path => !Glob.IsMatchAny(excludes, path))];
    }

    /// <summary>
    /// The paths of the cgroups whose last component matches a unit glob, wherever they are: for hosts whose systemd
    /// cannot be asked. What is below a match is its own affair and not searched, but for slices. Sorted.
    /// </summary>
    public static List<string> FindUnits(string root, IReadOnlyList<string> unitGlobs)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk(root, "/", MaximumDepth, path =>
        {
            bool isMatch = Glob.IsMatchAny(unitGlobs, path.AsSpan(path.LastIndexOf('/') + 1));
            if (isMatch)
                found.Add(path);
            return !isMatch || path.EndsWith(".slice", StringComparison.Ordinal);
        });
        return [.. found];
    }

    /// <summary>
    /// Adds the pids of a cgroup and of all below it; allocates nothing but what the list grows by. Children that
    /// vanish on the way and threaded ones are left out.
    /// </summary>
    /// <param name="top">The cgroup to start from.</param>
    /// <param name="pids">Each pid once; not cleared before.</param>
    /// <param name="maximumCgroups">How many cgroups to look into at most.</param>
    /// <returns>As reading the top's own; Ok also when the bound cut the walk short.</returns>
    public static ReadStatus ReadProcesses(Cgroup top, List<int> pids, int maximumCgroups = 1000)
    {
        ReadStatus status = top.ReadProcesses(pids);
        if (status is ReadStatus.Vanished or ReadStatus.Failed)
            return status;
        top.ReadProcessesBelow(pids, maximumCgroups - 1);
        Deduplicate(pids);
        return ReadStatus.Ok;
    }

    /// <summary>
    /// Visits every cgroup below a path, parents first; a visit that returns false is not descended into.
    /// </summary>
    internal static void Walk(string root, string path, int depth, Func<string, bool> visit)
    {
        if (depth <= 0)
            return;
        foreach (string name in Children(root, path))
        {
            string child = Join(path, name);
            if (visit(child))
                Walk(root, child, depth - 1, visit);
        }
    }

    private static void Descend(string root, string path, ReadOnlySpan<string> components, SortedSet<string> found)
    {
        if (components.IsEmpty)
        {
            found.Add(path);
            return;
        }

        foreach (string name in Children(root, path))
        {
            if (Glob.IsMatch(components[0], name))
                Descend(root, Join(path, name), components[1..], found);
        }
    }

    private static List<string> Children(string root, string path)
    {
        var names = new List<string>();
        if (Cgroup.TryOpen(root, path, out Cgroup? cgroup) is ReadStatus.Ok)
        {
            cgroup!.ListChildren(names);
            cgroup.Dispose();
        }

        return names;
    }

    private static string Join(string path, string name) => path == "/" ? "/" + name : path + "/" + name;

    private static void Deduplicate(List<int> pids)
    {
        pids.Sort();
        int kept = 0;
        for (int i = 0; i < pids.Count; i++)
        {
            if (i == 0 || pids[i] != pids[i - 1])
                pids[kept++] = pids[i];
        }

        pids.RemoveRange(kept, pids.Count - kept);
    }
}
