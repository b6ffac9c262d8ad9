using System.Runtime.InteropServices;
using Cgmemd.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Cgmemd.Linux.Polling;

/// <summary>What a file descriptor waits for; the values are the kernel's (sys/epoll.h).</summary>
[Flags]
public enum PollEvents : uint
{
    None = 0,
    Readable = 0x001,
    /// <summary>A kernfs file such as memory.events changed, or a PSI trigger fired.</summary>
    Priority = 0x002,
    Writable = 0x004,
    Error = 0x008,
    HangUp = 0x010,

    /// <summary>After one event the descriptor is silent until it is modified.</summary>
    OneShot = 1u << 30,
}

/// <summary>
/// The one place where the daemon waits: epoll(7) over descriptors, each with a number of the caller's, and an
/// eventfd by which other threads and signal handlers wake it.
/// </summary>
public sealed class Poller : IDisposable
{
    private const int Batch = 64;
    private const ulong WakeKey = ulong.MaxValue;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly LibC.EpollEvent[] _events = new LibC.EpollEvent[Batch];

    /// <exception cref="IOException">The kernel gives no descriptor (EMFILE, ENOMEM).</exception>
    public Poller()
    {
        _epoll = Own(LibC.epoll_create1(LibC.EPOLL_CLOEXEC), "epoll_create1");
        _wake = Own(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK), "eventfd");
        Add(Fd(_wake), PollEvents.Readable, WakeKey);
    }

    /// <summary>Watches a descriptor. Closing it ends that; false when it cannot be watched.</summary>
    public bool Add(int fd, PollEvents events, ulong key) => Control(LibC.EpollOperation.Add, fd, events, key);

    /// <summary>Changes what a descriptor waits for.</summary>
    public bool Modify(int fd, PollEvents events, ulong key) => Control(LibC.EpollOperation.Modify, fd, events, key);

    /// <summary>Stops watching a descriptor that stays open.</summary>
    public void Remove(int fd) => Control(LibC.EpollOperation.Delete, fd, PollEvents.None, 0);

    /// <summary>Ends the wait that is on or the next one. Any thread may call it, and a signal handler.</summary>
    public void Wake() => _ = LibC.eventfd_write(Fd(_wake), 1);

    /// <summary>
    /// Waits until a descriptor is ready, somebody wakes us or the time is over, and gives the keys of what is ready.
    /// </summary>
    /// <param name="timeoutMs">Milliseconds to wait at most.</param>
    /// <param name="ready">Takes key and events; as many as fit are given, the others come with the next wait.</param>
    /// <returns>How many entries of <paramref name="ready"/> are set.</returns>
    public unsafe int Wait(int timeoutMs, Span<(ulong Key, PollEvents Events)> ready)
    {
        int count;
        fixed (LibC.EpollEvent* events = _events)
            count = LibC.epoll_wait(Fd(_epoll), events, Math.Min(Batch, ready.Length), timeoutMs);

        int given = 0;
        for (int i = 0; i < count; i++)
        {
            if (_events[i].Data == WakeKey)
                _ = LibC.eventfd_read(Fd(_wake), out _);
            else
                ready[given++] = (_events[i].Data, (PollEvents)_events[i].Events);
        }

        return given;
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private bool Control(LibC.EpollOperation operation, int fd, PollEvents events, ulong key) =>
        LibC.epoll_ctl(
            Fd(_epoll), operation, fd, new LibC.EpollEvent { Events = (uint)events, Data = key }) == 0;

    private static int Fd(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static SafeFileHandle Own(int fd, string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }
}
