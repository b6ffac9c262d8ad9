using System.Diagnostics;
using System.Globalization;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;
using Writer;

// writer RECORDING FILE UNITS HOURS - writes so many units' samples every 5 s into a history as the daemon's writer
// does, a commit and a step of upkeep each time, without the waiting: CPU and bytes written by the hour.
// writer RECORDING FILE LIVES - writes the recording as it is, so many times over, each time as lives of their own that
// end and are sealed: what a history takes. Nothing repeats within a chunk, and none is longer than the recording.
// writer RECORDING FILE fill UNITS - fills a history with two years of so many units; see Filling.
const long IntervalUs = 5_000_000;
const long StartUs = 1_780_000_000_000_000;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string file = args[1];
IReadOnlyList<RecordedUnit> recorded = RecordedUnit.Read(args[0]);
if (args[2] == "fill")
{
    new Filling(recorded, int.Parse(args[3])).Run(file);
    return;
}

List<(HistoryTime[] Times, byte[][] Rows)> units = [.. recorded.Select(unit => (unit.Times, unit.OpenRows()))];
Console.WriteLine(
    $"{units.Count} units; an open row has {units.SelectMany(u => u.Rows).Average(row => row.Length):F1} bytes");
int count = args.Length > 3 ? int.Parse(args[2]) : units.Count;
HistoryOptions options = HistoryOptions.Default with { KeepFree = 0 };

using (HistoryStore store = HistoryStore.Open(file, new string('0', 32)))
{
    if (args.Length > 3)
        Repeat(store, int.Parse(args[3]));
    else
        Record(store, int.Parse(args[2]));
}

using HistoryReader reader = HistoryReader.Open(file);
HistoryInfo info = reader.Info();
long points = info.Tiers[0].Points;
Console.WriteLine($"sealed: {info.Bytes} bytes, {info.Bytes / (double)points:F4} B a sample's point");
foreach (TierInfo tier in info.Tiers)
{
    Console.WriteLine($"{tier.Tier}: {tier.Chunks} chunks, {tier.Bytes} bytes, {tier.Points} points, "
        + $"{tier.Bytes / (double)tier.Points:F4} B a point");
}

void Repeat(HistoryStore store, int hours)
{
    long[] invocations = Begin(store, 0);
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

    End(store, invocations, new HistoryTime(StartUs + (hours * 3600L * 1_000_000), hours * 3600L * 1_000_000));
}

void Record(HistoryStore store, int lives)
{
    long spanUs = units.Max(u => u.Times[^1].MonotonicUs) - units.Min(u => u.Times[0].MonotonicUs) + IntervalUs;
    for (int life = 0; life < lives; life++)
    {
        HistoryTime last = default;
        long[] invocations = Begin(store, life);
        for (int row = 0; row < units.Max(u => u.Rows.Length); row++)
        {
            store.Begin();
            for (int i = 0; i < units.Count; i++)
            {
                if (row >= units[i].Rows.Length)
                    continue;
                HistoryTime time = units[i].Times[row];
                last = new HistoryTime(time.RealtimeUs + (life * spanUs), time.MonotonicUs + (life * spanUs));
                store.AppendSample(invocations[i], last, units[i].Rows[row]);
            }

            store.Commit();
            store.Maintain(last, options, null);
        }

        End(store, invocations, last);
    }
}

long[] Begin(HistoryStore store, int life)
{
    store.Begin();
    long[] invocations = [.. Enumerable.Range(0, count).Select(i => store.BeginInvocation(Life(i, life)))];
    store.Commit();
    return invocations;
}

void End(HistoryStore store, long[] invocations, HistoryTime last)
{
    store.Begin();
    for (int i = 0; i < count; i++)
        store.EndInvocation(invocations[i], Life(i, 0) with { End = last, Result = "success" });
    store.Commit();
    while (store.Maintain(last, options, null))
    {
    }
}

void Tick(HistoryStore store, long[] invocations, int tick)
{
    // A wake-up is late by some 100 us, as on a host at ease.
    long lateUs = 50 + (tick * 7919L % 150);
    var now = new HistoryTime(StartUs + (tick * IntervalUs) + lateUs, (tick * IntervalUs) + lateUs);
    store.Begin();
    for (int i = 0; i < invocations.Length; i++)
    {
        byte[][] rows = units[i % units.Count].Rows;
        store.AppendSample(invocations[i], now, rows[(tick + i) % rows.Length]);
    }

    store.Commit();
    store.Maintain(now, options, null);
}

static Invocation Life(int number, int life) => new()
{
    Unit = $"unit{number}.service",
    Kind = InvocationKind.Unit,
    Cgroup = $"/system.slice/unit{number}.service",
    CgroupId = ((ulong)life << 32) + (ulong)number + 1,
    BootId = new string('0', 32),
    InvocationId = $"{life:x16}{number:x16}",
    Start = new HistoryTime(0, 0),
};

static long Written() =>
    long.Parse(File.ReadLines("/proc/self/io").First(l => l.StartsWith("write_bytes")).Split(' ')[1]);
