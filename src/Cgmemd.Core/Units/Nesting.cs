namespace Cgmemd.Core.Units;

/// <summary>Which cgroups lie below which, by their paths below the root of all.</summary>
public static class Nesting
{
    /// <summary>
    /// Whether a cgroup lies below one of a set: what is counted there is counted in that one, as the kernel's figures
    /// are those of whole subtrees.
    /// </summary>
    /// <param name="paths">The set.</param>
    /// <param name="path">The cgroup: <c>/system.slice/api.service</c>.</param>
    public static bool IsBelowAny(HashSet<string> paths, string path)
    {
        var set = paths.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> above = path;
        while (above.LastIndexOf('/') is var end and >= 0)
        {
            above = above[..end];
            bool isRoot = end == 0;
            if (set.Contains(above) || (isRoot && path != "/" && set.Contains("/")))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a unit is a slice or lies in it, as far as names tell: <c>a-b.slice</c> lies in <c>a.slice</c>, and all
    /// in <c>-.slice</c>. Of other units the name does not tell.
    /// </summary>
    /// <remarks>Source: systemd.slice(5).</remarks>
    public static bool IsInSlice(string unit, string slice)
    {
        const string Suffix = ".slice";
        if (!slice.EndsWith(Suffix, StringComparison.Ordinal) || unit == slice)
            return false;
        return slice == "-.slice"
            || (unit.EndsWith(Suffix, StringComparison.Ordinal)
                && unit.StartsWith(slice[..^Suffix.Length] + "-", StringComparison.Ordinal));
    }
}
