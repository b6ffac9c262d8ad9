namespace Cgmemd.Core.Kernel;

/// <summary>Mappings added up, in bytes.</summary>
public readonly record struct MappingTotals(
    int Count, ulong Size, ulong Rss, ulong Pss, ulong PrivateDirty, ulong Swap)
{
    public static MappingTotals operator +(MappingTotals a, MappingTotals b) => new(
        a.Count + b.Count, a.Size + b.Size, a.Rss + b.Rss, a.Pss + b.Pss, a.PrivateDirty + b.PrivateDirty,
        a.Swap + b.Swap);
}

/// <summary>One mapping among the greatest; the name is empty for anonymous memory.</summary>
public sealed record GreatMapping(string Name, MappingCategory Category, MappingTotals Totals);
