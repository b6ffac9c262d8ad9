using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control.Tests;

/// <summary>
/// A history that is always the same, up to Sat 2026-11-21 10:00:00 UTC, as the daemon would have written it:
/// api.service ran on the day before, until a reboot. It is started again at 08:00, is not seen from 08:40 to 08:45,
/// and leaks, with an alert and a capture at 09:12, until the OOM killer comes at 09:30; its next life goes on. A quiet
/// postgresql beside it runs since 08:00. Samples are 5 s apart, and 100 ms in the second before the kill.
/// </summary>
internal static class TestHistory
{
    internal const string Api = "api.service";
    internal const string Postgres = "postgresql@16-main.service";
    internal const ulong M = 1024 * 1024;

    private const long Second = 1_000_000;
    private const ulong Limit = 512 * M;

    private static readonly string FirstBoot = new('1', 32), SecondBoot = new('2', 32);
    private static readonly long Today = CannedDaemon.NowUsec - 10 * 3600 * Second;

    /// <summary>Keeps all of it at full resolution.</summary>
    internal static readonly HistoryOptions KeepAll = new(
        true, TimeSpan.FromDays(30), TimeSpan.FromDays(30), TimeSpan.FromDays(730), ulong.MaxValue / 2, 0);

    /// <summary>CLOCK_REALTIME of today at so many hours, minutes and seconds, in microseconds.</summary>
    internal static long At(int hour, int minute, int second = 0) =>
        Today + ((hour * 60L + minute) * 60 + second) * Second;

    internal static void Write(string path)
    {
        using (HistoryStore yesterday = HistoryStore.Open(path, FirstBoot))
        {
            long start = At(9, 0) - 24 * 3600 * Second;
            Invocation life = Life(Api, 'a', FirstBoot, start);
            yesterday.Begin();
            long id = yesterday.BeginInvocation(life);
            for (long time = start; time < start + 1800 * Second; time += 60 * Second)
                Append(yesterday, id, time, Sample(200 * M, 60 * M), Limits());
            yesterday.EndInvocation(id, life with
            {
                End = Time(start + 1800 * Second),
                Result = "success",
                Peak = 272 * M,
                Limits = Limits(),
            });
            yesterday.Commit();
        }

        using HistoryStore today = HistoryStore.Open(path, SecondBoot);
        today.Begin();
        today.AddGap(new Gap(Time(At(9, 30) - 24 * 3600 * Second), Time(At(8, 0)), "reboot"));
        WriteApi(today);
        WritePostgres(today);
        WriteHappenings(today);
        WriteBreakdowns(today);
        today.Commit();
        while (today.Maintain(Time(CannedDaemon.NowUsec), KeepAll, null))
        {
        }
    }

    private static void WriteApi(HistoryStore store)
    {
        Invocation leaking = Life(Api, 'b', SecondBoot, At(8, 0));
        long id = store.BeginInvocation(leaking);
        for (long time = At(8, 0); time < At(9, 30); time += 5 * Second)
        {
            if (time >= At(8, 40) && time < At(8, 45))
                continue;
            ulong anon = 100 * M + (ulong)(time - At(8, 0)) / (ulong)Second * 66_000;
            Sample sample = Sample(anon, 60 * M);
            sample.Set(Metric.EventsHigh, time >= At(9, 25) ? (ulong)(time - At(9, 25)) / (60 * (ulong)Second) : 0);
            if (time % (60 * Second) == 0)
                sample.Set(Metric.Pss, anon + 20 * M);
            Append(store, id, time, sample, Limits());
        }

        for (int i = 0; i < 10; i++)
        {
            Sample quick = default;
            quick.Set(Metric.MemoryCurrent, Limit - 10 * M + (ulong)i * M);
            Append(store, id, At(9, 30) - Second + i * 100_000, quick, Limits(), isFull: false);
        }

        Sample last = Sample(440 * M, 60 * M);
        last.Set(Metric.EventsHigh, 5);
        last.Set(Metric.EventsOomKill, 1);
        Append(store, id, At(9, 30), last, Limits());
        store.AddProcesses(id, new ProcessSamples(
            Time(At(8, 5)), Api, [new(4242, "api", 120 * M, 110 * M), new(4249, "api-worker", 25 * M, 12 * M)]));
        store.AddProcesses(id, new ProcessSamples(
            Time(At(9, 29, 50)), Api, [new(4242, "api", 440 * M, 430 * M), new(4250, "api-worker", 20 * M, 10 * M)]));
        store.EndInvocation(id, leaking with
        {
            End = Time(At(9, 30, 1)),
            Result = "oom-kill",
            Peak = Limit,
            OomKills = 1,
            Limits = Limits(),
        });

        id = store.BeginInvocation(Life(Api, 'c', SecondBoot, At(9, 30, 2)));
        for (long time = At(9, 30, 2); time <= At(10, 0); time += 5 * Second)
            Append(store, id, time, Sample(150 * M, 60 * M), Limits());
    }

    private static void WritePostgres(HistoryStore store)
    {
        long id = store.BeginInvocation(Life(Postgres, 'd', SecondBoot, At(8, 0)));
        for (long time = At(8, 0); time <= At(10, 0); time += 5 * Second)
        {
            Sample sample = Sample(300 * M, 900 * M);
            sample.Set(Metric.Shmem, 800 * M);
            Append(store, id, time, sample, default);
        }
    }

