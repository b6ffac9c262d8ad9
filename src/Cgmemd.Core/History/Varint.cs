using System.Numerics;

namespace Cgmemd.Core.History;

/// <summary>Numbers in few bytes: seven bits in each, the lowest first, the top bit where more follow.</summary>
internal static class Varint
{
    /// <summary>The bytes of the largest ulong.</summary>
    public const int MaxLength = 10;

    /// <summary>Writes to the beginning of a span that is long enough; the bytes written.</summary>
    public static int Write(Span<byte> to, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            to[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[length++] = (byte)value;
        return length;
    }

    /// <summary>Takes a number from the front; false where the bytes end too soon or exceed 64 bits.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        int end = Math.Min(from.Length, MaxLength);
        for (int i = 0; i < end; i++)
        {
            byte b = from[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                from = from[(i + 1)..];
                return i < MaxLength - 1 || b <= 1;
            }
        }

        return false;
    }

    /// <summary>The same for a number that has a bound, which it may reach.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> from, int bound, out int value)
    {
        bool isGood = TryTake(ref from, out ulong wide) && wide <= (ulong)bound;
        value = isGood ? (int)wide : 0;
        return isGood;
    }

    /// <summary>Small numbers for small differences of either sign.</summary>
    public static ulong ZigZag(ulong difference) => (difference << 1) ^ (ulong)((long)difference >> 63);

    public static ulong UnZigZag(ulong value) => (value >> 1) ^ (0 - (value & 1));

    /// <summary>The bits of a number without its leading zeros.</summary>
    public static int Bits(ulong value) => 64 - BitOperations.LeadingZeroCount(value);
}
