using System.Globalization;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>A threshold: bytes, or a share of a limit in parts per ten thousand (systemd's precision for percentages).</summary>
public readonly record struct Bound
{
    private readonly ulong _value;

    private Bound(bool isShare, ulong value) => (IsShare, _value) = (isShare, value);

    /// <summary>Whether the bound is a share of a limit.</summary>
    public bool IsShare { get; }

    public static Bound OfBytes(ulong bytes) => new(false, bytes);

    /// <summary>A share in parts per ten thousand: 80 % is 8000.</summary>
    public static Bound OfShare(uint permyriad) => new(true, permyriad);

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
