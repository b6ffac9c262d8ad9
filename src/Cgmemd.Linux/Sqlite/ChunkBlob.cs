using System.Buffers;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>A chunk as it is stored: the codec's bytes, compressed, with their checksum.</summary>
internal static class ChunkBlob
{
    public static byte[] Encode(SampleBlock block)
    {
        var plain = new ArrayBufferWriter<byte>(4096);
        ChunkCodec.Encode(block, plain);
        return ChunkCompressor.Compress(plain.WrittenSpan);
    }

    /// <summary>The block, or null with what is wrong.</summary>
    public static SampleBlock? Decode(ReadOnlySpan<byte> blob, Predicate<ColumnId>? wanted, out string? problem)
    {
        SampleBlock? block = null;
        return ChunkCompressor.TryDecompress(blob, out byte[]? plain, out problem)
            && ChunkCodec.TryDecode(plain, wanted, out block, out problem)
                ? block
                : null;
    }
}
