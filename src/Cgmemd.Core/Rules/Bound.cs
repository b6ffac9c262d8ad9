using System.Globalization;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>
/// A threshold: bytes, or a share of a limit in parts per ten thousand (systemd's precision for percentages).
/// </summary>
public readonly record struct Bound
{
    private readonly ulong _value;

    private Bound(bool isShare, ulong value) => (IsShare, _value) = (isShare, value);

    /// <summary>Whether the bound is a share of a limit.</summary>
    public bool IsShare { get; }

    public static Bound OfBytes(ulong bytes) => new(false, bytes);

    /// <summary>A share in parts per ten thousand: 80 % is 8000.</summary>
    public static Bound OfShare(uint permyriad) => new(true, permyriad);

    /// <summary>
    /// Parses <c>80%</c> or <c>12.5%</c>, from 0 to 100 with up to two decimals, or a size such as <c>1.5G</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Bound bound)
    {
        bound = default;
        text = text.Trim(' ');
        if (text is not [.. var number, '%'])
        {
            bool isSize = ByteSize.TryParse(text, out ulong bytes);
            bound = OfBytes(bytes);
            return isSize;
        }

        // System.Decimal, as 12.34 * 100 is not whole in binary.
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            || percent > 100 || percent * 100 % 1 != 0)
            return false;
        bound = OfShare((uint)(percent * 100));
        return true;
    }

    /// <summary>The bound in bytes under a limit; null for a share of no limit, where the rule cannot hold.</summary>
    public ulong? Resolve(ByteLimit limit) =>
        !IsShare ? _value : limit.IsFinite ? (ulong)((UInt128)limit.Bytes * _value / 10_000) : null;

    /// <summary>The share in parts per ten thousand, or the bytes, whichever it is.</summary>
    public ulong Value => _value;

    /// <summary>As it may be written in a rule: <c>80%</c>, <c>12.5%</c>, or bytes.</summary>
    public override string ToString() => IsShare
        ? (_value / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%"
        : _value.ToString(CultureInfo.InvariantCulture);
}
