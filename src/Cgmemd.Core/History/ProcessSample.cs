namespace Cgmemd.Core.History;

/// <summary>One process of a unit, as smaps_rollup told. Sizes are bytes; what was not told is null.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Command">Its comm, up to 15 bytes.</param>
/// <param name="Rss">Its resident set.</param>
/// <param name="Pss">Its proportional share.</param>
/// <param name="Anon">Of the PSS: anonymous memory.</param>
/// <param name="File">Of the PSS: files.</param>
/// <param name="Shmem">Of the PSS: shared memory and tmpfs.</param>
/// <param name="Dirty">Of the PSS: what was written to.</param>
/// <param name="SwapPss">The proportional share of what is swapped out.</param>
/// <param name="AgeUs">How long before the time of the samples it was read, in microseconds.</param>
public readonly record struct ProcessSample(
    int Pid, string Command, ulong Rss, ulong Pss, ulong? Anon = null, ulong? File = null, ulong? Shmem = null,
    ulong? Dirty = null, ulong? SwapPss = null, long AgeUs = 0);

/// <summary>The largest processes of a unit at one time, largest first.</summary>
public sealed record ProcessSamples(HistoryTime Time, string Unit, IReadOnlyList<ProcessSample> Processes);
