using System.Diagnostics;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Writer;

/// <summary>
/// A history of two years, full to what the defaults keep: through the daemon's own writer, with its upkeep after each
/// commit. The last two days have a sample every 5 s, as the daemon takes them. The days before, of which only minutes
/// are kept, have one every 30 s, 2 a minute; the time before that, of which only hours are kept, one every 5 minutes,
/// 12 an hour. A life lasts a week on the average.
/// </summary>
internal sealed class Filling(IReadOnlyList<RecordedUnit> recorded, int units)
{
    private const long SecondUs = 1_000_000;
    private const long DayUs = 86_400 * SecondUs;
    private const long StartUs = 1_700_000_000 * SecondUs;
    private const int RecordedSeconds = 5;
    private const int FullDays = 2;
    private const int MinuteDays = 31;
    private const int Days = 731;
    private const int TicksPerCommit = 12;
    private const int DaysPerLife = 7;

    private static readonly string BootId = new('0', 32);

    private readonly Course[] _courses =
        [.. Enumerable.Range(0, units).Select(i => new Course(recorded[i % recorded.Count], seed: i))];

    private readonly long[] _invocations = new long[units];
    private readonly Random _random = new(units);
    private readonly HistoryOptions _options = HistoryOptions.Default with { KeepFree = 0 };
    private ulong _lives;
    private HistoryTime _now;
    private long _dueUs;

    /// <summary>Fills a file, or goes on with one that was not filled to its end.</summary>
    public void Run(string file)
    {
        int first = 0;
        if (File.Exists(file))
        {
            using HistoryReader reader = HistoryReader.Open(file);
            first = (int)((reader.NewestUs()!.Value - StartUs) / DayUs) + 1;
        }

        (_dueUs, _lives) = (first * DayUs, (ulong)first << 32);
        _now = new HistoryTime(StartUs + _dueUs, _dueUs);
        using HistoryStore store = HistoryStore.Open(file, BootId);
        store.Begin();
        for (int i = 0; i < units; i++)
            Begin(store, i);
        store.EndAbandoned();
        store.Commit();
        for (int day = first; day < Days; day++)
        {
            long start = Stopwatch.GetTimestamp();
            int seconds = Seconds(day);
            for (int tick = 0; tick < 86_400 / seconds / TicksPerCommit; tick++)
                Commit(store, seconds);
            if (day % 20 == 0 || day == Days - 1)
            {
                Console.WriteLine($"day {day}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, "
                    + $"{new FileInfo(file).Length >> 20} MiB");
            }
        }
    }

    private static int Seconds(int day) => (Days - day) switch
    {
        <= FullDays => RecordedSeconds,
        <= MinuteDays => 30,
        _ => 300,
    };

    private void Commit(HistoryStore store, int seconds)
    {
        store.Begin();
        for (int tick = 0; tick < TicksPerCommit; tick++)
        {
            // A wake-up is late by some 100 us, as on a host at ease.
            _dueUs += seconds * SecondUs;
            long nowUs = _dueUs + 50 + _random.Next(150);
            _now = new HistoryTime(StartUs + nowUs, nowUs);
            for (int i = 0; i < units; i++)
                store.AppendSample(_invocations[i], _now, _courses[i].Next(seconds / RecordedSeconds));
        }

        for (int i = 0; i < units; i++)
        {
            if (_random.NextInt64(DaysPerLife * DayUs) < TicksPerCommit * seconds * SecondUs)
                Restart(store, i);
        }

        store.Commit();
        while (store.Maintain(_now, _options, null))
        {
        }
    }

    private void Restart(HistoryStore store, int unit)
    {
        store.EndInvocation(_invocations[unit], Life(unit) with { End = _now, Result = "success" });
        _courses[unit].Restart();
        Begin(store, unit);
    }

    private void Begin(HistoryStore store, int unit)
    {
        _lives++;
        _invocations[unit] = store.BeginInvocation(Life(unit));
    }

    private Invocation Life(int unit) => new()
    {
        Unit = $"unit{unit}.service",
        Kind = InvocationKind.Unit,
        Cgroup = $"/system.slice/unit{unit}.service",
        CgroupId = _lives,
        BootId = BootId,
        InvocationId = $"{_lives:x32}",
        Start = _now,
    };
}
