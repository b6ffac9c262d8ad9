using System.Buffers;
using System.Globalization;

namespace Cgmemd.Core.Units;

/// <summary>
/// Sizes in systemd's syntax: a number, with a fraction if need be, and B, K, M, G, T, P or E, to base 1024; several
/// may follow one another from large to small (<c>1G 512M</c>). A number alone is bytes.
/// </summary>
/// <remarks>Source: systemd.syntax(7); parse_size() in systemd's src/basic/parse-util.c.</remarks>
public static class ByteSize
{
    private const string Suffixes = "BKMGTPE";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>
    /// Parses a size into bytes, cutting off a fraction of one; false where it is none, or above 2⁶⁴−1.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong bytes)
    {
        bytes = 0;
        UInt128 sum = 0;
        int before = Suffixes.Length;
        text = text.Trim(' ');
        do
        {
            if (!TryReadNumber(ref text, out decimal number))
                return false;
            int suffix = text.IsEmpty ? 0 : Suffixes.IndexOf(text[0]);
            if (suffix < 0 || suffix >= before)
                return false;
            text = text.IsEmpty ? text : text[1..].TrimStart(' ');
            before = suffix;
            // At most 2⁶⁴ × 2⁶⁰: a decimal does not hold it, so the whole and the fraction are scaled apart.
            UInt128 scale = (UInt128)1 << (10 * suffix);
            decimal whole = decimal.Truncate(number);
            sum += (UInt128)whole * scale + (UInt128)decimal.Truncate((number - whole) * (ulong)scale);
        }
        while (!text.IsEmpty && sum <= ulong.MaxValue);

        bytes = (ulong)sum;
        return text.IsEmpty && sum <= ulong.MaxValue;
    }

    /// <summary>For people, to one decimal below 100: <c>1.2G</c>, <c>312M</c>, <c>0B</c>.</summary>
    public static string ToHuman(ulong bytes)
    {
        int suffix = 0;
        decimal value = bytes;
        // 1023.95K would be shown as 1024K.
        while (value >= (suffix == 0 ? 1024m : 1023.5m) && suffix < Suffixes.Length - 1)
        {
            value /= 1024;
            suffix++;
        }

        string format = value >= 99.95m || suffix == 0 ? "0" : "0.#";
        return value.ToString(format, CultureInfo.InvariantCulture) + Suffixes[suffix];
    }

    /// <summary>To the byte, in the largest unit that divides it: <c>8G</c>, <c>1536M</c>, <c>1025B</c>.</summary>
    public static string ToExact(ulong bytes)
    {
        int suffix = 0;
        while (bytes > 0 && bytes % 1024 == 0 && suffix < Suffixes.Length - 1)
        {
            bytes /= 1024;
            suffix++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + Suffixes[suffix];
    }

    // Digits with at most one point, and the spaces behind them.
    private static bool TryReadNumber(ref ReadOnlySpan<char> text, out decimal number)
    {
        int length = text.IndexOfAnyExcept(Digits);
        ReadOnlySpan<char> digits = length < 0 ? text : text[..length];
        text = text[digits.Length..].TrimStart(' ');
        number = 0;
        return digits.Length > 0 && char.IsAsciiDigit(digits[^1])
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && number <= ulong.MaxValue;
    }
}
