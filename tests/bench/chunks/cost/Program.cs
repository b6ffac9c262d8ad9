using System.IO.Compression;
using System.Runtime.InteropServices;

// cost FILE TIMES - compresses and decompresses FILE by the one compressor it was built with, and tells the bytes and
// its own private dirty memory. Its size and memory less those of NONE are what the compressor costs.
byte[] bytes = File.ReadAllBytes(args[0]);
int length = bytes.Length;
for (int i = 0; i < int.Parse(args[1]); i++)
    length = RoundTrip(bytes);
GC.Collect();
string dirty = File.ReadLines("/proc/self/smaps_rollup").First(line => line.Contains("Private_Dirty"));
string peak = File.ReadLines("/proc/self/status").First(line => line.Contains("VmHWM"));
Console.WriteLine($"{length} bytes; {dirty}; {peak}");

#if DEFLATE
static int RoundTrip(byte[] bytes)
{
    var to = new MemoryStream();
    using (var stream = new DeflateStream(to, CompressionLevel.Optimal, leaveOpen: true))
        stream.Write(bytes);
    using (var stream = new DeflateStream(new MemoryStream(to.ToArray()), CompressionMode.Decompress))
        stream.ReadExactly(bytes);
    return (int)to.Length;
}
#elif BROTLI
static int RoundTrip(byte[] bytes)
{
    byte[] to = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
    BrotliEncoder.TryCompress(bytes, to, out int written, 5, 18);
    BrotliDecoder.TryDecompress(to.AsSpan(0, written), bytes, out _);
    return written;
}
#elif ZSTD
static int RoundTrip(byte[] bytes)
{
    byte[] to = new byte[Native.ZSTD_compressBound((nuint)bytes.Length)];
    nuint written = Native.ZSTD_compress(to, (nuint)to.Length, bytes, (nuint)bytes.Length, 6);
    _ = Native.ZSTD_decompress(bytes, (nuint)bytes.Length, to, written);
    return (int)written;
}

internal static partial class Native
{
    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_compressBound(nuint length);

    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_compress(byte[] to, nuint capacity, byte[] from, nuint length, int level);

    [LibraryImport("libzstd.so.1")]
    internal static partial nuint ZSTD_decompress(byte[] to, nuint capacity, byte[] from, nuint length);
}
#elif ZLIB
static int RoundTrip(byte[] bytes)
{
    byte[] to = new byte[Native.compressBound((nuint)bytes.Length)];
    nuint written = (nuint)to.Length, length = (nuint)bytes.Length;
    _ = Native.compress2(to, ref written, bytes, length, 6);
    _ = Native.uncompress(bytes, ref length, to, written);
    return (int)written;
}

internal static partial class Native
{
    [LibraryImport("libz.so.1")]
    internal static partial nuint compressBound(nuint length);

    [LibraryImport("libz.so.1")]
    internal static partial int compress2(byte[] to, ref nuint written, byte[] from, nuint length, int level);

    [LibraryImport("libz.so.1")]
    internal static partial int uncompress(byte[] to, ref nuint written, byte[] from, nuint length);
}
#else
static int RoundTrip(byte[] bytes) => bytes.Length;
#endif
