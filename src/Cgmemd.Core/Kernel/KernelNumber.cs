namespace Cgmemd.Core.Kernel;

/// <summary>Unsigned decimal numbers as the kernel prints them: digits only, no sign, no blanks.</summary>
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

    /// <summary>Parses a process id: a number that fits an int.</summary>
    internal static bool TryParsePid(ReadOnlySpan<byte> text, out int pid)
    {
        bool parsed = TryParse(text, out ulong value) && value <= int.MaxValue;
        pid = parsed ? (int)value : 0;
        return parsed;
    }
}
