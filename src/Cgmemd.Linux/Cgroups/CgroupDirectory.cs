using System.Text;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// A cgroup's directory as an O_PATH descriptor: it names that very cgroup, even when its path is reused.
/// </summary>
internal static class CgroupDirectory
{
    /// <summary>Opens root + path as a directory.</summary>
    internal static ReadStatus TryOpen(
        string root, string path, out FileDescriptor? directory, out ulong id, out Errno errno)
    {
        string full = path == "/" ? root : root + path;
        return TryOpen(LibC.AT_FDCWD, Encoding.UTF8.GetBytes(full + "\0"), out directory, out id, out errno);
    }

    private static ReadStatus TryOpen(
        int parent, ReadOnlySpan<byte> path, out FileDescriptor? directory, out ulong id, out Errno errno)
    {
        directory = LibC.openat(parent, path, LibC.O_PATH | LibC.O_CLOEXEC);
        errno = directory.IsInvalid ? Errnos.Last : Errno.None;
        id = 0;
        if (errno is Errno.None
            && LibC.statx(directory, ""u8, LibC.AT_EMPTY_PATH, LibC.StatX.Basic, out LibC.StatX status) == 0)
        {
            id = status.Inode;
            if (status.IsDirectory)
                return ReadStatus.Ok;
            errno = Errno.ENOTDIR;
        }
        else if (errno is Errno.None)
        {
            errno = Errnos.Last;
        }

        directory.Dispose();
        directory = null;
        return errno.ToReadStatus();
    }

    /// <summary>What a failed open of a file means: ENOENT is a gone cgroup, or one that lacks this file.</summary>
    internal static ReadStatus StatusOfMissing(FileDescriptor directory, Errno errno)
    {
        // Every cgroup has a cgroup.procs for as long as it lives.
        bool alive = errno is Errno.ENOENT && LibC.faccessat(directory, "cgroup.procs"u8, 0, 0) == 0;
        return alive ? ReadStatus.NotSupported : errno.ToReadStatus();
    }

    /// <summary>Whether it is on a cgroup2 file system, not in a fixture: only there do we write.</summary>
    internal static bool IsKernel(FileDescriptor directory) =>
        LibC.fstatfs(directory, out LibC.StatFs status) == 0 && status.Type == LibC.StatFs.Cgroup2;
}
