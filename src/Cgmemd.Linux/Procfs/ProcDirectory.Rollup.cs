using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Procfs;

/// <summary>The PSS of a process, from smaps_rollup.</summary>
public sealed partial class ProcDirectory
{
    // Below this a ratio says little: a process in its first milliseconds grows between two reads.
    private const ulong CheckedFromBytes = 4 << 20;

    /// <summary>
    /// Reads smaps_rollup of a process that has at most so much resident. The read costs 2.6 to 4 ms per GiB of small
    /// pages and makes the target's mmap wait meanwhile, hence the gate, which costs one read of statm.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="maximumResident">The gate in bytes, against statm's resident.</param>
    /// <param name="rollup">The sums; of a doubted reading, what was read last.</param>
    /// <param name="doubt">With NoData <see cref="RollupDoubt.TooLarge"/>; with Failed
    /// <see cref="RollupDoubt.Undercounted"/>.</param>
    /// <returns>NotSupported for a kernel thread; Vanished also for a process that has let go of its memory; Failed
    /// with EACCES without CAP_SYS_PTRACE.</returns>
    /// <remarks>
    /// Kernel 6.1 loses mappings when the target maps and unmaps meanwhile (fixed by 6d065f507d82), so the result is
    /// held against statm: readings under half of it are taken once more, then discarded.
    /// </remarks>
    public ReadStatus TryReadRollup(int pid, ulong maximumResident, out SmapsRollup rollup, out RollupDoubt doubt)
    {
        rollup = default;
        doubt = RollupDoubt.None;
        ReadStatus status = TryReadStatm(pid, out Statm statm);
        if (status is not ReadStatus.Ok)
            return status;
        if (statm.SizePages == 0)
            return StatusWithoutMemory(pid);
        ulong resident = statm.ResidentPages * (ulong)Environment.SystemPageSize;
        if (resident > maximumResident)
        {
            doubt = RollupDoubt.TooLarge;
            return ReadStatus.NoData;
        }

        for (int attempt = 0; attempt < 2; attempt++)
        {
            status = TryReadRollup(pid, out rollup);
            if (status is not ReadStatus.Ok || !IsUndercount(pid, rollup.Rss, resident))
                return status;
        }

        doubt = RollupDoubt.Undercounted;
        return ReadStatus.Failed;
    }

    /// <summary>Reads smaps_rollup at whatever cost, unchecked.</summary>
    public ReadStatus TryReadRollup(int pid, out SmapsRollup rollup)
    {
        rollup = default;
        ReadStatus status = Read(pid, "smaps_rollup"u8, out ReadOnlySpan<byte> text);
        // A process that exits between open and read gives an empty file or ESRCH.
        if (status is ReadStatus.Ok && text.IsEmpty)
            return ReadStatus.Vanished;
        return status is ReadStatus.Ok && !SmapsRollup.TryParse(text, out rollup) ? ReadStatus.Failed : status;
    }

    /// <summary>
    /// Whether the kernel has left mappings out of a reading of smaps or smaps_rollup. The process may have shrunk
    /// since: only a reading far below both the sizes before and after is doubted.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="rss">The sum over what was read, in bytes.</param>
    /// <param name="residentBefore">Statm's resident before the reading, in bytes.</param>
    public bool IsUndercount(int pid, ulong rss, ulong residentBefore)
    {
        if (residentBefore < CheckedFromBytes || rss >= residentBefore / 2)
            return false;
        return TryReadStatm(pid, out Statm after) is ReadStatus.Ok
            && rss < after.ResidentPages * (ulong)Environment.SystemPageSize / 2;
    }

    private ReadStatus StatusWithoutMemory(int pid)
    {
        ReadStatus status = TryReadStat(pid, out ProcessStat stat);
        return status is not ReadStatus.Ok ? status
            : stat.IsKernelThread ? ReadStatus.NotSupported
            : ReadStatus.Vanished;
    }
}
