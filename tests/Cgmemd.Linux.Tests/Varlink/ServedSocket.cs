using System.Net.Sockets;
using System.Text;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Linux.Tests.Varlink;

/// <summary>A server in a directory of its own, driven step by step, and raw clients of it.</summary>
internal sealed class ServedSocket : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-varlink-").FullName;
    private readonly List<Socket> _clients = [];

    internal ServedSocket(Func<VarlinkCall, VarlinkReply>? handle = null)
    {
        Path = System.IO.Path.Combine(_directory, "socket");
        VarlinkService service = VarlinkService.ForDaemon("0.1.0", call =>
        {
            Calls.Add(call);
            return handle?.Invoke(call) ?? VarlinkReply.MethodNotFound(call.Method);
        });
        Server = VarlinkServer.Listen(Path, (UnixFileMode)0b110_110_000, service.Handle);
    }

    internal string Path { get; }

    internal VarlinkServer Server { get; }

    /// <summary>The server's clock; the tests move it.</summary>
    internal long NowUs { get; set; } = 1;

    internal List<VarlinkCall> Calls { get; } = [];

    internal Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Path));
        _clients.Add(client);
        return client;
    }

    /// <summary>Lets the server do all it can without waiting: over AF_UNIX what was sent is there at once.</summary>
    internal void Turn()
    {
        for (int i = 0; i < 20; i++)
            Server.OnReady(NowUs);
    }

    internal void Send(Socket client, string text) => Send(client, Encoding.UTF8.GetBytes(text));

    internal void Send(Socket client, byte[] bytes)
    {
        client.Send(bytes);
        Turn();
    }

    /// <summary>
    /// What came back so far, with a dot for each NUL; a closing <c>EOF</c> where the server hung up.
    /// </summary>
    internal string Received(Socket client)
    {
        client.Blocking = false;
        var bytes = new List<byte>();
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            int count = client.Receive(buffer, SocketFlags.None, out SocketError error);
            if (count > 0)
                bytes.AddRange(buffer[..count]);
            else
                return Encoding.UTF8.GetString([.. bytes]).Replace('\0', '.')
                    + (error == SocketError.WouldBlock ? "" : "EOF");
            Turn();
        }
    }

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        Server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
