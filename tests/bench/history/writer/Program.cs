using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Sqlite;

// writer RECORDING FILE UNITS HOURS - writes so many units' samples every 5 s into a history, as the daemon's writer does
// (a commit and a step of upkeep each 5 s), without the waiting: CPU and bytes written by the hour, and the file.
const long IntervalUs = 5_000_000;
const long StartUs = 1_780_000_000_000_000;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
List<byte[][]> units = Read(args[0]);
string file = args[1];
int count = int.Parse(args[2]), hours = int.Parse(args[3]);
HistoryOptions options = HistoryOptions.Default with { KeepFree = 0 };

using (HistoryStore store = HistoryStore.Open(file, new string('0', 32)))
{
    store.Begin();
    long[] invocations = [.. Enumerable.Range(0, count).Select(i => store.BeginInvocation(Life(i)))];
    store.Commit();
    for (int hour = 0; hour < hours; hour++)
    {
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long written = Written();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 720; i++)
            Tick(store, invocations, (hour * 720) + i);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(
            $"hour {hour}: {cpu.TotalSeconds:F2} s of CPU, {cpu.TotalSeconds / 36:F3} % of a core; "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s; {(Written() - written) >> 10} KiB written; "
            + $"file {new FileInfo(file).Length >> 10} KiB");
    }

    var last = new HistoryTime(StartUs + (hours * 3600L * 1_000_000), hours * 3600L * 1_000_000);
    store.Begin();
    for (int i = 0; i < count; i++)
        store.EndInvocation(invocations[i], Life(i) with { End = last, Result = "success" });
    store.Commit();
    while (store.Maintain(last, options, null))
    {
    }
}

using HistoryReader reader = HistoryReader.Open(file);
HistoryInfo info = reader.Info();
Console.WriteLine($"sealed: {info.Bytes} bytes");
foreach (TierInfo tier in info.Tiers)
{
    Console.WriteLine($"{tier.Tier}: {tier.Chunks} chunks, {tier.Bytes} bytes, {tier.Points} points, "
        + $"{tier.Bytes / (double)tier.Points:F4} B a point");
}

void Tick(HistoryStore store, long[] invocations, int tick)
{
    // A wake-up is late by some 100 us, as on a host at ease.
    long lateUs = 50 + (tick * 7919L % 150);
    var now = new HistoryTime(StartUs + (tick * IntervalUs) + lateUs, (tick * IntervalUs) + lateUs);
    store.Begin();
    for (int i = 0; i < invocations.Length; i++)
    {
        byte[][] rows = units[i % units.Count];
        store.AppendSample(invocations[i], now, rows[(tick + i) % rows.Length]);
    }

    store.Commit();
    store.Maintain(now, options, null);
}

static Invocation Life(int number) => new()
{
    Unit = $"unit{number}.service",
    Kind = InvocationKind.Unit,
    Cgroup = $"/system.slice/unit{number}.service",
    CgroupId = (ulong)number + 1,
    BootId = new string('0', 32),
    Start = new HistoryTime(StartUs, 0),
};

static long Written() =>
    long.Parse(File.ReadLines("/proc/self/io").First(l => l.StartsWith("write_bytes")).Split(' ')[1]);

// The open rows of each unit of tests/bench/history/record.py.
static List<byte[][]> Read(string path)
{
    using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
    HistoryField[] fields = [.. text.ReadLine()!.Split(',').Skip(3).Select(key => HistoryFields.Find(key)!)];
    var units = new Dictionary<string, List<byte[]>>();
    byte[] buffer = new byte[OpenRow.MaxLength];
    while (text.ReadLine() is { } line)
    {
        string[] cells = line.Split(',');
        var sample = new Sample { IntervalPeakIsExact = true };
        var limits = new Dictionary<int, ByteLimit>();
        for (int i = 0; i < fields.Length; i++)
        {
            if (cells[i + 3].Length == 0)
                continue;
            ulong value = ulong.Parse(cells[i + 3]);
            if (fields[i].Metric is { } metric)
                sample.Set(metric, value);
            else
                limits[fields[i].Id] = value == HistoryFields.NoLimit ? ByteLimit.Max : ByteLimit.Of(value);
        }

        if (!units.TryGetValue(cells[0], out List<byte[]>? rows))
            units.Add(cells[0], rows = []);
        var all = new Limits(limits[64], limits[65], limits[66], limits[67], limits[68]);
        int length = OpenRow.Encode(sample, all, true, sample[Metric.Pss] is not null, buffer);
        rows.Add(buffer[..length]);
    }

    List<byte[][]> read = [.. units.Values.Select(rows => rows.ToArray())];
    Console.WriteLine($"{read.Count} units; an open row has {read.SelectMany(r => r).Average(r => r.Length):F1} bytes");
    return read;
}
