using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>epoll(7) and eventfd(2).</summary>
internal static partial class LibC
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epfd, EpollOperation op, int fd, in EpollEvent ev);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int epoll_wait(int epfd, EpollEvent* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd_write(int fd, ulong value);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd_read(int fd, out ulong value);

    internal enum EpollOperation
    {
        Add = 1,
        Delete = 2,
        Modify = 3,
    }

    /// <summary>struct epoll_event, packed on x86-64 (sys/epoll.h, __EPOLL_PACKED).</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct EpollEvent
    {
        internal uint Events;
        internal ulong Data;
    }
}
