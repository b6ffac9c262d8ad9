using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Cgmemd.Core.History;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A chunk as it lies in the database: the method (1 byte), CRC-32C of all that follows (4 bytes, little-endian), the
/// length before compression (the same), a zlib stream. Why zlib: docs/decisions/0007-history-chunks.md.
/// </summary>
public static class ChunkCompressor
{
    private const byte Zlib = 1;
    private const int HeaderBytes = 9;
    private const int Level = 6;

    // A byte of deflate gives at most 1,032 (RFC 1951: a match of 258 takes at least two bits).
    private const int MaxRatio = 1032;

    /// <summary>What a chunk may hold before compression.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The blob of some bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are more than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="InsufficientMemoryException">zlib had not the memory it needs.</exception>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes, nameof(bytes));
        nuint length = LibZ.compressBound((nuint)bytes.Length);
        byte[] blob = new byte[HeaderBytes + (int)length];
        // The target is large enough and the level right: memory is all that can be wanting.
        if (LibZ.compress2(blob.AsSpan(HeaderBytes), ref length, bytes, (nuint)bytes.Length, Level) != LibZ.Ok)
            throw new InsufficientMemoryException("zlib could not compress a chunk");

        Array.Resize(ref blob, HeaderBytes + (int)length);
        blob[0] = Zlib;
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(5), bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(1), Checksum.Of(blob.AsSpan(5)));
        return blob;
    }

    /// <summary>The bytes of a blob; of any bytes at all, it reads them or refuses them.</summary>
    public static bool TryDecompress(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out byte[]? bytes,
        [NotNullWhen(false)] out string? problem)
    {
        bytes = null;
        problem = Check(blob);
        if (problem is not null)
            return false;
        bytes = TryInflate(blob[HeaderBytes..], BinaryPrimitives.ReadInt32LittleEndian(blob[5..]));
        problem = bytes is null ? "its compressed bytes are damaged" : null;
        return bytes is not null;
    }

    private static string? Check(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeaderBytes)
            return "it is cut short";
        if (blob[0] != Zlib)
            return $"its compression is of kind {blob[0]}, known is {Zlib}";
        return BinaryPrimitives.ReadUInt32LittleEndian(blob[1..]) == Checksum.Of(blob[5..])
            ? null
            : "its checksum does not match";
    }

    // Not more is allocated than a stream of this length can hold.
    private static byte[]? TryInflate(ReadOnlySpan<byte> compressed, int length)
    {
        if (length < 0 || length > MaxBytes || length > (long)compressed.Length * MaxRatio)
            return null;
        byte[] bytes = new byte[length];
        nuint written = (nuint)length, used = (nuint)compressed.Length;
        int result = LibZ.uncompress2(bytes, ref written, compressed, ref used);
        return result == LibZ.Ok && written == (nuint)length && used == (nuint)compressed.Length ? bytes : null;
    }
}
