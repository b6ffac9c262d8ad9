using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Varlink;

/// <summary>
/// A varlink server on a socket in the file system, for a loop on one thread: the loop polls <see cref="Fd"/> for
/// reading and calls <see cref="OnReady"/>, and <see cref="DropSlow"/> now and then. Nothing here blocks.
/// </summary>
/// <remarks>
/// Bounded: <see cref="MaxConnections"/> clients, the longest idle goes first; 64 KiB a call; a client that owes us
/// the rest of a call or the reading of a reply is dropped after <see cref="SlowTimeout"/>.
/// </remarks>
public sealed class VarlinkServer : IDisposable
{
    public const int MaxConnections = 32;

    /// <summary>How long a client may leave a call unfinished or a reply unread.</summary>
    public static readonly TimeSpan SlowTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may say nothing between calls.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(5);

    private readonly string _path;
    private readonly UnixSocket _listener;
    private readonly SocketPoll _poll = new();
    private readonly Dictionary<int, VarlinkConnection> _connections = new(MaxConnections);
    private readonly Func<VarlinkCall, VarlinkReply> _handle;

    private VarlinkServer(string path, UnixSocket listener, Func<VarlinkCall, VarlinkReply> handle)
    {
        (_path, _listener, _handle) = (path, listener, handle);
        _poll.Add(_listener, SocketPoll.EPOLLIN);
    }

    /// <summary>Readable whenever <see cref="OnReady"/> has something to do; level-triggered.</summary>
    public int Fd => _poll.Fd;

    public int Connections => _connections.Count;

    /// <summary>Whether somebody listens on a path.</summary>
    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static bool Answers(string path) => File.Exists(path) && !IsStale(path);

    /// <summary>Listens on a path. A socket nobody listens on any more is replaced.</summary>
    /// <param name="path">The socket, at most 107 bytes.</param>
    /// <param name="mode">Its mode; who may write may call.</param>
    /// <param name="handle">Answers a call, at once; <see cref="VarlinkService.Handle"/>.</param>
    /// <exception cref="IOException">The socket cannot be made, or another server listens there.</exception>
    public static VarlinkServer Listen(string path, UnixFileMode mode, Func<VarlinkCall, VarlinkReply> handle)
    {
        UnixSocket listener = UnixSocket.Create(nonBlocking: true);
        try
        {
            Errno errno = listener.Bind(path);
            if (errno == Errno.EADDRINUSE && IsStale(path))
            {
                File.Delete(path);
                errno = listener.Bind(path);
            }

            if (errno != Errno.None)
                throw UnixSocket.Failure("bind", path, errno);

            // Before listen(2) nobody can connect, so nobody connects under the mode the umask left.
            File.SetUnixFileMode(path, mode);
            errno = listener.Listen(MaxConnections);
            return errno == Errno.None
                ? new VarlinkServer(path, listener, handle)
                : throw UnixSocket.Failure("listen", path, errno);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes new clients, answers calls, writes replies: all that can be done without waiting.</summary>
    /// <param name="nowUs">A monotonic clock in microseconds.</param>
    public void OnReady(long nowUs)
    {
        Span<int> ready = stackalloc int[MaxConnections + 1];
        int count = _poll.Ready(ready);
        foreach (int fd in ready[..count])
        {
            // Not found: dropped earlier in this very pass.
            if (_connections.TryGetValue(fd, out VarlinkConnection? connection))
                Serve(connection, nowUs);
        }

        // Last, for a new client may get the descriptor number of one that has just gone.
        if (ready[..count].Contains(_listener.Fd))
            Accept(nowUs);
    }

    /// <summary>
    /// The reply to a call whose handler returned <see cref="VarlinkReply.Later"/>; nothing where the caller has gone.
    /// </summary>
    public void Answer(VarlinkCall call, VarlinkReply reply, long nowUs)
    {
        if (call.Connection is not { IsClosed: false } connection)
            return;
        connection.Answer(reply);
        Serve(connection, nowUs);
    }

    /// <summary>Drops the clients that keep us waiting. To be called every second or so.</summary>
    public void DropSlow(long nowUs)
    {
        foreach (VarlinkConnection connection in _connections.Values)
        {
            TimeSpan timeout = connection.IsOwed ? SlowTimeout : IdleTimeout;
            if (nowUs - connection.LastActivityUs > (long)timeout.TotalMicroseconds)
                Drop(connection);
        }

        _poll.Change(_listener, SocketPoll.EPOLLIN);
    }

    public void Dispose()
    {
        foreach (VarlinkConnection connection in _connections.Values)
            Drop(connection);
        _poll.Dispose();
        _listener.Dispose();
        File.Delete(_path);
    }

    private void Accept(long nowUs)
    {
        if (_listener.Accept(out Errno errno) is not { } socket)
        {
            // Out of descriptors the client stays in the queue and the listener ready: wait for DropSlow, do not spin.
            if (errno is Errno.EMFILE or Errno.ENFILE)
                _poll.Change(_listener, 0);
            return;
        }

        if (_connections.Count == MaxConnections)
            Drop(_connections.Values.MinBy(c => c.LastActivityUs)!);
        if (socket.Peer() is not { } peer || !_poll.Add(socket, SocketPoll.EPOLLIN))
        {
            socket.Dispose();
            return;
        }

        var credentials = new PeerCredentials(peer.Pid, peer.Uid, peer.Gid);
        _connections.Add(socket.Fd, new VarlinkConnection(socket, credentials, nowUs, _handle));
    }

    private void Serve(VarlinkConnection connection, long nowUs)
    {
        connection.OnReady(nowUs);
        if (connection.IsClosed)
        {
            Drop(connection);
            return;
        }

        uint events = (connection.WantsRead ? SocketPoll.EPOLLIN : 0)
            | (connection.WantsWrite ? SocketPoll.EPOLLOUT : 0);
        _poll.Change(connection.Socket, events);
    }

    // Dictionary.Remove leaves an enumeration valid.
    private void Drop(VarlinkConnection connection)
    {
        _poll.Remove(connection.Socket);
        _connections.Remove(connection.Socket.Fd);
        connection.Dispose();
    }

    // What a server that was killed leaves behind is a socket that refuses connections. A file that is no socket
    // refuses them too (unix_find_other, net/unix/af_unix.c), but opens, where a socket gives ENXIO (open(2)).
    private static bool IsStale(string path)
    {
        using UnixSocket probe = UnixSocket.Create(nonBlocking: true);
        return probe.Connect(path) == Errno.ECONNREFUSED && IsSocket(path);
    }

    private static bool IsSocket(string path)
    {
        try
        {
            using var opened = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == (int)Errno.ENXIO;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
