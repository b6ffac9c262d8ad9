using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>
/// A file that belongs to a process we watch, opened for reading only. Whoever is in that process may have put it
/// there: a path is resolved within the process's root, nothing but a regular file on a local file system is opened,
/// and no more of it is read than asked for. Even to look at a file, to open the way to it or to ask for its file
/// system waits for a server that may be dead; so nothing is touched that mountinfo does not say to be local.
/// </summary>
/// <remarks>
/// What is left: a process that mounts such a file system over the path just then, in a user namespace of its own,
/// holds the thread that asks.
/// </remarks>
internal sealed class TargetFile : IDisposable
{
    private readonly FileDescriptor _file;

    private TargetFile(FileDescriptor file, FileIdentity identity)
    {
        _file = file;
        Identity = identity;
    }

    /// <summary>Tells this file in this state from others.</summary>
    internal FileIdentity Identity { get; }

    /// <summary>Opens the program of a process, by the kernel's own link; null where that may not be.</summary>
    /// <param name="process">The process's directory in /proc.</param>
    /// <param name="isLocal">Whether the device that maps shows it to be on is local.</param>
    internal static TargetFile? OpenProgram(FileDescriptor process, bool isLocal)
    {
        if (!isLocal)
            return null;
        using FileDescriptor found = LibC.openat(process, "exe\0"u8, LibC.O_PATH | LibC.O_CLOEXEC);
        return Reopen(found);
    }

    /// <summary>Opens a file by its path in the process's root; null where that may not be.</summary>
    /// <param name="process">The process's directory in /proc.</param>
    /// <param name="path">Absolute. Links on it are followed within the file system of the root alone.</param>
    /// <param name="mounts">The process's.</param>
    internal static TargetFile? Open(FileDescriptor process, string path, LocalMounts mounts)
    {
        if (!mounts.HasWayTo(path))
            return null;
        using FileDescriptor root = LibC.openat(process, "root\0"u8, LibC.O_PATH | LibC.O_CLOEXEC);
        if (root.IsInvalid || LibC.fstatfs(root, out LibC.StatFs fileSystem) != 0 || fileSystem.IsRemote)
            return null;
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        using FileDescriptor found = LibC.openat2(
            root, name, LibC.O_PATH | LibC.O_CLOEXEC,
            LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS | LibC.RESOLVE_NO_SYMLINKS);
        if (!found.IsInvalid || Errnos.Last is not Errno.ELOOP)
            return Reopen(found);
        using FileDescriptor linked = LibC.openat2(
            root, name, LibC.O_PATH | LibC.O_CLOEXEC,
            LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS | LibC.RESOLVE_NO_XDEV);
        return Reopen(linked);
    }

    /// <summary>Reads from a place on, to the buffer's or the file's end.</summary>
    /// <returns>What was read; empty also where reading fails.</returns>
    internal unsafe ReadOnlySpan<byte> Read(ulong offset, Span<byte> buffer)
    {
        int length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length && offset <= long.MaxValue)
            {
                nint count = LibC.pread(_file, start + length, buffer.Length - length, (long)offset);
                if (count <= 0)
                    break;
                length += (int)count;
                offset += (ulong)count;
            }
        }

        return buffer[..length];
    }

    public void Dispose() => _file.Dispose();

    // O_PATH opens nothing: what was found is looked at first, then opened by our own descriptor's link. Without
    // O_NONBLOCK a pipe that took its place would hold us, and a device would be told of it.
    private static TargetFile? Reopen(FileDescriptor found)
    {
        if (found.IsInvalid
            || LibC.statx(found, "\0"u8, LibC.AT_EMPTY_PATH, LibC.StatX.Basic, out LibC.StatX status) != 0
            || !status.IsRegular || LibC.fstatfs(found, out LibC.StatFs fileSystem) != 0 || fileSystem.IsRemote)
            return null;
        FileDescriptor file = LibC.openat(
            LibC.AT_FDCWD, Encoding.ASCII.GetBytes($"/proc/self/fd/{found.Number}\0"),
            LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (!file.IsInvalid)
        {
            return new TargetFile(file, new FileIdentity(
                ((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode, status.ModifiedSeconds,
                status.ModifiedNanoseconds));
        }

        file.Dispose();
        return null;
    }
}

/// <summary>A file in one state: device, inode, time of the last change of its content.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Seconds, uint Nanoseconds);
