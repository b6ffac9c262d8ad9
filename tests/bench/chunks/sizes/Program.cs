using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Cgmemd.Bench.Chunks;
using Cgmemd.Core.History;

// sizes table RECORDING ROWS… - the table of compressors, for chunks of so many rows.
// sizes fields RECORDING ROWS - what each field costs, before the compressor.
// sizes memory RECORDING ROWS COMPRESSOR - the growth of the peak resident set while the largest chunk is compressed.
// sizes week RECORDING ROWS COMPRESSOR - the time to read four columns of 120,960 rows, a week at 5 s, of large chunks.
// sizes chunk RECORDING ROWS FILE - writes the largest chunk, for the program beside this one.
// sizes blobs RECORDING ROWS COMPRESSOR - the size of each compressed chunk, one a line.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string recording = args[1];
switch (args[0])
{
    case "table":
        foreach (string rows in args[2..])
            Sizes(int.Parse(rows));
        break;
    case "fields":
        Fields(Recording.Read(recording, int.Parse(args[2])));
        break;
    case "memory":
        Memory(Chunks(Recording.Read(recording, int.Parse(args[2]))).MaxBy(c => c.Length)!, Named(args[3]));
        break;
    case "week":
        Week(Chunks(Recording.Read(recording, int.Parse(args[2]))), int.Parse(args[2]), Named(args[3]));
        break;
    case "chunk":
        File.WriteAllBytes(args[3], Chunks(Recording.Read(recording, int.Parse(args[2]))).MaxBy(c => c.Length)!);
        break;
    case "blobs":
        foreach (byte[] chunk in Chunks(Recording.Read(recording, int.Parse(args[2]))))
            Console.WriteLine(Named(args[3]).Compress(chunk).Length);
        break;
}

static Compressor Named(string name) => Compressor.All.Single(c => c.Name == name);

static List<byte[]> Chunks(List<SampleBlock> blocks) => [.. blocks.Select(Encode)];

static byte[] Encode(SampleBlock block)
{
    var buffer = new ArrayBufferWriter<byte>();
    ChunkCodec.Encode(block, buffer);
    return buffer.WrittenSpan.ToArray();
}

void Sizes(int rows)
{
    List<SampleBlock> blocks = Recording.Read(recording, rows);
    long points = blocks.Sum(Recording.Points);
    _ = Chunks(blocks);
    long start = Stopwatch.GetTimestamp();
    List<byte[]> chunks = Chunks(blocks);
    double encodeUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds / blocks.Count;
    start = Stopwatch.GetTimestamp();
    foreach (byte[] chunk in chunks)
        ChunkCodec.TryDecode(chunk, id => id.Field is 1 or 3 or 6 or 7, out _, out _);
    double decodeUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds / blocks.Count;
    Console.WriteLine($"{rows} rows: {blocks.Count} chunks, {points} points; codec: encode {encodeUs:F0} us, "
        + $"decode 4 columns {decodeUs:F0} us a chunk");
    Console.WriteLine($"{"compressor",-22}{"B/chunk",9}{"B/point",9}{"largest",9}{"encode us",11}{"decode us",11}");
    foreach (Compressor compressor in Compressor.All)
        Row(compressor, chunks, points);
}

static void Row(Compressor compressor, List<byte[]> chunks, long points)
{
    _ = compressor.Compress(chunks[0]);
    long start = Stopwatch.GetTimestamp();
    List<byte[]> blobs = [.. chunks.Select(compressor.Compress)];
    double encodeUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds / chunks.Count;
    start = Stopwatch.GetTimestamp();
    List<byte[]> back = [.. blobs.Zip(chunks).Select(p => compressor.Decompress(p.First, p.Second.Length))];
    double decodeUs = Stopwatch.GetElapsedTime(start).TotalMicroseconds / chunks.Count;
    if (!back.Zip(chunks).All(p => p.First.AsSpan().SequenceEqual(p.Second)))
        throw new InvalidOperationException($"{compressor.Name} did not give back what it got");
    long bytes = blobs.Sum(b => (long)b.Length);
    Console.WriteLine($"{compressor.Name,-22}{bytes / (double)chunks.Count,9:F0}{bytes / (double)points,9:F4}"
        + $"{blobs.Max(b => b.Length),9}{encodeUs,11:F0}{decodeUs,11:F0}");
}

static void Fields(List<SampleBlock> blocks)
{
    Compressor compressor = Named("zstd 19");
    double Bytes(Func<SampleBlock, SampleBlock> part) =>
        blocks.Average(b => compressor.Compress(Encode(part(b))).Length);
    double none = Bytes(b => new SampleBlock(b.MonotonicUs, b.RealtimeUs, null, []));
    Console.WriteLine($"{"times",-40}{none,8:F1}");
    double all = Bytes(b => b);
    foreach (HistoryField field in HistoryFields.All)
    {
        double without = Bytes(b => new SampleBlock(
            b.MonotonicUs, b.RealtimeUs, null, [.. b.Columns.Where(c => c.Id.Field != field.Id)]));
        Console.WriteLine($"{field.Key,-40}{all - without,8:F1}");
    }

    Console.WriteLine($"{"all",-40}{all,8:F1}");
}

static void Memory(byte[] chunk, Compressor compressor)
{
    File.WriteAllText("/proc/self/clear_refs", "5");
    long before = PeakKilobytes();
    byte[] blob = compressor.Compress(chunk);
    long peak = PeakKilobytes() - before;
    Console.WriteLine($"{compressor.Name,-22}{chunk.Length,9} B in {blob.Length,9} B out {peak,7} KiB");
}

static void Week(List<byte[]> chunks, int rows, Compressor compressor)
{
    (byte[] Blob, int Length)[] largest =
        [.. chunks.OrderByDescending(c => c.Length).Take(10).Select(c => (compressor.Compress(c), c.Length))];
    for (int pass = 0; pass < 3; pass++)
    {
        long start = Stopwatch.GetTimestamp(), count = 0, bytes = 0;
        for (int i = 0; count < 120_960; i++, count += rows)
        {
            (byte[] blob, int length) = largest[i % largest.Length];
            bytes += blob.Length;
            ChunkCodec.TryDecode(compressor.Decompress(blob, length), id => id.Field is 1 or 3 or 6 or 7, out _, out _);
        }

        double ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"{count} rows of {bytes} bytes in {ms:F1} ms");
    }
}

static long PeakKilobytes()
{
    string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM"));
    return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);
}
