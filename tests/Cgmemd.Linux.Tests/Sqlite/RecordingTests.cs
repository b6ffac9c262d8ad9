using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

/// <summary>18 minutes of 42 services, recorded by tests/bench/history/record.py in a Debian 13 VM.</summary>
public class RecordingTests
{
    [Fact]
    public void APointOfRealServicesTakesLessThanAFifthOfAByte()
    {
        long bytes = 0, points = 0;
        foreach (SampleBlock block in Read())
        {
            var plain = new ArrayBufferWriter<byte>();
            ChunkCodec.Encode(block, plain);
            byte[] blob = ChunkCompressor.Compress(plain.WrittenSpan);
            bytes += blob.Length;
            points += block.Columns.Sum(c => Enumerable.Range(0, block.Count).LongCount(c.IsPresent));

            Assert.True(ChunkCompressor.TryDecompress(blob, out byte[]? back, out string? problem), problem);
            Assert.True(ChunkCodec.TryDecode(back, null, out SampleBlock? read, out problem), problem);
            Assert.Equal(block.RealtimeUs, read.RealtimeUs);
            Assert.Equal(block.MonotonicUs, read.MonotonicUs);
            Assert.Equal(block.Columns.Select(c => c.Id), read.Columns.Select(c => c.Id));
            Assert.All(
                block.Columns.Zip(read.Columns),
                pair => Assert.Equal(Values(pair.First), Values(pair.Second)));
        }

        Assert.Equal(488_170, points);
        Assert.InRange(bytes / (double)points, 0.05, 0.2);
    }

    private static IEnumerable<ulong?> Values(Column column) =>
        Enumerable.Range(0, column.Values.Length).Select(row => column[row]);

    private static List<SampleBlock> Read()
    {
        string path = Path.Combine(GoldenTests.Fixtures(), "services.csv.gz");
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        ColumnId[] ids =
            [.. text.ReadLine()!.Split(',').Skip(3).Select(key => new ColumnId(HistoryFields.Find(key)!.Id))];
        var units = new Dictionary<string, SampleBlockBuilder>();
        while (text.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (!units.TryGetValue(cells[0], out SampleBlockBuilder? unit))
                units.Add(cells[0], unit = new SampleBlockBuilder());
            unit.AddRow(
                long.Parse(cells[2], CultureInfo.InvariantCulture), long.Parse(cells[1], CultureInfo.InvariantCulture));
            for (int i = 0; i < ids.Length; i++)
            {
                if (cells[i + 3].Length > 0)
                    unit.Set(ids[i], ulong.Parse(cells[i + 3], CultureInfo.InvariantCulture));
            }
        }

        return [.. units.Values.Select(unit => unit.Build())];
    }
}
