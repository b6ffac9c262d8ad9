using System.Buffers;
using Cgmemd.Core.History;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.History;

public sealed class ChunkCodecTests
{
    // As another program of the same description wrote it, times and values as in Typical.
    private const string Golden =
        "01000301030B80A8D6B907FFFAF3B407000A80D89BC8FB8885060000030101010101"
        + "010000000201020C000C000001000001030A02140202FFFFFFFFFFFFFFFFFF010200";

    // Version, flags, rows, presences, columns; times, offsets and presences.
    private static readonly byte[] TwoRowsOfTwoColumns = [1, 0, 2, 0, 2, 2, 2, 2, 2, 0, 0, 0];

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void AnyBlockComesBackAsItWas() =>
        Prop.ForAll(Blocks.Any.ToArbitrary(), block => Blocks.AreSame(block, Decode(Encode(block)))).Check(Many);

    [Fact]
    public void OnlyTheColumnsWantedComeBack() => Prop.ForAll(Blocks.Any.ToArbitrary(), block =>
    {
        SampleBlock some = Decode(Encode(block), id => id.Field % 2 == 0);
        Column[] expected = [.. block.Columns.Where(c => c.Id.Field % 2 == 0)];
        return some.MonotonicUs.SequenceEqual(block.MonotonicUs) && some.Columns.Count == expected.Length
            && some.Columns.Zip(expected).All(pair => Blocks.AreSame(pair.First, pair.Second));
    }).Check(Many);

    [Fact]
    public void DamagedBytesAreReadOrRefused()
    {
        Gen<byte[]> damaged =
            from block in Blocks.Any
            from places in Gen.Choose(0, int.MaxValue).Two().NonEmptyListOf()
            from cut in Gen.Choose(0, 40)
            select Damage(Encode(block), places, cut);
        Prop.ForAll(damaged.ToArbitrary(), IsReadOrRefused).Check(Many);
    }

    [Fact]
    public void NoiseIsReadOrRefused()
    {
        Gen<byte[]> noise = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().Select(b => (byte[])[1, .. b]);
        Prop.ForAll(noise.ToArbitrary(), IsReadOrRefused).Check(Many);
    }

    [Fact]
    public void EachTruncationIsRefused()
    {
        byte[] bytes = Encode(Typical());
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(ChunkCodec.TryDecode(bytes.AsSpan(0, length), null, out _, out string? problem));
            Assert.NotEmpty(problem!);
        }

        Assert.False(ChunkCodec.TryDecode([.. bytes, 0], null, out _, out _));
    }

    [Fact]
    public void WhatAForgedChunkAllocatesIsBounded()
    {
        // Constant columns cost some bytes each, whatever the rows: these would take 512 MiB.
        byte[] one = Encode(new SampleBlock(
            new long[1 << 16], new long[1 << 16], null, [new Column(new ColumnId(1), new ulong[1 << 16])]));
        const int TableBytes = 7, PayloadBytes = 1, ColumnsAt = 6;
        byte[] sections = one[(ColumnsAt + 1)..^(TableBytes + PayloadBytes)];
        byte[] table = [.. new byte[2000], .. Enumerable.Repeat((byte)1, 1000), .. new byte[3000]];
        byte[] payload = [.. Enumerable.Repeat((byte)1, 1000), .. new byte[1000]];
        byte[] forged = [.. one[..ColumnsAt], 0xE8, 0x07, .. sections, .. table, .. payload];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ChunkCodec.TryDecode(forged, null, out _, out string? problem));
        Assert.Contains("column table", problem);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    [Fact]
    public void AForgedNumberOfRowsAllocatesNothing()
    {
        // Version, flags, 65,536 rows, presences, columns, then sections of no byte.
        byte[] forged = [1, 0, 0x80, 0x80, 0x04, 0, 0, 0, 0, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ChunkCodec.TryDecode(forged, null, out _, out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4096);
    }

    [Fact]
    public void AVersionToComeIsRefusedByItsNumber()
    {
        byte[] bytes = Encode(Typical());
        bytes[0] = 2;
        Assert.False(ChunkCodec.TryDecode(bytes, null, out _, out string? problem));
        Assert.Contains("version is 2", problem);
    }

    [Theory]
    [InlineData(99, 0, 1, true)] // A field of a newer writer's passes through.
    [InlineData(4, 9, 1, false)] // A statistic, or an encoding, that is not known is left out.
    [InlineData(4, 0, 7, false)]
    public void WhatANewerWriterAddsIsNoDamage(byte field, byte statistic, byte encoding, bool isRead)
    {
        // Two columns: the fields, the statistics, and so on.
        byte[] table = [3, (byte)(field - 3), 0, statistic, 1, encoding, 0, 0, 0, 0, 0, 0, 1, 1];
        byte[] bytes = [.. TwoRowsOfTwoColumns, .. table, 6, 5];
        SampleBlock block = Decode(bytes);
        Assert.Equal(6UL, block.Find(new ColumnId(3))![1]);
        Assert.Equal(isRead ? 2 : 1, block.Columns.Count);
        Assert.Equal(isRead ? 5UL : null, block.Find(new ColumnId(field, (Statistic)statistic))?[0]);
    }

    [Fact]
    public void AColumnThatRefersToAnUnknownOneIsLeftOut()
    {
        byte[] table = [1, 2, 0, 0, 7, 2, 0, 0, 0, 1, 0, 0, 1, 2];
        byte[] bytes = [.. TwoRowsOfTwoColumns, .. table, 5, 2, 2];
        Assert.Empty(Decode(bytes).Columns);
    }

    // What version 1 wrote is read for ever.
    [Fact]
    public void AChunkOfVersion1IsReadAsItWasWritten()
    {
        Assert.True(Blocks.AreSame(Typical(), Decode(Convert.FromHexString(Golden))));
        Assert.Equal(Golden, Convert.ToHexString(Encode(Typical())));
    }

    internal static byte[] Encode(SampleBlock block)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ChunkCodec.Encode(block, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    internal static SampleBlock Decode(byte[] bytes, Predicate<ColumnId>? wanted = null)
    {
        Assert.True(ChunkCodec.TryDecode(bytes, wanted, out SampleBlock? block, out string? problem), problem);
        return block!;
    }

    private static bool IsReadOrRefused(byte[] bytes) =>
        ChunkCodec.TryDecode(bytes, null, out SampleBlock? block, out string? problem)
            ? problem is null && block.Columns.All(c => c.Values.Length == block.Count)
            : block is null && problem.Length > 0;

    private static byte[] Damage(byte[] bytes, List<(int At, int With)> places, int cut)
    {
        foreach ((int at, int with) in places)
            bytes[at % bytes.Length] = (byte)with;
        return bytes[..Math.Max(0, bytes.Length - Math.Max(0, cut - 20))];
    }

    private static SampleBlock Typical()
    {
        var builder = new SampleBlockBuilder();
        for (int i = 0; i < 3; i++)
        {
            builder.AddRow(1_000_000_000 + (i * 5_000_000), 1_700_000_000_000_000 + (i * 5_000_000));
            builder.Set(new ColumnId(1), 4096UL * (ulong)(10 + i));
            builder.Set(new ColumnId(2), ulong.MaxValue);
            if (i != 1)
                builder.Set(new ColumnId(3), 4096UL * (ulong)(11 + i));
        }

        return builder.Build();
    }
}
