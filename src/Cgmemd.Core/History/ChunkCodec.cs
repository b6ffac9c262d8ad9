using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Cgmemd.Core.History;

/// <summary>
/// The bytes of a <see cref="SampleBlock"/>, before the general compressor; docs/decisions/0007-history-chunks.md.
/// </summary>
/// <remarks>
/// <para>All numbers are varints; differences are zig-zag and wrap around at 2^64: any values go in and out.</para>
/// <code>
/// version 1, flags, rows, presences, columns
/// length, monotonic times     difference of differences
/// length, realtime less monotonic, differences
/// length, sample counts       if flag 1; differences
/// length, presences           each: lengths of runs, of present rows first
/// columns × field             differences
/// columns × statistic, then encoding, parameter, reference, presence, length
/// columns × payload
/// </code>
/// <para>
/// Constant (1): the one value. Delta (2): of the present rows the difference from the one before, shifted right by the
/// parameter; with a reference, a column before counted from 1, of the values less its values of the same row. A column
/// of an encoding or statistic this reader does not know is skipped; a new version is for what makes old readers read
/// wrong values.
/// </para>
/// </remarks>
public static class ChunkCodec
{
    internal const byte Version = 1;
    internal const int HasSampleCounts = 1;

    /// <summary>The most rows of a chunk.</summary>
    public const int MaxRows = 1 << 16;

    internal const int MaxColumns = 1 << 10;

    /// <summary>What one chunk may hold, and so what a forged one can make a reader allocate: 32 MiB.</summary>
    internal const int MaxValues = 1 << 22;

    internal enum Encoding
    {
        Constant = 1,
        Delta = 2,
    }

    /// <summary>Appends the bytes of a block.</summary>
    /// <exception cref="ArgumentException">The block is larger than a chunk may be.</exception>
    public static void Encode(SampleBlock block, IBufferWriter<byte> to)
    {
        if (block.Count > MaxRows || block.Columns.Count > MaxColumns
            || (long)block.Count * block.Columns.Count > MaxValues)
            throw new ArgumentException("the block is larger than a chunk may be", nameof(block));
        new ChunkEncoder(block).WriteTo(to);
    }

    /// <summary>Reads the bytes of a block; of any bytes at all, it reads them or refuses them.</summary>
    /// <param name="bytes">All of it, nothing after.</param>
    /// <param name="wanted">The columns to read; the others cost nothing. Null for all.</param>
    /// <param name="block">The block.</param>
    /// <param name="problem">What is wrong with the bytes.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        Predicate<ColumnId>? wanted,
        [NotNullWhen(true)] out SampleBlock? block,
        [NotNullWhen(false)] out string? problem)
    {
        var decoder = new ChunkDecoder(bytes);
        block = decoder.Read(wanted);
        problem = block is null ? decoder.Problem : null;
        return block is not null;
    }
}
