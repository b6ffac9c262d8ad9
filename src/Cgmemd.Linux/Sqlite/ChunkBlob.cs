using System.Buffers;
using System.IO.Compression;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>A chunk as it is stored: the codec's bytes, compressed, and their checksum.</summary>
/// <param name="Encoding">The compressor: 1 is Brotli.</param>
/// <param name="Checksum">CRC-32C of the data as stored.</param>
/// <param name="Data">The bytes.</param>
internal readonly ref struct ChunkBlob(long encoding, long checksum, ReadOnlySpan<byte> data)
{
    private const int Brotli = 1;
    private const int Quality = 5;
    private const int Window = 18;

    /// <summary>More than the codec ever makes of <see cref="ChunkCodec.MaxRows"/> rows is no chunk.</summary>
    private const int MaxDecoded = 64 << 20;

    public long Encoding { get; } = encoding;

    public long Checksum { get; } = checksum;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Encodes and compresses a block.</summary>
    public static ChunkBlob Of(SampleBlock block)
    {
        var plain = new ArrayBufferWriter<byte>(4096);
        ChunkCodec.Encode(block, plain);
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.WrittenCount)];
        if (!BrotliEncoder.TryCompress(plain.WrittenSpan, packed, out int length, Quality, Window))
            throw new InvalidOperationException("Brotli had no room");
        ReadOnlySpan<byte> data = packed.AsSpan(0, length);
        return new ChunkBlob(Brotli, Core.History.Checksum.Of(data), data);
    }

    /// <summary>The block, or null with what is wrong.</summary>
    public SampleBlock? Decode(Predicate<ColumnId>? wanted, out string? problem)
    {
        if (Core.History.Checksum.Of(Data) != Checksum)
        {
            problem = "the checksum is wrong";
            return null;
        }

        if (Encoding != Brotli)
        {
            problem = $"encoding {Encoding} is not known";
            return null;
        }

        byte[]? plain = Unpack(Data, out int length);
        if (plain is null)
        {
            problem = "it cannot be decompressed";
            return null;
        }

        bool isDecoded = ChunkCodec.TryDecode(plain.AsSpan(0, length), wanted, out SampleBlock? block, out problem);
        ArrayPool<byte>.Shared.Return(plain);
        return isDecoded ? block : null;
    }

    private static byte[]? Unpack(ReadOnlySpan<byte> data, out int length)
    {
        for (int size = Math.Max(16 << 10, data.Length * 4); size <= MaxDecoded; size *= 2)
        {
            byte[] plain = ArrayPool<byte>.Shared.Rent(size);
            if (BrotliDecoder.TryDecompress(data, plain, out length))
                return plain;
            ArrayPool<byte>.Shared.Return(plain);
        }

        length = 0;
        return null;
    }
}
