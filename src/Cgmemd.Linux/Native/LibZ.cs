using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>zlib: whole buffers in and out. What it takes meanwhile, some 270 KB, it gives back by itself.</summary>
/// <remarks>Source: zlib.h. uLong is as wide as a pointer.</remarks>
internal static partial class LibZ
{
    internal const int Ok = 0;

    private const string Library = "libz.so.1";

    /// <summary>The most bytes that so many can become.</summary>
    [LibraryImport(Library)]
    internal static partial nuint compressBound(nuint sourceLength);

    [LibraryImport(Library)]
    internal static partial int compress2(
        Span<byte> target, ref nuint targetLength, ReadOnlySpan<byte> source, nuint sourceLength, int level);

    /// <summary>Never writes past the target; tells how much it wrote, and how much of the source it used.</summary>
    [LibraryImport(Library)]
    internal static partial int uncompress2(
        Span<byte> target, ref nuint targetLength, ReadOnlySpan<byte> source, ref nuint sourceLength);
}
