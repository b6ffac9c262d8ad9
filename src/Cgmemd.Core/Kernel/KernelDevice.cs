namespace Cgmemd.Core.Kernel;

/// <summary>Device numbers, <c>major:minor</c>: hexadecimal in maps, decimal in mountinfo.</summary>
internal static class KernelDevice
{
    /// <summary>Parses to one number, the major in the upper half; the same for both notations.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, bool hexadecimal, out ulong device)
    {
        device = 0;
        int at = text.IndexOf((byte)':');
        if (at < 0 || !TryParsePart(text[..at], hexadecimal, out ulong major)
            || !TryParsePart(text[(at + 1)..], hexadecimal, out ulong minor))
            return false;
        device = (major << 32) | minor;
        return true;
    }

    private static bool TryParsePart(ReadOnlySpan<byte> text, bool hexadecimal, out ulong value) =>
        (hexadecimal ? KernelNumber.TryParseHex(text, out value) : KernelNumber.TryParse(text, out value))
        && value <= uint.MaxValue;
}
