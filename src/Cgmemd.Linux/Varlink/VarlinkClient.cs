using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Varlink;

/// <summary>A varlink client that blocks, with a timeout on every step.</summary>
public sealed class VarlinkClient : IDisposable
{
    // The daemon's bound on a reply is 8 MiB; this one keeps a stranger from filling our memory.
    private const int MaxReply = 16 * 1024 * 1024;

    private readonly UnixSocket _socket;
    private readonly string _path;
    private readonly MessageBuffer _input = new(MaxReply);

    private VarlinkClient(UnixSocket socket, string path) => (_socket, _path) = (socket, path);

    /// <summary>Connects to a server's socket.</summary>
    /// <exception cref="VarlinkException">Nobody listens there, or we may not connect.</exception>
    public static VarlinkClient Connect(string path, TimeSpan? timeout = null)
    {
        UnixSocket socket = UnixSocket.Create(nonBlocking: false);
        socket.SetTimeout(timeout ?? TimeSpan.FromSeconds(5));
        Errno errno = socket.Connect(path);
        if (errno == Errno.None)
            return new VarlinkClient(socket, path);
        socket.Dispose();
        throw new VarlinkException(path, errno);
    }

    /// <summary>Calls a method and waits for its reply.</summary>
    /// <exception cref="VarlinkException">No reply, or no varlink.</exception>
    public VarlinkResult Call<T>(string method, T parameters, JsonTypeInfo<T> type)
    {
        Send(new CallEnvelope { Method = method, Parameters = JsonSerializer.SerializeToElement(parameters, type) });
        ReplyEnvelope reply = Receive();
        return new VarlinkResult(reply.Error, reply.Parameters);
    }

    /// <summary>Calls a method that has no parameters.</summary>
    /// <exception cref="VarlinkException">No reply, or no varlink.</exception>
    public VarlinkResult Call(string method) => Call(method, new Empty(), VarlinkJson.Default.Empty);

    public void Dispose() => _socket.Dispose();

    private void Send(CallEnvelope call)
    {
        var message = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(message))
            JsonSerializer.Serialize(json, call, VarlinkJson.Default.CallEnvelope);
        message.Write("\0"u8);

        ReadOnlySpan<byte> rest = message.WrittenSpan;
        while (rest.Length > 0)
        {
            int count = _socket.Send(rest);
            if (count < 0)
                throw new VarlinkException(_path, (Errno)(-count));
            rest = rest[count..];
        }
    }

    private ReplyEnvelope Receive()
    {
        ReadOnlyMemory<byte> message;
        while (!_input.TryTake(out message))
        {
            if (_input.IsFull)
                throw new VarlinkException(_path, $"a reply of more than {MaxReply} bytes");
            int count = _socket.Receive(_input.Free());
            if (count == 0)
                throw new VarlinkException(_path, "the connection was closed before the reply came");
            if (count < 0)
                throw new VarlinkException(_path, (Errno)(-count));
            _input.Advance(count);
        }

        try
        {
            return JsonSerializer.Deserialize(message.Span, VarlinkJson.Default.ReplyEnvelope)
                ?? throw new VarlinkException(_path, "the reply is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new VarlinkException(_path, $"the reply is not varlink: {e.Message}");
        }
    }
}

/// <summary>What came back: results, or an error with its parameters.</summary>
public readonly record struct VarlinkResult(string? Error, JsonElement? Parameters)
{
    /// <summary>The results, or the error's parameters, as a record; null where they are of another shape.</summary>
    public T? As<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Parameters?.Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
