using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Linux.Attribution;

/// <summary>A process while a breakdown is taken, with what has been read of it so far.</summary>
internal sealed class SurveyedProcess(int pid, ProcessStatus status)
{
    internal int Pid => pid;

    internal ProcessStatus Status => status;

    internal SmapsRollup? Rollup { get; set; }

    internal SmapsBreakdown? Mappings { get; set; }

    /// <summary>Of smaps_rollup, which is complete also where the mappings are not; of those, how many.</summary>
    internal MemoryUse? Use => Rollup is not { } rollup ? null : new MemoryUse(
        rollup.Pss, rollup.Rss, rollup.PrivateDirty ?? 0, rollup.SwapPss ?? 0, Mappings?.Total.Count ?? 0);

    /// <summary>Adds what it has to the sums by category.</summary>
    internal void AddTo(MemoryUse[] categories)
    {
        if (Mappings is { } mappings)
        {
            for (int i = 0; i < categories.Length; i++)
                categories[i] += UseOf(mappings[(MappingCategory)i]);
        }
        else if (Rollup is { } rollup)
        {
            ulong file = rollup.PssFile ?? 0, shmem = rollup.PssShmem ?? 0;
            categories[(int)MappingCategory.MappedFile] += new MemoryUse(file, status.RssFile ?? 0, 0, 0, 0);
            categories[(int)MappingCategory.SharedMemory] += new MemoryUse(shmem, status.RssShmem ?? 0, 0, 0, 0);
            categories[(int)MappingCategory.Anonymous] += new MemoryUse(
                rollup.PssAnon ?? 0, status.RssAnon ?? 0, rollup.PrivateDirty ?? 0, rollup.SwapPss ?? 0, 0);
        }
    }

    internal static MemoryUse UseOf(MappingTotals totals) =>
        new(totals.Pss, totals.Rss, totals.PrivateDirty, totals.Swap, totals.Count);
}
