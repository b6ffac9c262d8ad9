using Cgmemd.Core.History;
using Cgmemd.Core.Units;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Which events are wanted.</summary>
/// <param name="Range">When they were.</param>
/// <param name="Units">The units they are about; null for all, and for those about the daemon.</param>
/// <param name="Event">The kind, such as <c>oom-kill</c>; null for all.</param>
/// <param name="AfterId">Only those behind this one, for following.</param>
/// <param name="Limit">Of those that fit, so many of the newest; null for all.</param>
public sealed record EventQuery(
    HistoryRange Range, UnitChoice? Units = null, string? Event = null, long AfterId = 0, int? Limit = null);
