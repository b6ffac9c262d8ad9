using System.Text.Json.Serialization;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// How the memory of a unit changed from one time to another. Sizes are bytes, times CLOCK_REALTIME in µs.
/// </summary>
public sealed record UnitDiff
{
    public required string Unit { get; init; }

    /// <summary>When the first figures are of.</summary>
    public required long BeforeUsec { get; init; }

    public required long AfterUsec { get; init; }

    /// <summary>systemd's, or null.</summary>
    public string? BeforeInvocationId { get; init; }

    public string? AfterInvocationId { get; init; }

    /// <summary>Whether the unit was started again in between: then no memory changed, another one is there.</summary>
    public required bool IsAcrossInvocations { get; init; }

    /// <summary>By the kernel's keys, those that changed most first.</summary>
    public required IReadOnlyList<DiffLine> Memory { get; init; }

    /// <summary>By the kernel's keys, those that are not the same; null for no limit.</summary>
    public required IReadOnlyList<DiffLine> Limits { get; init; }

    /// <summary>By what the memory is mapped for; null where there are no breakdowns to compare.</summary>
    public BreakdownDiff? Breakdown { get; init; }

    /// <summary>The processes; null where none are known at one of the times.</summary>
    public ProcessDiff? Processes { get; init; }
}

/// <summary>A figure at both times; null where it was not there.</summary>
public sealed record DiffLine(string Name, ulong? Before, ulong? After)
{
    /// <summary>What is absent counts as nothing.</summary>
    [JsonPropertyName("change")]
    public long Change => unchecked((long)(After ?? 0) - (long)(Before ?? 0));
}

/// <summary>Two breakdowns beside one another: each is of its own time, near to the one asked for.</summary>
/// <param name="BeforeUsec">When the first was taken.</param>
/// <param name="AfterUsec">When the second was taken.</param>
/// <param name="Categories">PSS by the category's name, those that changed most first.</param>
/// <param name="Names">PSS by the name of files and shared memory, likewise.</param>
public sealed record BreakdownDiff(
    long BeforeUsec, long AfterUsec, IReadOnlyList<DiffLine> Categories, IReadOnlyList<DiffLine> Names);

/// <summary>The processes of two times.</summary>
/// <param name="BeforeUsec">When the first were measured.</param>
/// <param name="AfterUsec">When the second were measured.</param>
/// <param name="Lines">Those that changed most first.</param>
public sealed record ProcessDiff(long BeforeUsec, long AfterUsec, IReadOnlyList<ProcessChange> Lines);

/// <summary>What became of a process, or of all of one name.</summary>
/// <param name="Command">Its comm.</param>
/// <param name="State"><c>same</c>, <c>restarted</c> (others of that name), <c>appeared</c>, <c>gone</c>.</param>
/// <param name="Count">How many processes it is of: those that cannot be told apart are summed up.</param>
/// <param name="Pid">Null where it is of several.</param>
/// <param name="Before">PSS in bytes; null where it was not there.</param>
/// <param name="After">PSS in bytes; null where it is not there any more.</param>
public sealed record ProcessChange(string Command, string State, int Count, int? Pid, ulong? Before, ulong? After)
{
    [JsonPropertyName("change")]
    public long Change => unchecked((long)(After ?? 0) - (long)(Before ?? 0));
}

/// <summary>Lists of figures beside one another.</summary>
public static class DiffLines
{
    /// <summary>Each name of either list, those that changed most first.</summary>
    public static List<DiffLine> Of(IReadOnlyDictionary<string, ulong> before, IReadOnlyDictionary<string, ulong> after)
    {
        var lines = new List<DiffLine>();
        foreach ((string name, ulong value) in before)
            lines.Add(new DiffLine(name, value, after.TryGetValue(name, out ulong now) ? now : null));
        foreach ((string name, ulong value) in after)
        {
            if (!before.ContainsKey(name))
                lines.Add(new DiffLine(name, null, value));
        }

        lines.Sort((a, b) => Order(a.Change, b.Change, a.Name, b.Name));
        return lines;
    }

    /// <summary>By how much they changed, whichever way; ties by name, so that two runs agree.</summary>
    internal static int Order(long a, long b, string nameOfA, string nameOfB)
    {
        int order = Math.Abs(b).CompareTo(Math.Abs(a));
        return order != 0 ? order : string.CompareOrdinal(nameOfA, nameOfB);
    }
}
