using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Cgmemd.Bench.Chunks;

/// <summary>A general compressor at one level: whole buffers in and out.</summary>
internal sealed record Compressor(string Name, Func<byte[], byte[]> Compress, Func<byte[], int, byte[]> Decompress)
{
    public static IReadOnlyList<Compressor> All { get; } =
    [
        new("none", bytes => bytes, (bytes, _) => bytes),
        .. new[] { 1, 5, 9, 11 }.Select(Brotli),
        .. new[] { 1, 6, 9 }.Select(Zlib),
        .. new[] { 1, 3, 6, 12, 19 }.Select(Zstd),
        .. new uint[] { 0, 6 }.Select(Lzma),
    ];

    private static Compressor Brotli(int quality) => new(
        $"brotli {quality}",
        bytes =>
        {
            byte[] to = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
            BrotliEncoder.TryCompress(bytes, to, out int written, quality, 18);
            return to[..written];
        },
        (bytes, length) =>
        {
            byte[] to = new byte[length];
            BrotliDecoder.TryDecompress(bytes, to, out _);
            return to;
        });

    private static Compressor Zlib(int level) => new(
        $"zlib {level}",
        bytes =>
        {
            byte[] to = new byte[Native.compressBound((nuint)bytes.Length)];
            nuint written = (nuint)to.Length;
            _ = Native.compress2(to, ref written, bytes, (nuint)bytes.Length, level);
            return to[..(int)written];
        },
        (bytes, length) =>
        {
            byte[] to = new byte[length];
            nuint written = (nuint)length;
            _ = Native.uncompress(to, ref written, bytes, (nuint)bytes.Length);
            return to;
        });

    private static Compressor Zstd(int level) => new(
        $"zstd {level}",
        bytes =>
        {
            byte[] to = new byte[Native.ZSTD_compressBound((nuint)bytes.Length)];
            nuint written = Native.ZSTD_compress(to, (nuint)to.Length, bytes, (nuint)bytes.Length, level);
            return to[..(int)written];
        },
        (bytes, length) =>
        {
            byte[] to = new byte[length];
            _ = Native.ZSTD_decompress(to, (nuint)length, bytes, (nuint)bytes.Length);
            return to;
        });

    private static Compressor Lzma(uint preset) => new(
        $"lzma {preset}",
        bytes =>
        {
            byte[] to = new byte[(bytes.Length * 2) + 1024];
            nuint written = 0;
            _ = Native.lzma_easy_buffer_encode(
                preset, 0, 0, bytes, (nuint)bytes.Length, to, ref written, (nuint)to.Length);
            return to[..(int)written];
        },
        (bytes, length) =>
        {
            byte[] to = new byte[length];
            ulong memory = 64 << 20;
            nuint read = 0, written = 0;
            _ = Native.lzma_stream_buffer_decode(
                ref memory, 0, 0, bytes, ref read, (nuint)bytes.Length, to, ref written, (nuint)length);
            return to;
        });
}

internal static partial class Native
{
    [LibraryImport("libz.so.1")]
    internal static partial nuint compressBound(nuint length);

    [LibraryImport("libz.so.1")]
    internal static partial int compress2(byte[] to, ref nuint written, byte[] from, nuint length, int level);

    [LibraryImport("libz.so.1")]
    internal static partial int uncompress(byte[] to, ref nuint written, byte[] from, nuint length);

    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_compressBound(nuint length);

    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_compress(byte[] to, nuint capacity, byte[] from, nuint length, int level);

    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_decompress(byte[] to, nuint capacity, byte[] from, nuint length);

    [LibraryImport("liblzma.so.5")]
    internal static partial int lzma_easy_buffer_encode(
        uint preset, int check, nint allocator, byte[] from, nuint length, byte[] to, ref nuint written,
        nuint capacity);

    [LibraryImport("liblzma.so.5")]
    internal static partial int lzma_stream_buffer_decode(
        ref ulong memory, uint flags, nint allocator, byte[] from, ref nuint read, nuint length, byte[] to,
        ref nuint written, nuint capacity);
}
