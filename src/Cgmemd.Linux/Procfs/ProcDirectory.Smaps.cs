using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Procfs;

/// <summary>What a process uses its memory for, from smaps.</summary>
public sealed partial class ProcDirectory
{
    /// <summary>The most of a smaps file that is read: some 400,000 mappings.</summary>
    public const long MaximumSmapsBytes = 256L << 20;

    /// <summary>
    /// Reads all mappings of a process by category. About twice the cost of smaps_rollup: on an alert or on demand
    /// only. Read in chunks through the thread's buffer.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="breakdown">Fresh; filled only as far as the read got unless Ok.</param>
    /// <returns>NotSupported for a kernel thread; Failed with EFBIG beyond <see cref="MaximumSmapsBytes"/>, with EACCES
    /// without CAP_SYS_PTRACE.</returns>
    public ReadStatus TryReadSmaps(int pid, SmapsBreakdown breakdown)
    {
        ReadStatus status = ReadLines(pid, "smaps"u8, MaximumSmapsBytes, breakdown.TryAddLine);
        if (status is not ReadStatus.Ok)
            return status;
        return breakdown.TryComplete() ? ReadStatus.Ok : StatusWithoutMemory(pid);
    }

    /// <summary>
    /// The devices of the tmpfs mounts that a process sees, for <see cref="SmapsBreakdown"/>. Failed with EFBIG where
    /// there are more mounts than fit the thread's buffer.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="devices">They are added to it.</param>
    public ReadStatus TryReadTmpfsDevices(int pid, HashSet<ulong> devices)
    {
        ReadStatus status = Read(pid, "mountinfo"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !TmpfsDevices.TryParse(text, devices) ? ReadStatus.Failed : status;
    }
}
