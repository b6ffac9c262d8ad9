using System.Collections.Immutable;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>Units in lines: one below the other, or by the slices they are in.</summary>
internal static class UnitTree
{
    /// <summary>The lines in order.</summary>
    /// <param name="units">The units, in any order.</param>
    /// <param name="arrangement">Which of them, and how.</param>
    internal static IReadOnlyList<TopRow> Rows(IEnumerable<UnitSummary> units, Arrangement arrangement)
    {
        IEnumerable<UnitSummary> shown =
            units.Where(u => u.Unit.Contains(arrangement.Filter, StringComparison.OrdinalIgnoreCase));
        if (!arrangement.IsTree)
            return [.. Order(shown, u => u, arrangement).Select(u => new TopRow(u, u.Unit))];

        var rows = new List<TopRow>();
        AddBelow(Root(shown), 0, arrangement, rows);
        return rows;
    }

    private static IOrderedEnumerable<T> Order<T>(
        IEnumerable<T> units, Func<T, UnitSummary> unit, Arrangement arrangement) =>
        UnitOrder.By(units, unit, arrangement.Sort, arrangement.IsReverse);

    private static Node Root(IEnumerable<UnitSummary> units)
    {
        var root = new Node("/");
        foreach (UnitSummary unit in units)
        {
            Node node = root;
            foreach (string name in unit.Cgroup.Split('/', StringSplitOptions.RemoveEmptyEntries))
                node = node.Child(name);
            // The root's own slice and the remains of an ended life are lines of their own beside the rest.
            if (node == root || node.Unit is not null)
                node = (node.Parent ?? root).Add(new Node(unit.Cgroup));
            node.Unit = unit;
        }

        foreach (Node node in root.Children)
            node.SumUp();
        return root;
    }

    private static void AddBelow(Node parent, int depth, Arrangement arrangement, List<TopRow> rows)
    {
        foreach (Node node in Order(parent.Children, n => n.Unit!, arrangement))
        {
            bool folded = node.Children.Count > 0 && arrangement.Folded.Contains(node.Unit!.Cgroup);
            rows.Add(new TopRow(
                node.Unit!, Name(node.Unit!, depth), depth, node.Children.Count > 0, folded, node.IsSum));
            if (!folded)
                AddBelow(node, depth + 1, arrangement, rows);
        }
    }

    // A plain cgroup is named by its path and a child by its unit's name and its path: the lines above tell the rest.
    private static string Name(UnitSummary unit, int depth) =>
        depth > 0 && unit.Unit.Contains('/') ? unit.Unit[(unit.Unit.LastIndexOf('/') + 1)..] : unit.Unit;

    private sealed class Node(string path)
    {
        private readonly Dictionary<string, Node> _byName = [];

        internal Node? Parent { get; private set; }

        internal List<Node> Children { get; } = [];

        internal UnitSummary? Unit { get; set; }

        internal bool IsSum { get; private set; }

        internal Node Child(string name)
        {
            if (!_byName.TryGetValue(name, out Node? child))
                _byName[name] = child = Add(new Node($"{path.TrimEnd('/')}/{name}"));
            return child;
        }

        internal Node Add(Node child)
        {
            child.Parent = this;
            Children.Add(child);
            return child;
        }

        internal void SumUp()
        {
            foreach (Node child in Children)
                child.SumUp();
            if (Unit is not null)
                return;
            IsSum = true;
            Unit = new UnitSummary
            {
                Unit = path[(path.LastIndexOf('/') + 1)..],
                Cgroup = path,
                CgroupId = 0,
                Active = Children.Any(c => c.Unit!.Active),
                MemoryCurrent = Sum(u => u.MemoryCurrent),
                Anon = Sum(u => u.Anon),
                File = Sum(u => u.File),
                Pss = Sum(u => u.Pss),
                Rate = Children.Any(c => c.Unit!.Rate is not null) ? Children.Sum(c => c.Unit!.Rate) : null,
                Alerts = Children.Sum(c => c.Unit!.Alerts),
                SampledUsec = Children.Max(c => c.Unit!.SampledUsec),
            };
        }

        // Of those that have the value; absent where none has.
        private ulong? Sum(Func<UnitSummary, ulong?> value) =>
            Children.Aggregate((ulong?)null, (sum, c) => value(c.Unit!) is { } bytes ? (sum ?? 0) + bytes : sum);
    }
}

/// <summary>Which units are shown, and how.</summary>
/// <param name="Sort">The order; in a tree, of those in one slice.</param>
/// <param name="IsReverse">The other way round.</param>
/// <param name="IsTree">By slices.</param>
/// <param name="Filter">Part of the names; case does not matter.</param>
/// <param name="Folded">The paths of the cgroups below which nothing is shown.</param>
internal sealed record Arrangement(
    SortKey Sort, bool IsReverse, bool IsTree, string Filter, ImmutableHashSet<string> Folded);