    private static void WriteHappenings(HistoryStore store)
    {
        store.AddGap(new Gap(Time(At(8, 39, 55)), Time(At(8, 45)), "not-running"));
        store.AddMark(new Mark(Time(At(9, 0)), "load test begins", Api, 5000));
        store.AddMark(new Mark(Time(At(9, 20)), "a deployment", null, null));
        var alert = new Alert(
            Api, Id('b'), "memory-80", "warning", "memory.current", 1, 411 * M, 409 * M, Time(At(9, 12)));
        store.AddAlert(alert);
        store.ResolveAlert(alert with { Resolved = Time(At(9, 30)), Peak = Limit });
        store.AddCapture(new RecordedCapture(
            Time(At(9, 12, 1)), Api, Id('b'), "memory-80", "smaps", "taken", "/var/lib/cgmemd/captures/a.json", 14_540,
            900_000));
        AddEvent(store, At(8, 0), "started", Api, null, "watching its memory");
        AddEvent(store, At(8, 0), "started", Postgres, null, "watching its memory");
        AddEvent(store, At(9, 12), "alert-firing", Api, "memory-80", "memory.current is 411M, above 409M, 80% of 512M");
        AddEvent(store, At(9, 12, 1), "capture", Api, "memory-80", "captured its state");
        AddEvent(store, At(9, 30), "oom-kill", Api, null, "the OOM killer killed 1 process of it at a limit of 512M");
        AddEvent(store, At(9, 30), "alert-resolved", Api, "memory-80", "memory.current is no longer an alert");
        AddEvent(store, At(9, 30, 1), "stopped", Api, null, "stopped (oom-kill), memory peak 512M of 512M, 1 OOM kill");
        AddEvent(store, At(9, 30, 2), "started", Api, null, "watching its memory");
    }

    // One for the alert, one on demand shortly before the end.
    private static void WriteBreakdowns(HistoryStore store)
    {
        store.AddBreakdown(new RecordedBreakdown(
            Time(At(9, 12, 1)), BreakdownCause.Alert, "memory-80", Breakdowns.Api(At(9, 12, 1), 300)));
        store.AddBreakdown(new RecordedBreakdown(
            Time(At(9, 28)), BreakdownCause.Demand, null, Breakdowns.Api(At(9, 28), 390)));
    }

    /// <summary>Adds an event, as the daemon does while somebody follows them.</summary>
    internal static void AddEvent(
        HistoryStore store, long time, string kind, string unit, string? rule, string message) => store.AddEvent(
        new EventRecord
        {
            Id = 1,
            TimeUsec = time,
            Event = kind,
            Unit = unit,
            Rule = rule,
            Message = $"{unit}: {message}",
            Fields = new Dictionary<string, string>(),
        },
        Time(time), null);

    /// <summary>Opens it once more for writing.</summary>
    internal static HistoryStore Open(string path) => HistoryStore.Open(path, SecondBoot);

    private static void Append(
        HistoryStore store, long invocation, long time, Sample sample, Limits limits, bool isFull = true)
    {
        Span<byte> row = stackalloc byte[OpenRow.MaxLength];
        int length = OpenRow.Encode(sample, limits, isFull, sample.TryGet(Metric.Pss, out _), row);
        store.AppendSample(invocation, Time(time), row[..length]);
    }

    private static Sample Sample(ulong anon, ulong file)
    {
        Sample sample = default;
        ulong current = anon + file + 12 * M;
        sample.Set(Metric.MemoryCurrent, current);
        sample.Set(Metric.MemoryPeak, current);
        sample.Set(Metric.IntervalPeak, current);
        sample.IntervalPeakIsExact = true;
        sample.Set(Metric.MemorySwapCurrent, 0);
        sample.Set(Metric.Anon, anon);
        sample.Set(Metric.File, file);
        sample.Set(Metric.Shmem, 0);
        sample.Set(Metric.Kernel, 12 * M);
        sample.Set(Metric.InactiveFile, file / 2);
        sample.Set(Metric.EventsHigh, 0);
        sample.Set(Metric.EventsMax, 0);
        sample.Set(Metric.EventsOom, 0);
        sample.Set(Metric.EventsOomKill, 0);
        sample.Set(Metric.PressureSomeAvg10, 12);
        sample.Set(Metric.PressureSomeTotal, 1_500_000);
        sample.Set(Metric.PressureFullAvg10, 0);
        sample.Set(Metric.PidsCurrent, 17);
        return sample;
    }

    private static Limits Limits() => new(
        ByteLimit.Max, ByteLimit.Of(Limit), ByteLimit.Max, ByteLimit.Max, ByteLimit.Of(Limit));

    private static Invocation Life(string unit, char id, string boot, long start) => new()
    {
        Unit = unit,
        Kind = InvocationKind.Unit,
        Cgroup = $"/system.slice/{unit}",
        CgroupId = id,
        BootId = boot,
        InvocationId = Id(id),
        Start = Time(start),
    };

    private static string Id(char id) => new(id, 32);

    // Each boot's clock would begin near 0; here it is enough that it goes on within a boot.
    private static HistoryTime Time(long us) => new(us, us - Today + 48 * 3600 * Second);
}
