namespace Cgmemd.Core.Attribution;

/// <summary>Makes a breakdown fit into its place: what tells least goes first, and the sums never do.</summary>
public static class BreakdownCut
{
    // The largest keep what they have as long as there are smaller ones to leave out.
    private const int MostTelling = 8;

    /// <summary>
    /// The breakdown, or the most of it that fits: the top mappings of the smallest processes go first, then their
    /// categories, then the smallest themselves; of the largest the same follows, then names and escaped processes.
    /// Null where nothing helps.
    /// </summary>
    /// <param name="breakdown">Its processes, largest first.</param>
    /// <param name="fits">Asked for ever smaller ones.</param>
    public static Breakdown? ToFit(Breakdown breakdown, Predicate<Breakdown> fits)
    {
        if (fits(breakdown))
            return breakdown;
        foreach (int least in (ReadOnlySpan<int>)[MostTelling, 0])
        {
            Cut[] cuts =
            [
                new(b => b.Processes.Count, (b, keep) => b with { Processes = Bare(b, keep, WithoutMappings) }),
                new(b => b.Processes.Count, (b, keep) => b with { Processes = Bare(b, keep, WithoutCategories) }),
                new(b => b.Processes.Count, (b, keep) => b with { Processes = First(b.Processes, keep) }),
                new(b => b.Names.Count, (b, keep) => b with { Names = First(b.Names, keep) }),
                new(b => b.Escaped.Count, (b, keep) => b with { Escaped = First(b.Escaped, keep) }),
            ];
            foreach (Cut cut in cuts)
            {
                if (cut.Fits(ref breakdown, least, fits))
                    return breakdown;
            }
        }

        return null;
    }

    private static ProcessBreakdown WithoutMappings(ProcessBreakdown process) => process with { TopMappings = null };

    private static ProcessBreakdown WithoutCategories(ProcessBreakdown process) => process with { Categories = null };

    private static List<ProcessBreakdown> Bare(
        Breakdown breakdown, int keep, Func<ProcessBreakdown, ProcessBreakdown> bare)
    {
        var cut = new List<ProcessBreakdown>(breakdown.Processes.Count);
        for (int i = 0; i < breakdown.Processes.Count; i++)
            cut.Add(i < keep ? breakdown.Processes[i] : bare(breakdown.Processes[i]));
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

    private sealed record Cut(Func<Breakdown, int> Count, Func<Breakdown, int, Breakdown> Keep)
    {
        // Keeps ever fewer, until it fits or no more than so many are left.
        public bool Fits(ref Breakdown breakdown, int least, Predicate<Breakdown> fits)
        {
            Breakdown whole = breakdown;
            for (int keep = Count(whole); keep > least;)
            {
                keep = Math.Max(least, keep / 2);
                breakdown = Keep(whole, keep);
                if (fits(breakdown))
                    return true;
            }

            return false;
        }
    }
}
