using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class HistoryStoreTests : IDisposable
{
    private static readonly HistoryField Current = HistoryFields.Of(Metric.MemoryCurrent)!;

    private readonly HistoryFile _file = new();

    [Fact]
    public void AnInvocationGoesOnAfterARestartAndEndsWithAReboot()
    {
        var unit = new SimulatedUnit("api.service", 1);
        (long first, _) = _file.Record(unit, 0, 300);
        _file.Reopen();
        (long second, _) = _file.Record(unit, 300, 600);
        Assert.Equal(first, second);
        _file.InTransaction(store => Assert.Equal(0, store.EndAbandoned()));

        _file.Reopen("00000000000000000000000000000b02");
        _file.Settle(HistoryFile.At(700));
        using HistoryReader reader = _file.Read();
        Invocation invocation = Assert.Single(reader.Invocations(null, HistoryRange.All));
        Assert.Equal(("lost", HistoryFile.At(595)), (invocation.Result, invocation.End));
        Assert.Equal(120, reader.Rows("api.service", HistoryRange.All, null, [Current]).Count());
        Assert.Equal(0, reader.Info().OpenSamples);
    }

    [Fact]
    public void WhatIsNotBegunAgainIsLost()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 60);
        _file.Reopen();
        _file.InTransaction(store => Assert.Equal(1, store.EndAbandoned()));
        using HistoryReader reader = _file.Read();
        Assert.Equal("lost", Assert.Single(reader.Invocations(null, HistoryRange.All)).Result);
    }

    [Fact]
    public void WhatIsRolledBackWasNotAndTheChainGoesOn()
    {
        var unit = new SimulatedUnit("api.service", 1);
        (long id, var samples) = _file.Record(unit, 0, 60);
        _file.Store.Begin();
        for (int t = 60; t < 120; t += 5)
            _file.Store.AppendSample(id, HistoryFile.At(t), unit.Next(HistoryFile.At(t)));
        _file.Store.Rollback();
        (_, var more) = _file.Record(unit, 120, 2000);
        using HistoryReader reader = _file.Read();
        Assert.Equal(
            samples.Concat(more).Select(s => s.Time),
            reader.Rows("api.service", HistoryRange.All, null, [Current]).Select(r => r.Time));
    }

    [Fact]
    public void SealedRowsLeaveTheLogAndTheirNumbersAreNotUsedAgain()
    {
        var unit = new SimulatedUnit("api.service", 1);
        (_, var samples) = _file.Record(unit, 0, 1000);
        _file.Settle(HistoryFile.At(5000));
        Assert.Equal(0, _file.Store.Info().OpenSamples);
        _file.Reopen();
        (_, var more) = _file.Record(unit, 1000, 1600);
        using HistoryReader reader = _file.Read();
        Assert.Equal(samples.Count + more.Count, reader.Rows("api.service", HistoryRange.All, null, [Current]).Count());
        using SqliteDatabase raw = SqliteDatabase.OpenReadOnly(_file.FilePath, TimeSpan.Zero);
        Assert.True(raw.Scalar("SELECT min(id) FROM open_sample") >= samples.Count);
    }

    [Fact]
    public void ASampleIsAppendedWithoutAllocation()
    {
        var unit = new SimulatedUnit("api.service", 1);
        (long id, _) = _file.Record(unit, 0, 60);
        byte[] row = unit.Next(HistoryFile.At(60)).ToArray();
        _file.Store.Begin();
        _file.Store.AppendSample(id, HistoryFile.At(60), row);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            _file.Store.AppendSample(id, HistoryFile.At(61 + i), row);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        _file.Store.Commit();
    }

    [Fact]
    public void RecordsComeBackAsTheyWere()
    {
        HistoryTime at = HistoryFile.At(10), later = HistoryFile.At(20);
        var alert = new Alert("a.service", "i1", "high", "warning", "memory.current", 1, ulong.MaxValue, 1UL << 63, at);
        var capture = new RecordedCapture(at, "a.service", null, "high", "smaps", "taken", "/x", ulong.MaxValue, 5);
        var mark = new Mark(at, "déployé", null, ulong.MaxValue);
        var gap = new Gap(at, later, "suspend");
        var record = new EventRecord
        {
            Id = 0,
            TimeUsec = at.RealtimeUs,
            Event = "oom-kill",
            Unit = "a.service",
            Message = "",
            Fields = new Dictionary<string, string> { ["CGMEMD_UNIT"] = "a.service", ["X"] = "\"\n" },
        };
        var processes = new ProcessSamples(at, "a.service", [new(7, "père", 1, ulong.MaxValue), new(8, "", 0, 0)]);
        _file.InTransaction(store =>
        {
            long id = store.BeginInvocation(new SimulatedUnit("a.service", 1).Start(at));
            store.AddAlert(alert);
            store.ResolveAlert(alert with { Resolved = later, Peak = 3 });
            store.ResolveAlert(alert with { Episode = 2, Resolved = later, Peak = 4 });
            store.AddCapture(capture);
            store.AddMark(mark);
            store.AddGap(gap);
            store.AddEvent(record, at, "i1");
            store.AddEvent(record with { Event = "started", Unit = null }, later, null);
            store.AddProcesses(id, processes);
        });

        using HistoryReader reader = _file.Read();
        Assert.Equal(
            [alert with { Resolved = later, Peak = 3 }, alert with { Episode = 2, Resolved = later, Peak = 4 }],
            reader.Alerts(UnitChoice.Matching("a*"), HistoryRange.All));
        Assert.Equal([capture], reader.Captures(null, HistoryRange.All));
        Assert.Equal([mark], reader.Marks(UnitChoice.Named("none"), HistoryRange.All));
        Assert.Equal([gap], reader.Gaps(new HistoryRange(later.RealtimeUs, long.MaxValue)));
        Assert.Equal(processes.Processes, reader.Processes("a.service", later.RealtimeUs)!.Processes);
        Assert.Null(reader.Processes("b.service", later.RealtimeUs));
        EventRecord read = Assert.Single(reader.Events(new EventQuery(HistoryRange.All, UnitChoice.Matching("a*"))));
        Assert.Equal((record.Event, record.Fields["X"], ""), (read.Event, read.Fields["X"], read.Message));
        Assert.Equal(
            ["started"], reader.Events(new EventQuery(HistoryRange.All, Limit: 1)).Select(e => e.Event));
        Assert.Equal(
            ["started"], reader.Events(new EventQuery(HistoryRange.All, AfterId: (long)read.Id)).Select(e => e.Event));
    }

    [Fact]
    public void ExtremesOfAnInvocationComeBack()
    {
        Invocation start = new SimulatedUnit("a.service", 1).Start(HistoryFile.At(0)) with
        {
            CgroupId = ulong.MaxValue,
        };
        Invocation end = start with
        {
            End = HistoryFile.At(9),
            Result = "oom-kill",
            Peak = ulong.MaxValue,
            SwapPeak = 1UL << 63,
            OomKills = ulong.MaxValue,
            Limits = new Limits(ByteLimit.Of(0), default, default, ByteLimit.Of(1UL << 63), default),
        };
        _file.InTransaction(store => store.EndInvocation(store.BeginInvocation(start), end));
        using HistoryReader reader = _file.Read();
        Assert.Equal(end, Assert.Single(reader.Invocations(null, HistoryRange.All)));
    }

    [Fact]
    public void AnOldReaderStopsTheLogAtItsBoundAndNotBeyond()
    {
        _file.InTransaction(store => store.AddMark(new Mark(HistoryFile.At(0), "first", null, null)));
        using (SqliteDatabase reader = SqliteDatabase.OpenReadOnly(_file.FilePath, TimeSpan.Zero))
        {
            reader.Execute("BEGIN");
            Assert.Equal(1, reader.Scalar("SELECT count(*) FROM mark"));
            string text = new('x', 1 << 20);
            var e = Assert.Throws<SqliteException>(() =>
            {
                for (int i = 0; i < 200; i++)
                    _file.InTransaction(store => store.AddMark(new Mark(HistoryFile.At(i), text, null, null)));
            });
            Assert.True(e.IsLogFull);
            Assert.Equal(SqliteException.Busy, e.Code);
            Assert.InRange(new FileInfo(_file.FilePath + "-wal").Length, 1 << 20, 80 << 20);
            Assert.Equal(1, reader.Scalar("SELECT count(*) FROM mark"));
        }

        _file.InTransaction(store => store.AddMark(new Mark(HistoryFile.At(0), "last", null, null)));
    }

    [Fact]
    public void AFileOfANewerOneOrOfSomebodyElseIsLeftAlone()
    {
        _file.Close();
        string other = _file.Beside("other.db");
        using (SqliteDatabase database = SqliteDatabase.OpenOrCreate(other, TimeSpan.Zero))
            database.Execute("CREATE TABLE t (a)");
        using (SqliteDatabase database = SqliteDatabase.OpenOrCreate(_file.FilePath, TimeSpan.Zero))
            database.Execute("PRAGMA user_version = 2");
        byte[] before = File.ReadAllBytes(other);

        var newer = Assert.Throws<HistoryException>(() => HistoryStore.Open(_file.FilePath, HistoryFile.Boot));
        Assert.Equal(HistoryProblem.Newer, newer.Problem);
        var foreign = Assert.Throws<HistoryException>(() => HistoryStore.Open(other, HistoryFile.Boot));
        Assert.Equal(HistoryProblem.NotHistory, foreign.Problem);
        Assert.Equal(before, File.ReadAllBytes(other));
        using HistoryReader reader = _file.Read();
        Assert.Contains("newer cgmemd", Assert.Single(reader.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void FailuresTellPathAndCode()
    {
        var e = Assert.Throws<SqliteException>(() => HistoryStore.Open("/nonexistent/history.db", HistoryFile.Boot));
        Assert.Equal((SqliteException.CannotOpen, Errno.ENOENT), (e.Code, e.Errno));
        Assert.StartsWith("/nonexistent/history.db: ", e.Message, StringComparison.Ordinal);

        string junk = _file.Beside("junk.db");
        File.WriteAllBytes(junk, [.. Enumerable.Range(0, 9000).Select(i => (byte)(i * 7))]);
        Assert.True(Assert.Throws<SqliteException>(() => HistoryStore.Open(junk, HistoryFile.Boot)).IsCorrupt);
        Assert.Equal(
            HistoryProblem.NotHistory, Assert.Throws<HistoryException>(() => HistoryReader.Open(junk)).Problem);
        Assert.Equal(
            HistoryProblem.Missing,
            Assert.Throws<HistoryException>(() => HistoryReader.Open(_file.Beside("none"))).Problem);
    }

    [Fact]
    public void TheFileIsPrivateAndItsLossIsSeen()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.FilePath + "-wal"));
        Assert.False(_file.Store.IsFileGone);
        File.Delete(_file.FilePath);
        Assert.True(_file.Store.IsFileGone);
    }

    public void Dispose() => _file.Dispose();
}
