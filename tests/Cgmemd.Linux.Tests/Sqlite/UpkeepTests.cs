using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class UpkeepTests(ITestOutputHelper output) : IDisposable
{
    private static readonly HistoryField[] Fields =
    [
        HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.Anon)!, HistoryFields.Of(Metric.IntervalPeak)!,
    ];

    private readonly HistoryFile _file = new();

    [Fact]
    public void EachTierGoesAtItsAge()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 200_000);
        HistoryOptions options = HistoryOptions.Default with
        {
            FullRetention = TimeSpan.FromHours(6),
            MinuteRetention = TimeSpan.FromHours(40),
            HourRetention = TimeSpan.FromHours(50),
        };
        HistoryTime now = HistoryFile.At(200_000);
        _file.Settle(now, options);
        HistoryInfo info = _file.Store.Info();
        foreach (TierInfo tier in info.Tiers)
        {
            long kept = HistoryRetention.Of(tier.Tier, options).Ticks / TimeSpan.TicksPerMicrosecond;
            // A chunk goes as a whole, when its newest is too old.
            Assert.True(tier.OldestUs is null || tier.NewestUs >= now.RealtimeUs - kept, $"{tier}");
        }

        Assert.InRange(info.Tiers[0].OldestUs!.Value, now.RealtimeUs - (8 * 3600 * HistoryFile.Second), now.RealtimeUs);

        // When all is too old, all goes, and the file becomes small.
        HistoryTime later = HistoryFile.At(200_000 + (60 * 3600));
        _file.InTransaction(store => Assert.Equal(0, store.EndAbandoned()));
        _file.Settle(later, options);
        Assert.All(_file.Store.Info().Tiers, tier => Assert.Equal(0, tier.Chunks));
        Assert.Equal("ok", HistoryReaderTests.Integrity(_file.FilePath));
    }

    [Fact]
    public void TheFileStaysWithinItsBytesAndTheOldestGoesFirst()
    {
        HistoryOptions options = HistoryOptions.Default with { MaxBytes = 1 << 20 };
        SimulatedUnit[] units = [.. Enumerable.Range(0, 20).Select(i => new SimulatedUnit($"u{i:d2}.service", i))];
        long[] ids = new long[units.Length];
        _file.InTransaction(store =>
        {
            for (int i = 0; i < units.Length; i++)
                ids[i] = store.BeginInvocation(units[i].Start(HistoryFile.At(0)));
        });
        long? oldest = null;
        long greatest = 0;
        for (int minute = 0; minute < 600; minute++)
        {
            _file.InTransaction(store =>
            {
                for (int t = minute * 60; t < (minute + 1) * 60; t += 5)
                {
                    for (int i = 0; i < units.Length; i++)
                        store.AppendSample(ids[i], HistoryFile.At(t), units[i].Next(HistoryFile.At(t)));
                }
            });
            for (int i = 0; i < 4; i++)
                _file.Store.Maintain(HistoryFile.At((minute + 1) * 60), options, null);
            if (minute % 60 != 59)
                continue;
            TierInfo full = _file.Store.Info().Tiers[0];
            Assert.True(oldest is null || full.OldestUs >= oldest);
            oldest = full.OldestUs;
            greatest = Math.Max(greatest, new FileInfo(_file.FilePath).Length);
        }

        Assert.True(oldest > HistoryFile.StartUs, "nothing went");
        Assert.InRange(greatest, 1, 2 << 20);
    }

    [Fact]
    public void NotesAndLivesAreBounded()
    {
        HistoryOptions options = HistoryOptions.Default with
        {
            FullRetention = TimeSpan.FromHours(1),
            MinuteRetention = TimeSpan.FromHours(2),
            HourRetention = TimeSpan.FromHours(3),
        };
        for (int hour = 0; hour < 10; hour++)
        {
            var unit = new SimulatedUnit($"job-{hour}.service", hour);
            (long id, _) = _file.Record(unit, hour * 3600, (hour * 3600) + 60);
            _file.InTransaction(store =>
            {
                HistoryTime at = HistoryFile.At((hour * 3600) + 60);
                store.EndInvocation(id, new SimulatedUnit("", hour).Start(at) with { End = at });
                store.AddMark(new Mark(at, $"{hour}", null, null));
                store.AddProcesses(id, new ProcessSamples(at, "", [new ProcessSample(1, "init", 1, 1)]));
            });
        }

        _file.Settle(HistoryFile.At(36_000), options);
        using HistoryReader reader = _file.Read();
        Assert.Equal(["7", "8", "9"], reader.Marks(null, HistoryRange.All).Select(m => m.Text));
        Assert.Equal(["job-7.service", "job-8.service", "job-9.service"], reader.Units());
        Assert.Null(reader.Processes("job-7.service", HistoryFile.At((7 * 3600) + 60).RealtimeUs));
        Assert.NotNull(reader.Processes("job-9.service", HistoryFile.At((9 * 3600) + 60).RealtimeUs));
    }

    [Fact]
    public void ALifeThatGoesOnForLongCostsTheOthersNothing()
    {
        // One goes on since the first of many lives, of which most are long gone.
        var unit = new SimulatedUnit("api.service", 2);
        _file.InTransaction(store =>
        {
            store.BeginInvocation(new SimulatedUnit("init.scope", 1).Start(HistoryFile.At(0)));
            store.BeginInvocation(unit.Start(HistoryFile.At(0)));
        });
        using (SqliteDatabase database = SqliteDatabase.OpenOrCreate(_file.FilePath, TimeSpan.FromSeconds(5)))
            database.Execute("UPDATE invocation SET id = -1000000 WHERE id = 1");
        _file.Reopen();
        (long id, _) = _file.Record(unit, 0, 600);
        _file.InTransaction(store => store.EndInvocation(id, unit.Start(HistoryFile.At(0)) with
        {
            End = HistoryFile.At(600),
        }));
        _file.Settle(HistoryFile.At(700));
        using HistoryReader reader = _file.Read();
        Assert.Equal(120, reader.Rows("api.service", HistoryRange.All, null, Fields).Count());
        Assert.Equal(2, reader.Invocations(null, HistoryRange.All).Count);
    }

    [Fact]
    public void AUnitThatStartsEverySecondCostsTheOthersNothing()
    {
        var rare = new SimulatedUnit("rare.service", 2);
        (long id, _) = _file.Record(rare, 0, 600);
        _file.InTransaction(store =>
        {
            store.EndInvocation(id, rare.Start(HistoryFile.At(0)) with { End = HistoryFile.At(600) });
            store.BeginInvocation(new SimulatedUnit("busy.service", 1).Start(HistoryFile.At(600)));
        });
        using (SqliteDatabase database = SqliteDatabase.OpenOrCreate(_file.FilePath, TimeSpan.FromSeconds(5)))
        {
            database.Execute("""
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100020)
                INSERT INTO invocation (unit, kind, cgroup, cgroup_id, boot, start_us, start_mono_us, end_us,
                    end_mono_us, oom_kills, high, max, swap_max, effective_high, effective_max)
                SELECT unit, kind, cgroup, cgroup_id + i, boot, start_us + i, start_mono_us + i, start_us + i + 1,
                    start_mono_us + i + 1, 0, -1, -1, -1, -1, -1
                FROM n, (SELECT * FROM invocation WHERE end_us IS NULL);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50020)
                INSERT INTO event (boot, real_us, mono_us, unit, name, message, fields)
                SELECT 1, (SELECT start_us FROM invocation LIMIT 1), 0, 'rare.service', 'oom-kill', '', '{}'
                UNION ALL
                SELECT 1, (SELECT start_us FROM invocation LIMIT 1) + i, i, 'busy.service', 'started', '', '{}' FROM n
                """);
        }

        _file.Reopen();
        _file.Settle(HistoryFile.At(700));
        using HistoryReader reader = _file.Read();
        Assert.Equal(120, reader.Rows("rare.service", HistoryRange.All, null, Fields).Count());
        Assert.InRange(reader.Invocations(UnitChoice.Named("busy.service"), HistoryRange.All).Count, 98_000, 100_000);
        Assert.Single(reader.Events(new EventQuery(HistoryRange.All, null, "oom-kill", 0, null)));
        Assert.Equal(
            NotePruner.MaxEvents, reader.Events(new EventQuery(HistoryRange.All, null, "started", 0, null)).Count);
    }

    // CGMEMD_MASS_UNITS=200 in a Release build gives the figures of docs/decisions/0008-sqlite.md.
    [Fact]
    public void ADayOfManyUnitsIsSmall()
    {
        const int Interval = 5, Seconds = 86_400;
        int count = int.Parse(
            Environment.GetEnvironmentVariable("CGMEMD_MASS_UNITS") ?? "4", CultureInfo.InvariantCulture);
        SimulatedUnit[] units = [.. Enumerable.Range(0, count).Select(i => new SimulatedUnit($"u{i}.service", i))];
        long[] ids = new long[count];
        _file.InTransaction(store =>
        {
            for (int i = 0; i < count; i++)
                ids[i] = store.BeginInvocation(units[i].Start(HistoryFile.At(0)));
        });
        long wal = 0, heap = 0, ticks = 0;
        for (int t = 0; t < Seconds; t += Interval * 4)
        {
            _file.Store.Begin();
            for (int own = t; own < t + (Interval * 4); own += Interval)
            {
                HistoryTime at = HistoryFile.At(own);
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<byte> row = units[i].Next(at);
                    long begin = Stopwatch.GetTimestamp();
                    _file.Store.AppendSample(ids[i], at, row);
                    ticks += Stopwatch.GetTimestamp() - begin;
                }
            }

            long start = Stopwatch.GetTimestamp();
            _file.Store.Commit();
            _file.Store.Maintain(HistoryFile.At(t + (Interval * 4)), HistoryOptions.Default, null);
            ticks += Stopwatch.GetTimestamp() - start;
            heap = Math.Max(heap, HistoryStore.HeapBytes);
            if (t % 3600 == 0)
                wal = Math.Max(wal, new FileInfo(_file.FilePath + "-wal").Length);
        }

        Tell(_file.Store.Info(), wal, heap, ticks);
        using HistoryReader reader = _file.Read();
        Assert.Equal(Seconds / Interval, reader.Rows("u3.service", HistoryRange.All, null, Fields).Count());
        Assert.InRange(wal, 1, 16 << 20);
        long asked = Stopwatch.GetTimestamp();
        Assert.Equal(count, reader.At(HistoryFile.At(40_002).RealtimeUs, Fields).Count);
        output.WriteLine($"at a time: {Stopwatch.GetElapsedTime(asked).TotalMilliseconds:f1} ms");
    }

    [Fact]
    public void AWeekOfOneUnitIsWhole()
    {
        const int Seconds = 7 * 86_400;
        HistoryOptions options = HistoryOptions.Default with { FullRetention = TimeSpan.FromDays(8) };
        _file.Record(new SimulatedUnit("api.service", 1), 0, Seconds, commitAfter: 600, options: options);
        foreach (TimeSpan? step in (TimeSpan?[])[null, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)])
        {
            for (int i = 0; i < 3; i++)
            {
                long asked = Stopwatch.GetTimestamp();
                using HistoryReader reader = _file.Read();
                List<HistoryRow> rows = [.. reader.Rows("api.service", HistoryRange.All, step, Fields)];
                output.WriteLine(
                    $"step {step}: {rows.Count} rows in {Stopwatch.GetElapsedTime(asked).TotalMilliseconds:f1} ms");
                Assert.Equal(Seconds / 5, rows.Sum(r => r.Samples));
            }
        }
    }

    private void Tell(HistoryInfo info, long wal, long heap, long ticks)
    {
        long points = info.Tiers[0].Points;
        long file = new FileInfo(_file.FilePath).Length;
        foreach (TierInfo tier in info.Tiers)
        {
            output.WriteLine(
                $"{tier.Tier}: {tier.Chunks} chunks, {tier.Points} points, {(double)tier.Bytes / tier.Points:f3} B");
        }

        output.WriteLine($"file {file} bytes, {(double)file / points:f3} a sealed full point; log up to {wal} bytes; ");
        output.WriteLine($"SQLite's heap up to {heap}; writing {ticks / (double)Stopwatch.Frequency:f1} s");
    }

    public void Dispose() => _file.Dispose();
}
