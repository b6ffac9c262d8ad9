using System.Buffers.Text;
using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>
/// A procfs and the processes in it. Reads allocate nothing but what they return; a process that is gone is
/// <see cref="ReadStatus.Vanished"/>. For one thread.
/// </summary>
/// <remarks>Source: proc(5); Documentation/filesystems/proc.rst.</remarks>
public sealed partial class ProcDirectory : IDisposable
{
    private const int MaximumPath = 64;

    private readonly FileDescriptor _directory;

    private ProcDirectory(FileDescriptor directory) => _directory = directory;

    /// <summary>
    /// The error of the last read that did not come out Ok; <see cref="Errno.None"/> for malformed text.
    /// </summary>
    public Errno LastErrno { get; private set; }

    /// <summary>Opens a procfs.</summary>
    /// <param name="root">Such as <c>/proc</c>.</param>
    /// <param name="proc">Null unless Ok.</param>
    /// <param name="errno">Why it is null.</param>
    public static ReadStatus TryOpen(string root, out ProcDirectory? proc, out Errno errno)
    {
        byte[] path = Encoding.UTF8.GetBytes(root + "\0");
        FileDescriptor directory = LibC.openat(LibC.AT_FDCWD, path, LibC.O_PATH | LibC.O_CLOEXEC);
        errno = directory.IsInvalid ? Errnos.Last : Errno.None;
        proc = errno is Errno.None ? new ProcDirectory(directory) : null;
        return errno.ToReadStatus();
    }

    /// <summary>Reads the name, the parent and the start time of a process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="stat">What was read.</param>
    /// <param name="known">Its command as read before, which is not allocated anew.</param>
    public ReadStatus TryReadStat(int pid, out ProcessStat stat, string? known = null)
    {
        stat = default;
        ReadStatus status = Read(pid, "stat"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !ProcessStat.TryParse(text, out stat, known) ? ReadStatus.Failed : status;
    }

    /// <summary>Reads sizes in pages; any user may.</summary>
    public ReadStatus TryReadStatm(int pid, out Statm statm)
    {
        statm = default;
        ReadStatus status = Read(pid, "statm"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !Statm.TryParse(text, out statm) ? ReadStatus.Failed : status;
    }

    /// <summary>Reads the memory part of status.</summary>
    public ReadStatus TryReadStatus(int pid, out ProcessStatus processStatus)
    {
        processStatus = default;
        ReadStatus status = Read(pid, "status"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !ProcessStatus.TryParse(text, out processStatus) ? ReadStatus.Failed : status;
    }

    /// <summary>Reads where a process is in the v2 hierarchy; NotSupported where it is in none.</summary>
    public ReadStatus TryReadCgroup(int pid, out string? path)
    {
        path = null;
        ReadStatus status = Read(pid, "cgroup"u8, out ReadOnlySpan<byte> text);
        if (status is not ReadStatus.Ok)
            return status;
        if (!ProcessCgroup.TryParse(text, out ReadOnlySpan<byte> found))
            return ReadStatus.NotSupported;
        path = Encoding.UTF8.GetString(found);
        return ReadStatus.Ok;
    }

    /// <summary>Reads the host's memory.</summary>
    public ReadStatus TryReadMemoryInfo(out MemoryInfo info)
    {
        info = default;
        ReadStatus status = ReadHost("meminfo"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !MemoryInfo.TryParse(text, out info) ? ReadStatus.Failed : status;
    }

    /// <summary>Reads the host's memory pressure; NotSupported when PSI is off or not built in.</summary>
    public ReadStatus TryReadPressure(out Pressure pressure)
    {
        pressure = default;
        ReadStatus status = ReadHost("pressure/memory"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !Pressure.TryParse(text, out pressure) ? ReadStatus.Failed : status;
    }

    /// <summary>Whether cgroup v2 is mounted so that memory.current contains hugetlb.</summary>
    public bool AccountsHugetlb() => ReadHost("self/mounts"u8, out ReadOnlySpan<byte> text) is ReadStatus.Ok
        && CgroupMounts.HasOption(text, "memory_hugetlb_accounting"u8);

    /// <summary>How many CPUs are online; 1 where that cannot be read.</summary>
    public int CountCpus() => ReadHost("stat"u8, out ReadOnlySpan<byte> text) is ReadStatus.Ok
        && HostStat.TryCountCpus(text, out int cpus) ? cpus : 1;

    public void Dispose() => _directory.Dispose();

    private ReadStatus Read(int pid, ReadOnlySpan<byte> file, out ReadOnlySpan<byte> text)
    {
        Span<byte> path = stackalloc byte[MaximumPath];
        WritePath(path, pid, file);
        LastErrno = ReadBuffer.Read(_directory, path, out text);
        return LastErrno.ToReadStatus();
    }

    // PID/file and its NUL.
    private static void WritePath(Span<byte> path, int pid, ReadOnlySpan<byte> file)
    {
        Utf8Formatter.TryFormat(pid, path, out int length);
        path[length++] = (byte)'/';
        file.CopyTo(path[length..]);
        path[length + file.Length] = 0;
    }

    // The host's files do not vanish: one that is not there is not offered.
    private ReadStatus ReadHost(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> text)
    {
        LastErrno = ReadBuffer.Read(_directory, path, out text);
        return LastErrno is Errno.ENOENT ? ReadStatus.NotSupported : LastErrno.ToReadStatus();
    }
}
