using System.Buffers;

namespace Cgmemd.Core.History;

/// <summary>
/// Units whose names differ in numbers alone, such as <c>run-u123.service</c> and <c>run-u124.service</c>: systemd,
/// containers and sessions name one life each, and thousands of them are one thing to whoever looks back.
/// </summary>
public static class UnitFamily
{
    // FNV-1a, of 64 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/.
    private const ulong Basis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>A number that the names of a family share: each run of hexadecimal digits is one digit in it.</summary>
    /// <param name="name">The unit's name in UTF-8.</param>
    public static ulong Of(ReadOnlySpan<byte> name)
    {
        ulong hash = Basis;
        while (!name.IsEmpty)
        {
            int run = name.IndexOfAnyExcept(Digits);
            run = run < 0 ? name.Length : run;
            // Letters alone are a part of the name: "cafe" is no number.
            bool isNumber = name[..run].ContainsAnyInRange((byte)'0', (byte)'9');
            int take = isNumber ? run : Math.Max(1, run);
            foreach (byte c in isNumber ? "#"u8 : name[..take])
                hash = (hash ^ c) * Prime;
            name = name[take..];
        }

        return hash;
    }
}
