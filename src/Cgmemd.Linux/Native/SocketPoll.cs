using Microsoft.Win32.SafeHandles;

namespace Cgmemd.Linux.Native;

/// <summary>
/// A set of sockets as one descriptor, readable when any of them is ready: an epoll(7) instance made to be nested in
/// the loop's own.
/// </summary>
internal sealed class SocketPoll : IDisposable
{
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLOUT = 4;

    private readonly SafeFileHandle _handle;

    /// <exception cref="IOException">No more descriptors.</exception>
    internal SocketPoll()
    {
        int fd = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        Errno errno = Errnos.Last;
        _handle = fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw UnixSocket.Failure("epoll_create1", "varlink", errno);
    }

    internal int Fd => (int)_handle.DangerousGetHandle();

    /// <summary>False where the kernel has no memory or watch left (ENOMEM, ENOSPC).</summary>
    internal bool Add(UnixSocket socket, uint events) => Control(LibC.EpollOperation.Add, socket, events);

    internal void Change(UnixSocket socket, uint events) => Control(LibC.EpollOperation.Modify, socket, events);

    internal void Remove(UnixSocket socket) => Control(LibC.EpollOperation.Delete, socket, 0);

    /// <summary>The descriptors ready now, at most as many as there is room for; does not wait.</summary>
    internal unsafe int Ready(Span<int> fds)
    {
        LibC.EpollEvent* events = stackalloc LibC.EpollEvent[fds.Length];
        int count = LibC.epoll_wait(Fd, events, fds.Length, 0);
        for (int i = 0; i < count; i++)
            fds[i] = (int)events[i].Data;
        return Math.Max(count, 0);
    }

    public void Dispose() => _handle.Dispose();

    private bool Control(LibC.EpollOperation operation, UnixSocket socket, uint events)
    {
        var wanted = new LibC.EpollEvent { Events = events, Data = (ulong)socket.Fd };
        return LibC.epoll_ctl(Fd, operation, socket.Fd, in wanted) == 0;
    }
}
