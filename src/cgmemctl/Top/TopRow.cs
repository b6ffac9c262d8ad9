using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>One line of units.</summary>
/// <param name="Unit">Its values; for a slice that is not watched itself, the sums of what is below it.</param>
/// <param name="Name">What it is called here.</param>
/// <param name="Depth">How deep in the tree, from 0.</param>
/// <param name="HasChildren">Whether there are lines below it, shown or folded.</param>
/// <param name="IsFolded">Whether those are hidden.</param>
/// <param name="IsSum">Whether the values are sums, which tell nothing of what is not watched.</param>
internal sealed record TopRow(
    UnitSummary Unit, string Name, int Depth = 0, bool HasChildren = false, bool IsFolded = false, bool IsSum = false)
{
    internal RowId Id => new(Unit.Cgroup, Unit.CgroupId);
}

/// <summary>By what a line is known again in the next picture: another life of a unit has the same path.</summary>
internal readonly record struct RowId(string Cgroup, ulong CgroupId);
