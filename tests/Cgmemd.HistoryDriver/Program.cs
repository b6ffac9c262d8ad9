using System.Globalization;
using System.Text;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.HistoryDriver;

/// <summary>
/// Writes a history that can be foretold, until it is killed, and tells on its standard output what is committed:
/// <c>ready</c>, <c>committed N</c> (the first N samples of this run), and each notice. Sample n of run r is of unit
/// n modulo <see cref="Units"/> and has r · <see cref="RunStride"/> + n for its memory.current; every
/// <see cref="EventStride"/>th is followed by an event with that number for its text. With <c>--copy</c> it begins to
/// copy a history and stays in the middle of that, which it tells by <c>copying</c>.
/// </summary>
internal static class Program
{
    private const int Units = 4;
    private const int EventStride = 64;
    private const int LifeStride = 400;
    private const ulong RunStride = 1_000_000_000;
    private const string BootId = "00000000000000000000000000000001";

    private static readonly Stream Out = Console.OpenStandardOutput();

    public static int Main(string[] arguments)
    {
        if (arguments is ["--copy", string source])
        {
            Copy(source);
            return 0;
        }

        if (arguments is not [string path, string run, string intervalMs])
        {
            Console.Error.WriteLine("usage: Cgmemd.HistoryDriver {FILE RUN COMMIT-INTERVAL-MS | --copy FILE}");
            return 2;
        }

        TimeSpan interval = TimeSpan.FromMilliseconds(int.Parse(intervalMs, CultureInfo.InvariantCulture));
        var pace = new HistoryPace
        {
            CommitInterval = interval,
            EventInterval = interval / 2,
            FirstRetry = interval,
            LongestRetry = interval * 8,
        };
        using var recorder = new HistoryRecorder(path, BootId, TimeProvider.System, () => { }, pace);
        recorder.Configure(HistoryOptions.Default with { KeepFree = 0 });
        Write(recorder, ulong.Parse(run, CultureInfo.InvariantCulture) * RunStride);
        return 0;
    }

    private static void Copy(string source)
    {
        using HistoryReader reader = HistoryReader.Open(source);
        reader.CopyTo(source + ".copy", _ =>
        {
            Say("copying");
            Thread.Sleep(Timeout.Infinite);
        });
    }

    private static void Write(HistoryRecorder recorder, ulong first)
    {
        var series = new HistorySeries[Units];
        for (int unit = 0; unit < Units; unit++)
            series[unit] = recorder.Begin(Life(unit, life: null));
        recorder.EndFirstPass();
        Say("ready");
        long committed = 0;
        for (ulong n = 0; ; n++)
        {
            int unit = (int)(n % Units);
            Sample sample = Foretold(first + n);
            recorder.Sample(series[unit], sample, default, isFull: true, hasNewPss: n % 24 == 0, Now());
            if (n % EventStride == 0)
                recorder.Event(Happened(first + n), null, Now());
            // The last unit is started anew from time to time.
            if (n % LifeStride == LifeStride - 1)
            {
                recorder.End(series[unit], series[unit].Start with { End = Now(), Result = "success" });
                series[unit] = recorder.Begin(Life(unit, (first + n).ToString("x32", CultureInfo.InvariantCulture)));
            }

            if (n % Units == Units - 1)
                Thread.Sleep(1);
            HistoryStatus status = recorder.Status;
            if (status.SamplesLost > 0)
                Say($"lost {status.SamplesLost}");
            if (status.SamplesWritten > committed)
                Say($"committed {committed = status.SamplesWritten}");
            while (recorder.TryTakeNotice(out HistoryNotice? notice))
                Say($"notice {notice!.Kind} {notice.Problem}");
        }
    }

    private static Invocation Life(int unit, string? life) => new()
    {
        Unit = $"unit{unit}.service",
        Kind = InvocationKind.Unit,
        Cgroup = $"/system.slice/unit{unit}.service",
        CgroupId = 100 + (ulong)unit,
        BootId = BootId,
        InvocationId = life,
        Start = Now(),
    };

    private static Sample Foretold(ulong number)
    {
        var sample = default(Sample);
        sample.Set(Metric.MemoryCurrent, number);
        sample.Set(Metric.MemoryPeak, number | 0xfff);
        sample.Set(Metric.Pss, number / 2);
        for (Metric metric = Metric.Anon; metric <= Metric.Kernel; metric++)
            sample.Set(metric, (number * 2_654_435_761) >> (int)metric);
        return sample;
    }

    private static EventRecord Happened(ulong number) => new()
    {
        Id = 0,
        TimeUsec = Now().RealtimeUs,
        Event = "stopped",
        Unit = "unit0.service",
        Message = number.ToString(CultureInfo.InvariantCulture),
        Fields = new Dictionary<string, string>(),
    };

    private static HistoryTime Now() => new(TimeProvider.System.RealtimeUs(), TimeProvider.System.NowUs());

    // One write each, so that a line is there as a whole or not at all.
    private static void Say(string line) => Out.Write(Encoding.UTF8.GetBytes(line + '\n'));
}
