using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// The greatest areas of an address space. Mappings without a gap between them, of one category and name, are one area:
/// the kernel splits and joins mappings for reasons that tell nothing of what they are for.
/// </summary>
internal sealed class GreatestAreas(int count)
{
    private readonly List<NamedUse> _greatest = [];

    private string _name = "";
    private MappingCategory _category;
    private MemoryUse _use;
    private ulong _end;

    /// <summary>The areas by PSS, the greatest first; those without any are left out.</summary>
    internal List<NamedUse> ToList()
    {
        EndArea();
        return _greatest;
    }

    /// <summary>Adds a mapping, or several at once, in the order of addresses.</summary>
    /// <param name="name">Empty for none.</param>
    /// <param name="category">What it is for.</param>
    /// <param name="use">Its sums.</param>
    /// <param name="start">Where it begins; 0 to have it begin an area in any case.</param>
    /// <param name="end">Where it ends; 0 to have it end its area.</param>
    internal void Add(string name, MappingCategory category, MemoryUse use, ulong start, ulong end)
    {
        if (start == 0 || start != _end || category != _category || name != _name)
        {
            EndArea();
            (_name, _category) = (name, category);
        }

        _use += use;
        _end = end;
    }

    private void EndArea()
    {
        MemoryUse use = _use;
        (_use, _end) = (default, 0);
        bool isFull = _greatest.Count >= count;
        if (use.Pss == 0 || count == 0 || (isFull && use.Pss <= _greatest[^1].Use.Pss))
            return;
        if (isFull)
            _greatest.RemoveAt(_greatest.Count - 1);
        int at = _greatest.Count;
        while (at > 0 && _greatest[at - 1].Use.Pss < use.Pss)
            at--;
        _greatest.Insert(at, new NamedUse(_name, MappingCategories.Name(_category), use));
    }
}
