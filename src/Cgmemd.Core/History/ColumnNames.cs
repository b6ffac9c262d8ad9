using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.History;

/// <summary>
/// Columns by what people type: a kernel's key, or its end where that is clear: <c>anon</c> for
/// <c>memory.stat.anon</c>, <c>oom_kill</c> for <c>memory.events.oom_kill</c>.
/// </summary>
public static class ColumnNames
{
    // Where an end is that of several keys, the first of these that it makes a key with is meant: "max" is memory.max.
    private static readonly string[] Prefixes = ["", "memory.", "memory.stat.", "memory.events.", "memory.pressure."];

    private static readonly Dictionary<string, string> Nicknames = new(StringComparer.Ordinal)
    {
        ["swap"] = "memory.swap.current",
        ["limit"] = "effective_memory.max",
        ["pids"] = "pids.current",
        ["tasks"] = "pids.current",
        ["some"] = "memory.pressure.some.avg10",
        ["full"] = "memory.pressure.full.avg10",
    };

    private static readonly Dictionary<string, HistoryColumn> ByKey =
        HistoryColumns.All.ToDictionary(column => column.Key, StringComparer.Ordinal);

    /// <summary>The column of a name, or null.</summary>
    public static HistoryColumn? Find(string name)
    {
        foreach (string prefix in Prefixes)
        {
            if (ByKey.GetValueOrDefault(prefix + name) is { } column)
                return column;
        }

        return Nicknames.TryGetValue(name, out string? key) ? ByKey[key] : null;
    }

    /// <summary>The columns of a list such as <c>memory.current,anon</c>; false with what is wrong.</summary>
    public static bool TryParse(string list, out IReadOnlyList<HistoryColumn> columns, out string? problem)
    {
        List<HistoryColumn> found = [];
        columns = found;
        problem = null;
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Find(name) is { } column)
            {
                if (!found.Contains(column))
                    found.Add(column);
                continue;
            }

            string hint = Nearest(name) is { } near ? $"; did you mean {near}?" : "";
            problem = $"no field \"{name}\"{hint}";
            return false;
        }

        problem = found.Count == 0 ? "no field is named" : null;
        return found.Count > 0;
    }

    // Short forms are as likely to be misspelt as whole keys.
    private static string? Nearest(string name) => Spelling.Nearest(
        name, HistoryColumns.All.Select(column => column.Key).Concat(ShortForms()).Concat(Nicknames.Keys));

    private static IEnumerable<string> ShortForms() =>
        from prefix in Prefixes.Skip(1)
        from column in HistoryColumns.All
        where column.Key.StartsWith(prefix, StringComparison.Ordinal)
        select column.Key[prefix.Length..];
}
