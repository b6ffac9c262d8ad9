using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Kernel;

/// <summary>A cgroup file of a single value: memory.current, memory.peak, pids.current, memory.max …</summary>
public static class SingleValue
{
    // 29761536

    /// <summary>Parses a number with or without its newline.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value) =>
        KernelNumber.TryParse(WithoutNewline(text), out value);

    // max
    // 1073741824

    /// <summary>Parses a limit in bytes or <c>max</c>.</summary>
    public static bool TryParseLimit(ReadOnlySpan<byte> text, out ByteLimit limit)
    {
        limit = ByteLimit.Max;
        text = WithoutNewline(text);
        if (text.SequenceEqual("max"u8))
            return true;
        if (!KernelNumber.TryParse(text, out ulong bytes))
            return false;
        limit = ByteLimit.Of(bytes);
        return true;
    }

    private static ReadOnlySpan<byte> WithoutNewline(ReadOnlySpan<byte> text) =>
        text is [.. var line, (byte)'\n'] ? line : text;
}
