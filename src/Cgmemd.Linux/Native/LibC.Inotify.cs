using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibC
{
    internal const int IN_NONBLOCK = O_NONBLOCK;
    internal const int IN_CLOEXEC = O_CLOEXEC;
    internal const uint IN_CREATE = 0x100;
    internal const uint IN_DELETE = 0x200;
    internal const uint IN_Q_OVERFLOW = 0x4000;
    internal const uint IN_IGNORED = 0x8000;
    internal const uint IN_ONLYDIR = 0x1000000;
    internal const uint IN_ISDIR = 0x40000000;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial FileDescriptor inotify_init1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int inotify_add_watch(FileDescriptor inotify, ReadOnlySpan<byte> path, uint mask);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int inotify_rm_watch(FileDescriptor inotify, int watch);
}
