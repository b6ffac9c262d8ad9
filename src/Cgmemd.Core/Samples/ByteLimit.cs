using System.Globalization;

namespace Cgmemd.Core.Samples;

/// <summary>
/// A limit in bytes as the kernel states it: a number, or <c>max</c> for no limit. Limits order by how much they
/// allow, so that the least of several is the one in force.
/// </summary>
/// <remarks>Source: Documentation/admin-guide/cgroup-v2.rst, memory.high and memory.max.</remarks>
public readonly struct ByteLimit : IEquatable<ByteLimit>, IComparable<ByteLimit>
{
    private readonly ulong _bytes;

    private ByteLimit(bool isFinite, ulong bytes) => (IsFinite, _bytes) = (isFinite, bytes);

    /// <summary>No limit: the kernel's <c>max</c>.</summary>
    public static ByteLimit Max => default;

    /// <summary>Whether there is a limit at all.</summary>
    public bool IsFinite { get; }

    /// <summary>The limit in bytes.</summary>
    /// <exception cref="InvalidOperationException">The limit is <c>max</c>.</exception>
    public ulong Bytes => IsFinite ? _bytes : throw new InvalidOperationException("the limit is max");

    /// <summary>A limit of <paramref name="bytes"/>.</summary>
    public static ByteLimit Of(ulong bytes) => new(true, bytes);

    /// <summary>The tighter of two limits.</summary>
    public static ByteLimit Least(ByteLimit a, ByteLimit b) => a.CompareTo(b) <= 0 ? a : b;

    public static bool operator ==(ByteLimit left, ByteLimit right) => left.Equals(right);

    public static bool operator !=(ByteLimit left, ByteLimit right) => !left.Equals(right);

    public static bool operator <(ByteLimit left, ByteLimit right) => left.CompareTo(right) < 0;

    public static bool operator >(ByteLimit left, ByteLimit right) => left.CompareTo(right) > 0;

    public static bool operator <=(ByteLimit left, ByteLimit right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ByteLimit left, ByteLimit right) => left.CompareTo(right) >= 0;

    public int CompareTo(ByteLimit other) => (IsFinite, other.IsFinite) switch
    {
        (true, true) => _bytes.CompareTo(other._bytes),
        (true, false) => -1,
        (false, true) => 1,
        _ => 0,
    };

    public bool Equals(ByteLimit other) => IsFinite == other.IsFinite && _bytes == other._bytes;

    public override bool Equals(object? obj) => obj is ByteLimit other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(IsFinite, _bytes);

    /// <summary>As the kernel writes it: decimal bytes or <c>max</c>.</summary>
    public override string ToString() => IsFinite ? _bytes.ToString(CultureInfo.InvariantCulture) : "max";
}
