using System.Globalization;
using System.IO.Compression;
using Cgmemd.Core.History;

namespace Cgmemd.Bench.Chunks;

/// <summary>The recording of tests/bench/history/record.py: blocks of each unit.</summary>
internal static class Recording
{
    /// <summary>Blocks of so many rows; what is left of a unit is left out.</summary>
    public static List<SampleBlock> Read(string path, int rows)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] header = text.ReadLine()!.Split(',');
        ColumnId[] ids = [.. header.Skip(3).Select(key => new ColumnId(HistoryFields.Find(key)!.Id))];
        var open = new Dictionary<string, SampleBlockBuilder>();
        var blocks = new List<SampleBlock>();
        while (text.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (!open.TryGetValue(cells[0], out SampleBlockBuilder? builder))
                open.Add(cells[0], builder = new SampleBlockBuilder());
            builder.AddRow(Number(cells[2]), Number(cells[1]));
            for (int i = 0; i < ids.Length; i++)
            {
                if (cells[i + 3].Length > 0)
                    builder.Set(ids[i], ulong.Parse(cells[i + 3], CultureInfo.InvariantCulture));
            }

            if (builder.Count < rows)
                continue;
            blocks.Add(builder.Build());
            open.Remove(cells[0]);
        }

        return blocks;
    }

    /// <summary>Values in a block.</summary>
    public static long Points(SampleBlock block) =>
        block.Columns.Sum(c => Enumerable.Range(0, block.Count).LongCount(c.IsPresent));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
