using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>What smaps_rollup told of one process. Sizes are bytes; what the kernel does not tell is null.</summary>
/// <param name="Rss">The resident set.</param>
/// <param name="Pss">The proportional share of it.</param>
/// <param name="Anon">Of the PSS: anonymous memory.</param>
/// <param name="File">Of the PSS: files.</param>
/// <param name="Shmem">Of the PSS: shared memory and tmpfs.</param>
/// <param name="Dirty">Of the PSS: what was written to; from Linux 6.0.</param>
/// <param name="SwapPss">The proportional share of what is swapped out.</param>
public readonly record struct ProcessFigures(
    ulong Rss, ulong Pss, ulong? Anon, ulong? File, ulong? Shmem, ulong? Dirty, ulong? SwapPss)
{
    public static ProcessFigures Of(in SmapsRollup rollup) => new(
        rollup.Rss, rollup.Pss, rollup.PssAnon, rollup.PssFile, rollup.PssShmem, rollup.PssDirty, rollup.SwapPss);

    /// <summary>The sum; null where one of the two is.</summary>
    public static ProcessFigures operator +(in ProcessFigures a, in ProcessFigures b) => new(
        a.Rss + b.Rss, a.Pss + b.Pss, a.Anon + b.Anon, a.File + b.File, a.Shmem + b.Shmem, a.Dirty + b.Dirty,
        a.SwapPss + b.SwapPss);
}
