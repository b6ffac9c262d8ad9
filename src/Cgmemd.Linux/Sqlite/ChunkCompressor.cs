using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A chunk as it lies in the database: the method (1 byte), CRC-32C of all that follows (4 bytes, little-endian), the
/// length before compression (the same), raw deflate. Why deflate: docs/decisions/0007-history-chunks.md.
/// </summary>
public static class ChunkCompressor
{
    private const byte Deflate = 1;
    private const int HeaderBytes = 9;

    // A byte of deflate gives at most 1,032 (RFC 1951: a match of 258 takes at least two bits).
    private const int MaxRatio = 1032;

    /// <summary>What a chunk may hold before compression.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The blob of some bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are more than <see cref="MaxBytes"/>.</exception>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes, nameof(bytes));
        using var target = new MemoryStream((bytes.Length / 2) + 64);
        target.Write(stackalloc byte[HeaderBytes]);
        using (var deflate = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);

        byte[] blob = target.ToArray();
        blob[0] = Deflate;
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
        int length = BinaryPrimitives.ReadInt32LittleEndian(blob[5..]);
        bytes = TryInflate(blob[HeaderBytes..], length);
        problem = bytes is null ? "its compressed bytes are damaged" : null;
        return bytes is not null;
    }

    private static string? Check(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeaderBytes)
            return "it is cut short";
        if (blob[0] != Deflate)
            return $"its compression is of kind {blob[0]}, known is {Deflate}";
        return BinaryPrimitives.ReadUInt32LittleEndian(blob[1..]) == Checksum.Of(blob[5..])
            ? null
            : "its checksum does not match";
    }

    // Not more is allocated than a deflate stream of this length can hold.
    private static unsafe byte[]? TryInflate(ReadOnlySpan<byte> compressed, int length)
    {
        if (length < 0 || length > MaxBytes || length > (long)compressed.Length * MaxRatio)
            return null;
        // Of nothing DeflateStream makes nothing.
        if (compressed.IsEmpty)
            return [];
        byte[] bytes = new byte[length];
        fixed (byte* start = compressed)
        {
            try
            {
                using var source = new UnmanagedMemoryStream(start, compressed.Length);
                using var inflate = new DeflateStream(source, CompressionMode.Decompress);
                bool isWhole = inflate.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length;
                return isWhole && inflate.ReadByte() < 0 ? bytes : null;
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
    }
}
