using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Varlink;

/// <summary>
/// The varlink interface <c>io.cgmemd</c>: its names. packaging/io.cgmemd.varlink is its description.
/// </summary>
public static class DaemonInterface
{
    public const string Name = "io.cgmemd";
    public const string SocketPath = "/run/cgmemd/io.cgmemd";

    public const string GetStatus = "io.cgmemd.GetStatus";
    public const string ListUnits = "io.cgmemd.ListUnits";
    public const string GetUnit = "io.cgmemd.GetUnit";
    public const string ListEvents = "io.cgmemd.ListEvents";
    public const string ListProcesses = "io.cgmemd.ListProcesses";
    public const string ListRules = "io.cgmemd.ListRules";
    public const string ExplainRules = "io.cgmemd.ExplainRules";
    public const string Silence = "io.cgmemd.Silence";
    public const string ListSilences = "io.cgmemd.ListSilences";
    public const string EndSilence = "io.cgmemd.EndSilence";
    public const string Mark = "io.cgmemd.Mark";
    public const string RecordBreakdown = "io.cgmemd.RecordBreakdown";
    public const string Reload = "io.cgmemd.Reload";

    /// <summary>With <see cref="NoSuchUnitError"/>.</summary>
    public const string NoSuchUnit = "io.cgmemd.NoSuchUnit";

    /// <summary>With <see cref="NoSuchRuleError"/>: none of the unit's.</summary>
    public const string NoSuchRule = "io.cgmemd.NoSuchRule";

    /// <summary>With <see cref="NoSuchSilenceError"/>.</summary>
    public const string NoSuchSilence = "io.cgmemd.NoSuchSilence";

    public const string TooManySilences = "io.cgmemd.TooManySilences";

    /// <summary>With <see cref="ConfigurationErrorParameters"/>.</summary>
    public const string ConfigurationError = "io.cgmemd.ConfigurationError";

    /// <summary>With <see cref="HistoryUnavailableError"/>.</summary>
    public const string HistoryUnavailable = "io.cgmemd.HistoryUnavailable";

    public const string PermissionDenied = "io.cgmemd.PermissionDenied";
}

/// <summary>No parameters: <c>{}</c>.</summary>
public sealed record Empty;

public sealed record GetStatusReply(DaemonStatus Status);

public sealed record ListUnitsReply(IReadOnlyList<UnitSummary> Units);

/// <param name="Unit">A unit's name, or a cgroup path that begins with a slash.</param>
public sealed record GetUnitCall(string Unit);

public sealed record GetUnitReply(UnitDetail Unit);

/// <param name="Unit">A unit's name, or a cgroup path that begins with a slash.</param>
public sealed record ListProcessesCall(string Unit);

/// <param name="Processes">By PSS, largest first, those that were never read behind; at most <see cref="Most"/>. Behind
/// them those that have left the unit.</param>
/// <param name="Count">How many processes the unit has, without those.</param>
public sealed record ListProcessesReply(IReadOnlyList<ProcessMemory> Processes, int Count)
{
    public const int Most = 1_000;
}

/// <param name="Limit">At most so many, the newest; null for all.</param>
/// <param name="SinceUsec">Not older than this: CLOCK_REALTIME, µs.</param>
/// <param name="Unit">Only of units that match this glob.</param>
public sealed record ListEventsCall(int? Limit = null, long? SinceUsec = null, string? Unit = null);

/// <param name="Events">Oldest first.</param>
public sealed record ListEventsReply(IReadOnlyList<EventRecord> Events);

/// <param name="Text">What to note: one line, of up to <see cref="LongestText"/> characters.</param>
/// <param name="Unit">The unit it is about; null for the whole host.</param>
/// <param name="Count">A work counter, such as requests served so far.</param>
public sealed record MarkCall(string Text, string? Unit = null, ulong? Count = null)
{
    public const int LongestText = 200;
}

/// <param name="Breakdown">What was read of a unit that is watched, in the last minutes.</param>
public sealed record RecordBreakdownCall(Breakdown Breakdown);

/// <param name="Warnings">Each as it would be printed: <c>file:line:col: warning: …</c>.</param>
public sealed record ReloadReply(IReadOnlyList<string> Warnings);

public sealed record NoSuchUnitError(string Unit);

/// <param name="Problem">Why nothing can be recorded now.</param>
public sealed record HistoryUnavailableError(string Problem);

/// <param name="Diagnostics">All of them, as they would be printed.</param>
public sealed record ConfigurationErrorParameters(string Diagnostics);
