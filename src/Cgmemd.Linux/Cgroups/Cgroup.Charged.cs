using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>All that the kernel says of what is charged: for a breakdown, not for sampling, since it allocates.</summary>
public sealed partial class Cgroup
{
    // hugetlb_cgroup_file_init(), mem_fmt(): the page sizes of all architectures. Most hosts have two.
    private static readonly byte[][] HugetlbFiles =
    [
        "hugetlb.64KB.current\0"u8.ToArray(), "hugetlb.1MB.current\0"u8.ToArray(),
        "hugetlb.2MB.current\0"u8.ToArray(), "hugetlb.16MB.current\0"u8.ToArray(),
        "hugetlb.32MB.current\0"u8.ToArray(), "hugetlb.512MB.current\0"u8.ToArray(),
        "hugetlb.1GB.current\0"u8.ToArray(), "hugetlb.2GB.current\0"u8.ToArray(),
        "hugetlb.16GB.current\0"u8.ToArray(),
    ];

    /// <summary>Reads memory.current, memory.stat, memory.swap.current and the hugetlb controller's files.</summary>
    /// <param name="charged">Null unless Ok.</param>
    /// <returns>NotSupported without the memory controller.</returns>
    public ReadStatus ReadCharged(out ChargedMemory? charged)
    {
        charged = null;
        ReadStatus status = ReadCurrent(out ulong current);
        if (status is not ReadStatus.Ok)
            return status;
        // Close behind memory.current, for the one is compared with the other.
        var stat = new Dictionary<string, ulong>();
        status = _stat.Read(_directory, "memory.stat"u8, out ReadOnlySpan<byte> text, out Errno errno);
        LastErrno = errno;
        if (status is not ReadStatus.Ok)
            return status;
        if (!ChargedMemory.TryParseStat(text, stat))
            return ReadStatus.Failed;
        ulong? swap = null, hugetlb = null;
        if (_swapCurrent.Read(_directory, "memory.swap.current"u8, out text, out _) is ReadStatus.Ok
            && SingleValue.TryParse(text, out ulong swapped))
            swap = swapped;
        foreach (byte[] file in HugetlbFiles)
        {
            if (ReadBuffer.Read(_directory, file, out text) is Errno.None && SingleValue.TryParse(text, out ulong bytes))
                hugetlb = (hugetlb ?? 0) + bytes;
        }

        charged = new ChargedMemory(current, stat, swap, hugetlb);
        return ReadStatus.Ok;
    }
}
