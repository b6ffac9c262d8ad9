using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cgmemd.Linux.Native;

/// <summary>
/// A set of sockets as one descriptor, readable when any of them is ready: an epoll(7) instance made to be nested in
/// the loop's own.
/// </summary>
internal sealed partial class SocketPoll : IDisposable
{
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLOUT = 4;

    private const int EPOLL_CLOEXEC = 0x80000;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;
    private const int EPOLL_CTL_MOD = 3;

    private readonly SafeFileHandle _handle;

    /// <exception cref="IOException">No more descriptors.</exception>
    internal SocketPoll()
    {
        _handle = EpollCreate1(EPOLL_CLOEXEC);
        int errno = Marshal.GetLastPInvokeError();
        if (_handle.IsInvalid)
            throw UnixSocket.Failure("epoll_create1", "varlink", errno);
    }

    internal int Fd => (int)_handle.DangerousGetHandle();

    /// <summary>False where the kernel has no memory or watch left (ENOMEM, ENOSPC).</summary>
    internal bool Add(UnixSocket socket, uint events) => Control(EPOLL_CTL_ADD, socket, events);

    internal void Change(UnixSocket socket, uint events) => Control(EPOLL_CTL_MOD, socket, events);

    internal void Remove(UnixSocket socket) => Control(EPOLL_CTL_DEL, socket, 0);

    /// <summary>The descriptors ready now, at most as many as there is room for; does not wait.</summary>
    internal int Ready(Span<int> fds)
    {
        Span<EpollEvent> events = stackalloc EpollEvent[fds.Length];
        int count = EpollWait(_handle, events, fds.Length, 0);
        for (int i = 0; i < count; i++)
            fds[i] = (int)events[i].Data;
        return Math.Max(count, 0);
    }

    public void Dispose() => _handle.Dispose();

    private bool Control(int operation, UnixSocket socket, uint events)
    {
        var wanted = new EpollEvent { Events = events, Data = (ulong)socket.Fd };
        return EpollCtl(_handle, operation, socket.Handle, in wanted) == 0;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollCtl(SafeFileHandle poll, int operation, SafeFileHandle file, in EpollEvent wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeFileHandle poll, Span<EpollEvent> events, int max, int timeout);

    // Packed on x86-64 only: "#define EPOLL_PACKED __attribute__((packed))", include/uapi/linux/eventpoll.h.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct EpollEvent
    {
        internal uint Events;
        internal ulong Data;
    }
}
