using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>The C library, by aspect. Every function that sets errno says so; read it at once.</summary>
internal static partial class LibC
{
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;

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

        /// <summary>The device of the file system it is on.</summary>
        [FieldOffset(136)]
        internal uint Major;

        [FieldOffset(140)]
        internal uint Minor;

        internal readonly bool IsDirectory => (Mode & 0xf000) == 0x4000;
    }

    /// <summary>The head of struct statfs: the type of the file system. 120 bytes on 64-bit.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct StatFs
    {
        internal const long Cgroup2 = 0x63677270; // CGROUP2_SUPER_MAGIC

        [FieldOffset(0)]
        internal long Type;
    }
}
