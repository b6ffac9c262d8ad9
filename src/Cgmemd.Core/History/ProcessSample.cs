namespace Cgmemd.Core.History;

/// <summary>One process of a unit, as smaps_rollup told. Sizes are bytes.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Command">Its comm, up to 15 bytes; empty when it was gone before it could be read.</param>
/// <param name="Rss">Its resident set.</param>
/// <param name="Pss">Its proportional share.</param>
public readonly record struct ProcessSample(int Pid, string Command, ulong Rss, ulong Pss);

/// <summary>The largest processes of a unit at one time, largest first.</summary>
public sealed record ProcessSamples(HistoryTime Time, string Unit, IReadOnlyList<ProcessSample> Processes);
