using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>The C library, by aspect. Every function that sets errno says so; read it at once.</summary>
internal static partial class LibC
{
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int W_OK = 2;
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;
    internal const ulong RESOLVE_NO_XDEV = 0x01;
    internal const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    internal const ulong RESOLVE_NO_SYMLINKS = 0x04;
    internal const ulong RESOLVE_IN_ROOT = 0x10;

    private const string Library = "libc";

    // open(2) is variadic for the mode's sake alone; without O_CREAT a fixed third argument is never looked at, and
    // both x86-64 and arm64 Linux pass it as a variadic one.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial FileDescriptor openat(int directory, ReadOnlySpan<byte> path, int flags, uint mode = 0);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial FileDescriptor openat(
        FileDescriptor directory, ReadOnlySpan<byte> path, int flags, uint mode = 0);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int faccessat(FileDescriptor directory, ReadOnlySpan<byte> path, int mode, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial nint pread(FileDescriptor file, byte* buffer, nint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial nint pwrite(FileDescriptor file, byte* buffer, nint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial nint read(FileDescriptor file, byte* buffer, nint count);

    /// <summary>Writes the target without a NUL, cut at the buffer's end; its length, or -1 with errno set.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint readlinkat(
        FileDescriptor directory, ReadOnlySpan<byte> path, Span<byte> buffer, nint size);

    // The C library has no openat2(2). Its number is the same on every architecture, and like openat a variadic
    // function may be called so on x86-64 and arm64.
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial FileDescriptor openat2_syscall(
        long number, FileDescriptor directory, ReadOnlySpan<byte> path, in OpenHow how, nint size);

    /// <summary>openat2(2), from Linux 5.6: opens below a directory, with bounds on how the path is resolved.</summary>
    internal static FileDescriptor openat2(
        FileDescriptor directory, ReadOnlySpan<byte> path, int flags, ulong resolve) =>
        openat2_syscall(437, directory, path, new OpenHow((ulong)flags, 0, resolve), 24);

    // The layout of struct statx is the same everywhere, unlike that of struct stat.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statx(
        FileDescriptor file, ReadOnlySpan<byte> path, int flags, uint mask, out StatX status);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statx(
        int directory, ReadOnlySpan<byte> path, int flags, uint mask, out StatX status);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(FileDescriptor file, out StatFs status);

    internal const int POSIX_FADV_DONTNEED = 4;

    /// <summary>Returns the errno itself.</summary>
    [LibraryImport(Library)]
    internal static partial int posix_fadvise(FileDescriptor file, long offset, long length, int advice);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fsync(FileDescriptor file);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int file);

    // Short-lived reads without a handle object: opened and closed by the same function.
    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    private static partial int openat_raw(int directory, ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    private static partial int statx_raw(
        int file, ReadOnlySpan<byte> path, int flags, uint mask, out StatX status);

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    private static unsafe partial nint getdents64_raw(int directory, byte* buffer, nint count);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint pread_raw(int file, byte* buffer, nint count, long offset);

    /// <summary>
    /// Opens, reads from the start until the end or a full buffer, and closes: no handle is allocated.
    /// </summary>
    /// <returns>The bytes read, or -1 with errno set.</returns>
    internal static unsafe nint ReadOnce(int directory, ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        int file = openat_raw(directory, path, O_RDONLY | O_CLOEXEC, 0);
        if (file < 0)
            return -1;
        nint total = 0, count;
        fixed (byte* start = buffer)
        {
            do
            {
                count = pread_raw(file, start + total, buffer.Length - total, total);
                total += Math.Max(count, 0);
            }
            while (count > 0 && total < buffer.Length);
        }

        int errno = Marshal.GetLastPInvokeError();
        close(file);
        Marshal.SetLastPInvokeError(errno);
        return count < 0 ? -1 : total;
    }

    /// <summary>Opens for reading without a handle object; the caller closes it. -1 with errno set.</summary>
    internal static int OpenRead(int directory, ReadOnlySpan<byte> path) =>
        openat_raw(directory, path, O_RDONLY | O_CLOEXEC, 0);

    /// <summary>The inode number of an open file; null with errno set.</summary>
    internal static ulong? InodeOf(int file) =>
        statx_raw(file, ""u8, AT_EMPTY_PATH, StatX.Basic, out StatX status) == 0 ? status.Inode : null;

    /// <summary>The next entries of a directory: their length in bytes, 0 at the end, -1 with errno set.</summary>
    internal static unsafe nint ReadEntries(int directory, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return getdents64_raw(directory, start, buffer.Length);
    }

    /// <summary>The part of struct statx that we use, at its fixed places; 256 bytes in all.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatX
    {
        internal const uint Basic = 0x7ff; // STATX_BASIC_STATS

        [FieldOffset(20)]
        internal uint Owner;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(112)]
        internal long ModifiedSeconds;

        [FieldOffset(120)]
        internal uint ModifiedNanoseconds;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;

        internal readonly bool IsDirectory => (Mode & 0xf000) == 0x4000;

        internal readonly bool IsRegular => (Mode & 0xf000) == 0x8000;
    }

    /// <summary>The head of struct statfs: the type of the file system. 120 bytes on 64-bit.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct StatFs
    {
        internal const long Cgroup2 = 0x63677270; // CGROUP2_SUPER_MAGIC

        // FUSE, NFS, SMB, SMB2, CIFS, 9p, Ceph, AFS, Coda, Andrew: somebody else answers, or does not.
        private static readonly long[] Remote =
        [
            0x65735546, 0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x73757245,
            0x6b414653,
        ];

        [FieldOffset(0)]
        internal long Type;

        internal readonly bool IsRemote => Array.IndexOf(Remote, Type) >= 0;
    }

    /// <summary>struct open_how.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct OpenHow(ulong flags, ulong mode, ulong resolve)
    {
        internal readonly ulong Flags = flags;
        internal readonly ulong Mode = mode;
        internal readonly ulong Resolve = resolve;
    }
}
