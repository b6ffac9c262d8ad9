namespace Cgmemd.Core.Kernel;

/// <summary>A kernel file taken apart from the front: line by line, word by word, without allocating.</summary>
internal ref struct KernelText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>What has not been taken yet.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes the next line, without its newline; false at the end.</summary>
    internal bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        line = _rest;
        if (_rest.IsEmpty)
            return false;
        int end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes the next run of characters that are neither blank nor tab; false at the end.</summary>
    internal bool TryTakeWord(out ReadOnlySpan<byte> word)
    {
        int start = _rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> from = start < 0 ? default : _rest[start..];
        int end = from.IndexOfAny((byte)' ', (byte)'\t');
        word = end < 0 ? from : from[..end];
        _rest = end < 0 ? default : from[end..];
        return !word.IsEmpty;
    }

    /// <summary>Takes the next word, which must be a number.</summary>
    internal bool TryTakeNumber(out ulong value)
    {
        value = 0;
        return TryTakeWord(out ReadOnlySpan<byte> word) && KernelNumber.TryParse(word, out value);
    }
}
