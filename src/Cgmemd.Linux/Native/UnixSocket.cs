using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cgmemd.Linux.Native;

/// <summary>
/// A stream socket of the AF_UNIX family. Every call that can fail gives the errno beside its result.
/// </summary>
internal sealed class UnixSocket : IDisposable
{
    // sizeof(sun_path), with the terminating zero: unix(7).
    private const int MaxPath = 108;

    private readonly SafeFileHandle _handle;

    private UnixSocket(SafeFileHandle handle) => _handle = handle;

    /// <summary>The descriptor, for epoll; the socket keeps it.</summary>
    internal int Fd => (int)_handle.DangerousGetHandle();

    /// <summary>A new socket, closed on exec.</summary>
    /// <exception cref="IOException">No more descriptors.</exception>
    internal static UnixSocket Create(bool nonBlocking)
    {
        int type = LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | (nonBlocking ? LibC.SOCK_NONBLOCK : 0);
        SafeFileHandle handle = LibC.Socket(LibC.AF_UNIX, type, 0);
        Errno errno = Errnos.Last;
        return handle.IsInvalid ? throw Failure("socket", "AF_UNIX", errno) : new UnixSocket(handle);
    }

    /// <summary>Errno.None, or what went wrong.</summary>
    internal Errno Bind(string path) =>
        TryAddress(path, out byte[] address)
            ? Result(LibC.Bind(_handle, address, (uint)address.Length))
            : Errno.ENAMETOOLONG;

    /// <summary>Errno.None, or what went wrong.</summary>
    internal Errno Connect(string path) =>
        TryAddress(path, out byte[] address)
            ? Result(LibC.Connect(_handle, address, (uint)address.Length))
            : Errno.ENAMETOOLONG;

    /// <summary>Errno.None, or what went wrong.</summary>
    internal Errno Listen(int backlog) => Result(LibC.Listen(_handle, backlog));

    /// <summary>
    /// The next connection, non-blocking; null, with the errno, when there is none or it cannot be had.
    /// </summary>
    internal UnixSocket? Accept(out Errno errno)
    {
        SafeFileHandle handle = LibC.Accept4(_handle, 0, 0, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC);
        errno = Errnos.Last;
        return handle.IsInvalid ? null : new UnixSocket(handle);
    }

    /// <summary>The bytes received, 0 at the end, or minus the errno.</summary>
    internal int Receive(Span<byte> buffer)
    {
        nint count;
        do
            count = LibC.Recv(_handle, buffer, (nuint)buffer.Length, 0);
        while (count < 0 && Errnos.Last == Errno.EINTR);
        return count < 0 ? -(int)Errnos.Last : (int)count;
    }

    /// <summary>The bytes sent, or minus the errno.</summary>
    internal int Send(ReadOnlySpan<byte> buffer)
    {
        nint count;
        do
            count = LibC.Send(_handle, buffer, (nuint)buffer.Length, LibC.MSG_NOSIGNAL);
        while (count < 0 && Errnos.Last == Errno.EINTR);
        return count < 0 ? -(int)Errnos.Last : (int)count;
    }

    /// <summary>Who connected, as the kernel knows; null where it does not say.</summary>
    internal (int Pid, uint Uid, uint Gid)? Peer()
    {
        uint length = (uint)Marshal.SizeOf<LibC.UserCredentials>();
        int result = LibC.GetSocketOption(
            _handle, LibC.SOL_SOCKET, LibC.SO_PEERCRED, out LibC.UserCredentials peer, ref length);
        return result == 0 ? (peer.Pid, peer.Uid, peer.Gid) : null;
    }

    /// <summary>How long connect, send and receive may block.</summary>
    internal void SetTimeout(TimeSpan timeout)
    {
        var value = new LibC.TimeValue
        {
            Seconds = (long)timeout.TotalSeconds,
            Microseconds = (long)(timeout.TotalMicroseconds % 1_000_000),
        };
        uint length = (uint)Marshal.SizeOf<LibC.TimeValue>();
        _ = LibC.SetSocketOption(_handle, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, in value, length);
        _ = LibC.SetSocketOption(_handle, LibC.SOL_SOCKET, LibC.SO_SNDTIMEO, in value, length);
    }

    /// <summary>An exception that says what, where and why.</summary>
    internal static IOException Failure(string call, string path, Errno errno) =>
        new($"{path}: {call}: {errno.Text()}", (int)errno);

    public void Dispose() => _handle.Dispose();

    private static Errno Result(int returned) => returned == 0 ? Errno.None : Errnos.Last;

    // struct sockaddr_un { sa_family_t sun_family; char sun_path[108]; };
    private static bool TryAddress(string path, out byte[] address)
    {
        address = new byte[2 + MaxPath];
        BitConverter.TryWriteBytes(address, (ushort)LibC.AF_UNIX);
        return Encoding.UTF8.GetByteCount(path) is > 0 and < MaxPath
            && Encoding.UTF8.TryGetBytes(path, address.AsSpan(2), out _);
    }
}
