namespace Cgmemd.Linux.Varlink;

/// <summary>Bytes as they arrive, given out as the NUL-terminated messages they hold. Bounded.</summary>
internal sealed class MessageBuffer(int capacity)
{
    private const int FirstSize = 4096;

    private byte[] _bytes = [];
    // Before _searched and behind _start there is no NUL.
    private int _start, _end, _searched;

    /// <summary>Whether no byte waits to be taken.</summary>
    internal bool IsEmpty => _start == _end;

    /// <summary>Whether no further byte may come: without a whole message in it, the message is too long.</summary>
    internal bool IsFull => _end - _start >= capacity;

    /// <summary>Where the next bytes go; never empty unless full.</summary>
    internal Span<byte> Free()
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_end, _searched, _start) = (_end - _start, _searched - _start, 0);
        }

        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(capacity, Math.Max(FirstSize, 2 * _bytes.Length)));
        return _bytes.AsSpan(_end);
    }

    /// <summary>So many bytes were written to <see cref="Free"/>.</summary>
    internal void Advance(int count) => _end += count;

    /// <summary>Whether a whole message is there.</summary>
    internal bool HasMessage()
    {
        int at = _bytes.AsSpan(_searched, _end - _searched).IndexOf((byte)0);
        _searched = at < 0 ? _end : _searched + at;
        return at >= 0;
    }

    /// <summary>The next whole message without its NUL; good until the next call of <see cref="Free"/>.</summary>
    internal bool TryTake(out ReadOnlyMemory<byte> message)
    {
        bool found = HasMessage();
        message = found ? _bytes.AsMemory(_start, _searched - _start) : default;
        if (found)
            _start = ++_searched;
        return found;
    }
}
