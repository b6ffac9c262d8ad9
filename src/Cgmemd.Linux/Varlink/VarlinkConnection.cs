using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Varlink;

/// <summary>
/// One client of the server. Never blocks and never throws for what the client sends: what is not a call is answered
/// with an error, and the connection closes behind it.
/// </summary>
/// <remarks>
/// A client that does not read its replies is not read from either, so it holds little of our memory.
/// </remarks>
internal sealed class VarlinkConnection : IDisposable
{
    /// <summary>The longest message taken, with its NUL.</summary>
    internal const int MaxMessage = 64 * 1024;

    // Replies waiting beyond this stop the reading of further calls; one reply beyond MaxReply closes the connection.
    private const int HighWater = 256 * 1024;
    private const int MaxReply = 8 * 1024 * 1024;
    private const int KeptBuffer = 16 * 1024;

    // One client's calls between two turns of the loop; the others wait for the next, when it is woken for writing.
    private const int CallsPerTurn = 8;

    private readonly UnixSocket _socket;
    private readonly PeerCredentials _peer;
    private readonly Func<VarlinkCall, VarlinkReply> _handle;
    private readonly MessageBuffer _input = new(MaxMessage);
    private ArrayBufferWriter<byte> _output = new();
    private int _sent;
    private bool _refused, _ended, _awaits;

    internal VarlinkConnection(
        UnixSocket socket, PeerCredentials peer, long nowUs, Func<VarlinkCall, VarlinkReply> handle)
    {
        (_socket, _peer, _handle) = (socket, peer, handle);
        LastActivityUs = nowUs;
    }

    internal UnixSocket Socket => _socket;

    internal bool IsClosed { get; private set; }

    internal bool WantsWrite => Pending > 0 || (!_refused && !_awaits && _input.HasMessage());

    internal bool WantsRead =>
        !_refused && !_ended && Pending < HighWater && !(_awaits && _input.HasMessage());

    /// <summary>When bytes last went in or out.</summary>
    internal long LastActivityUs { get; private set; }

    /// <summary>Whether the client owes something: the rest of a call, or the reading of a reply.</summary>
    internal bool IsOwed => Pending > 0 || !_input.IsEmpty;

    private int Pending => _output.WrittenCount - _sent;

    /// <summary>Reads, answers and writes what can be without waiting.</summary>
    internal void OnReady(long nowUs)
    {
        if (WantsRead)
            Receive(nowUs);
        int left = CallsPerTurn;
        do
            Answer(ref left);
        while (Flush(nowUs) && !_refused && !_awaits && left > 0 && _input.HasMessage());

        // The client may have closed its sending half only and still read: it gets every reply before we close, but for
        // one that is not there yet.
        if (Pending == 0 && (_refused || (_ended && (_awaits || !_input.HasMessage()))))
            IsClosed = true;
    }

    /// <summary>The reply to the call that awaits one; what came behind that call is answered next.</summary>
    internal void Answer(VarlinkReply reply)
    {
        if (!_awaits)
            return;
        _awaits = false;
        Write(reply);
    }

    public void Dispose()
    {
        IsClosed = true;
        _socket.Dispose();
    }

    private void Receive(long nowUs)
    {
        int count = _socket.Receive(_input.Free());
        if (count > 0)
        {
            LastActivityUs = nowUs;
            _input.Advance(count);
        }
        else if (count == 0)
        {
            _ended = true;
        }
        else if (count != -(int)Errno.EAGAIN)
        {
            IsClosed = true;
        }
    }

    private void Answer(ref int left)
    {
        while (left > 0 && !_refused && !_awaits && Pending < HighWater
            && _input.TryTake(out ReadOnlyMemory<byte> message))
        {
            left--;
            Answer(message);
        }

        if (!_refused && !_awaits && _input.IsFull && !_input.HasMessage())
            Refuse("method");
    }

    private void Answer(ReadOnlyMemory<byte> message)
    {
        if (!TryParse(message, out CallEnvelope envelope))
        {
            Refuse("method");
        }
        else if (envelope.Upgrade)
        {
            Refuse("upgrade");
        }
        else if (envelope.Parameters is { ValueKind: not JsonValueKind.Object })
        {
            Refuse("parameters");
        }
        else
        {
            VarlinkReply reply = _handle(
                new VarlinkCall(envelope.Method!, envelope.Parameters, _peer, envelope.More, envelope.Oneway)
                {
                    Connection = this,
                });
            if (envelope.Oneway)
                return;
            if (ReferenceEquals(reply, VarlinkReply.Later))
                _awaits = true;
            else
                Write(reply);
        }
    }

    private void Refuse(string parameter)
    {
        Write(VarlinkReply.InvalidParameter(parameter));
        _refused = true;
    }

    private void Write(VarlinkReply reply)
    {
        if (reply.Parameters.Length > MaxReply)
            IsClosed = _refused = true;
        else
            reply.WriteTo(_output);
    }

    /// <summary>Writes what the socket takes; true if that was all.</summary>
    private bool Flush(long nowUs)
    {
        while (Pending > 0)
        {
            int count = _socket.Send(_output.WrittenSpan[_sent..]);
            if (count < 0)
            {
                IsClosed |= count != -(int)Errno.EAGAIN;
                return false;
            }

            LastActivityUs = nowUs;
            _sent += count;
        }

        _sent = 0;
        if (_output.Capacity > KeptBuffer)
            _output = new ArrayBufferWriter<byte>();
        else
            _output.ResetWrittenCount();
        return true;
    }

    private static bool TryParse(ReadOnlyMemory<byte> message, out CallEnvelope envelope)
    {
        envelope = null!;
        if (!Utf8.IsValid(message.Span))
            return false;
        try
        {
            envelope = JsonSerializer.Deserialize(message.Span, VarlinkJson.Default.CallEnvelope)!;
            return envelope is { Method: not null };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
