using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>Holds a breakdown that somebody sent against what one can be, before it is kept.</summary>
public static class BreakdownCheck
{
    // Paths: PATH_MAX. comm: TASK_COMM_LEN, and each byte may have become a character of its own.
    private const int LongestPath = 4096;
    private const int LongestWord = 64;
    private const int LongestMeaning = 200;
    private const int MostItems = 1000;

    /// <summary>The part that is not as it should be, by its name in JSON; null where all is well.</summary>
    /// <param name="breakdown">As it came.</param>
    /// <param name="nowUs">CLOCK_REALTIME in microseconds: what is recorded is of the last minutes.</param>
    public static string? Problem(Breakdown breakdown, long nowUs)
    {
        if (!IsText(breakdown.Unit, LongestPath) || breakdown.Unit.Length == 0)
            return "unit";
        if (!IsText(breakdown.Cgroup, LongestPath) || !breakdown.Cgroup.StartsWith('/'))
            return "cgroup";
        if (breakdown.InvocationId is { } id && (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower)))
            return "invocation_id";
        if (breakdown.TimeUsec > nowUs || nowUs - breakdown.TimeUsec > 600_000_000)
            return "time_usec";
        if (breakdown.DurationUsec is < 0 or > 600_000_000)
            return "duration_usec";
        if (!AreCategories(breakdown.Categories))
            return "categories";
        if (!AreNames(breakdown.Names))
            return "names";
        if (breakdown.LargeAnonymousRegions < 0 || breakdown.ProcessCount < 0)
            return "process_count";
        if (breakdown.Missing is { Unreadable: < 0 } or { OutOfTime: < 0 } or { Undercounted: < 0 })
            return "missing";
        if (!All(breakdown.Processes, IsProcess))
            return "processes";
        if (!All(breakdown.Escaped, IsEscaped))
            return "escaped";
        return breakdown.Reconciliation is { } sums
            && !(All(sums.Charged, IsLine) && All(sums.Mapped, IsLine) && All(sums.Beside, IsLine))
            ? "reconciliation"
            : null;
    }

    private static bool IsProcess(ProcessBreakdown process) =>
        process.Pid > 0 && process.ParentPid >= 0 && process.Threads >= 0 && process.LargeAnonymousRegions >= 0
        && IsText(process.Command, LongestWord) && IsText(process.Runtime, LongestWord)
        && IsText(process.RuntimeVersion, LongestWord) && IsText(process.Allocator, LongestWord)
        && IsText(process.AllocatorVersion, LongestWord)
        && (process.Categories is null || AreCategories(process.Categories))
        && (process.TopMappings is null || AreNames(process.TopMappings));

    private static bool IsEscaped(EscapedProcess process) =>
        process.Pid > 0 && IsText(process.Command, LongestWord) && IsText(process.Cgroup, LongestPath)
        && IsText(process.By, LongestWord);

    private static bool IsLine(ReconciliationLine line) =>
        line.Name.Length > 0 && IsText(line.Name, LongestWord) && IsText(line.Meaning, LongestMeaning);

    private static bool AreNames(IReadOnlyList<NamedUse> names) => All(names, name =>
        IsText(name.Name, LongestPath) && MappingCategories.Parse(name.Category) is not null);

    private static bool AreCategories(IReadOnlyDictionary<string, MemoryUse> categories)
    {
        foreach (string name in categories.Keys)
        {
            if (MappingCategories.Parse(name) is null)
                return false;
        }

        return true;
    }

    private static bool All<T>(IReadOnlyList<T> items, Predicate<T> isRight)
        where T : class
    {
        if (items.Count > MostItems)
            return false;
        for (int i = 0; i < items.Count; i++)
        {
            // JSON may hold a null where none belongs.
            if (items[i] is null || !isRight(items[i]))
                return false;
        }

        return true;
    }

    private static bool IsText(string? text, int longest) => text is null || text.Length <= longest;
}
