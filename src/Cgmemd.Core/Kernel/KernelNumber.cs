namespace Cgmemd.Core.Kernel;

/// <summary>Unsigned numbers as the kernel prints them: digits only, no sign, no blanks.</summary>
internal static class KernelNumber
{
    /// <summary>Parses the whole text; false when it is empty, holds anything but digits, or does not fit.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty)
            return false;
        foreach (byte c in text)
        {
            uint digit = (uint)(c - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10)
                return false;
            value = value * 10 + digit;
        }

        return true;
    }

    /// <summary>Parses lower case hexadecimal digits without a prefix, such as an address in maps.</summary>
    internal static bool TryParseHex(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 16)
            return false;
        foreach (byte c in text)
        {
            if (!char.IsAsciiHexDigitLower((char)c))
                return false;
            value = (value << 4) | (uint)(c <= '9' ? c - '0' : c - 'a' + 10);
        }

        return true;
    }

    /// <summary>Parses a process id: a number that fits an int.</summary>
    internal static bool TryParsePid(ReadOnlySpan<byte> text, out int pid)
    {
        bool parsed = TryParse(text, out ulong value) && value <= int.MaxValue;
        pid = parsed ? (int)value : 0;
        return parsed;
    }
}
