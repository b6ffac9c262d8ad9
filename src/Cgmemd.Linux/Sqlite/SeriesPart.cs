using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>An invocation with what finds its samples.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Invocation">Its record.</param>
/// <param name="Sealed">Rows of the log up to this one are in chunks.</param>
/// <param name="Newest">Its last row in the log, once it has ended; 0 while it goes on.</param>
internal sealed record KnownInvocation(long Id, Invocation Invocation, long Sealed, long Newest);

/// <summary>Rows of one tier, in the order they were recorded.</summary>
/// <param name="Tier">How finely.</param>
/// <param name="Block">The rows, and others.</param>
/// <param name="Rows">Those that are meant.</param>
internal sealed record SeriesPart(HistoryTier Tier, SampleBlock Block, List<int> Rows);
