using System.IO.Compression;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Writer;

/// <summary>One service of a recording of tests/bench/history/record.py.</summary>
internal sealed class RecordedUnit
{
    private readonly List<HistoryTime> _times = [];
    private readonly List<ulong?[]> _rows = [];

    private RecordedUnit(HistoryField[] fields) => Fields = fields;

    /// <summary>The columns of every row.</summary>
    public HistoryField[] Fields { get; }

    public HistoryTime[] Times => [.. _times];

    /// <summary>By row, then by field; null where absent.</summary>
    public IReadOnlyList<ulong?[]> Rows => _rows;

    public static IReadOnlyList<RecordedUnit> Read(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        HistoryField[] fields = [.. text.ReadLine()!.Split(',').Skip(3).Select(key => HistoryFields.Find(key)!)];
        var units = new Dictionary<string, RecordedUnit>();
        while (text.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (!units.TryGetValue(cells[0], out RecordedUnit? unit))
                units.Add(cells[0], unit = new RecordedUnit(fields));
            unit._times.Add(new HistoryTime(long.Parse(cells[1]), long.Parse(cells[2])));
            unit._rows.Add([.. cells.Skip(3).Select(cell => cell.Length == 0 ? (ulong?)null : ulong.Parse(cell))]);
        }

        return [.. units.Values];
    }

    /// <summary>The rows as the daemon's log has them.</summary>
    public byte[][] OpenRows()
    {
        byte[] buffer = new byte[OpenRow.MaxLength];
        return [.. _rows.Select(row => buffer[..Encode(Fields, row, buffer)])];
    }

    /// <summary>Writes a row as the daemon's log has it.</summary>
    /// <returns>The bytes written.</returns>
    public static int Encode(HistoryField[] fields, ReadOnlySpan<ulong?> row, Span<byte> to)
    {
        var sample = new Sample { IntervalPeakIsExact = true };
        Span<ByteLimit> limits = stackalloc ByteLimit[5];
        for (int i = 0; i < fields.Length; i++)
        {
            if (row[i] is not { } value)
                continue;
            if (fields[i].Metric is { } metric)
                sample.Set(metric, value);
            else if (fields[i] != HistoryFields.PeakIsExact)
                limits[fields[i].Id - HistoryFields.High.Id] = Limit(value);
        }

        var all = new Limits(limits[0], limits[1], limits[2], limits[3], limits[4]);
        return OpenRow.Encode(sample, all, isFull: true, sample[Metric.Pss] is not null, to);
    }

    private static ByteLimit Limit(ulong value) =>
        value == HistoryFields.NoLimit ? ByteLimit.Max : ByteLimit.Of(value);
}
