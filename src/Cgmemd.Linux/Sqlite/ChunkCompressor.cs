using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A chunk as it lies in the database: the method (1 byte), CRC-32C of all that follows (4 bytes, little-endian), the
/// length before compression (the same), the compressed bytes.
/// </summary>
public static class ChunkCompressor
{
    private const byte Brotli = 1;
    private const int HeaderBytes = 9;

    /// <summary>What a chunk may hold before compression: beyond, it is taken for forged.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The blob of some bytes.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes, nameof(bytes));
        byte[] blob = new byte[HeaderBytes + BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        if (!BrotliEncoder.TryCompress(bytes, blob.AsSpan(HeaderBytes), out int written, quality: 5, window: 18))
            throw new InvalidOperationException("brotli wrote more than its bound");
        Array.Resize(ref blob, HeaderBytes + written);
        blob[0] = Brotli;
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
        (bytes, problem) = (null, null);
        if (blob.Length < HeaderBytes)
            problem = "it is cut short";
        else if (blob[0] != Brotli)
            problem = $"its compression is of kind {blob[0]}, known is {Brotli}";
        else if (BinaryPrimitives.ReadUInt32LittleEndian(blob[1..]) != Checksum.Of(blob[5..]))
            problem = "its checksum does not match";
        if (problem is not null)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(blob[5..]);
        byte[] target = new byte[Math.Clamp(length, 0, MaxBytes)];
        if (length != target.Length || !BrotliDecoder.TryDecompress(blob[HeaderBytes..], target, out int written)
            || written != length)
        {
            problem = "its compressed bytes are damaged";
            return false;
        }

        bytes = target;
        return true;
    }
}
