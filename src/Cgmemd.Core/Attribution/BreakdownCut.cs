namespace Cgmemd.Core.Attribution;

/// <summary>Makes a breakdown fit into its place: what tells least goes first, and the sums never do.</summary>
public static class BreakdownCut
{
    /// <summary>
    /// The breakdown, or the most of it that fits: the top mappings of the smallest processes go first, then their
    /// categories, then the processes themselves, then names and escaped processes. Null where nothing helps.
    /// </summary>
    /// <param name="breakdown">Its processes, largest first.</param>
    /// <param name="fits">Asked for ever smaller ones.</param>
    public static Breakdown? ToFit(Breakdown breakdown, Predicate<Breakdown> fits)
    {
        if (fits(breakdown))
            return breakdown;
        Cut[] cuts =
        [
            new(b => b.Processes.Count, (b, keep) => b with { Processes = Bare(b.Processes, keep, WithoutMappings) }),
            new(b => b.Processes.Count, (b, keep) => b with { Processes = Bare(b.Processes, keep, WithoutCategories) }),
            new(b => b.Processes.Count, (b, keep) => b with { Processes = First(b.Processes, keep) }),
            new(b => b.Names.Count, (b, keep) => b with { Names = First(b.Names, keep) }),
            new(b => b.Escaped.Count, (b, keep) => b with { Escaped = First(b.Escaped, keep) }),
        ];
        foreach (Cut cut in cuts)
        {
            Breakdown whole = breakdown;
            for (int keep = cut.Count(whole); keep > 0;)
            {
                keep /= 2;
                breakdown = cut.Keep(whole, keep);
                if (fits(breakdown))
                    return breakdown;
            }
        }

        return null;
    }

    private static ProcessBreakdown WithoutMappings(ProcessBreakdown process) => process with { TopMappings = null };

    private static ProcessBreakdown WithoutCategories(ProcessBreakdown process) => process with { Categories = null };

    private static List<ProcessBreakdown> Bare(
        IReadOnlyList<ProcessBreakdown> processes, int keep, Func<ProcessBreakdown, ProcessBreakdown> bare)
    {
        var cut = new List<ProcessBreakdown>(processes.Count);
        for (int i = 0; i < processes.Count; i++)
            cut.Add(i < keep ? processes[i] : bare(processes[i]));
        return cut;
    }

    private static List<T> First<T>(IReadOnlyList<T> all, int keep)
        where T : class
    {
        var cut = new List<T>(keep);
        for (int i = 0; i < keep; i++)
            cut.Add(all[i]);
        return cut;
    }

    private sealed record Cut(Func<Breakdown, int> Count, Func<Breakdown, int, Breakdown> Keep);
}
