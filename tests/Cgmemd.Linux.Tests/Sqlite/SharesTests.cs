using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

/// <summary>That what is much of one kind does not cost the others.</summary>
public sealed class SharesTests : IDisposable
{
    private static readonly HistoryField[] Fields = [HistoryFields.Of(Metric.MemoryCurrent)!];

    // Notes may take 256 KiB of it, and 327 lives that have ended are kept.
    private static readonly HistoryOptions Small = HistoryOptions.Default with { MaxBytes = 1 << 20 };

    private readonly HistoryFile _file = new();

    [Fact]
    public void NotesTakeTheirShareAndNoMore()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 3600);
        _file.InTransaction(store =>
        {
            store.AddEvent(Event("oom-kill", ""), HistoryFile.At(0), null);
            store.AddMark(new Mark(HistoryFile.At(0), "deployed", null, null));
        });
        for (int i = 0; i < 2_000; i++)
        {
            HistoryTime at = HistoryFile.At(3600 + i);
            _file.InTransaction(store => store.AddEvent(
                Event("started", $"{i} " + new string('x', 1_000)), at, null));
            if (i % 100 == 99)
                _file.Store.Maintain(at, Small, null);
        }

        _file.Settle(HistoryFile.At(5600), Small);
        using HistoryReader reader = _file.Read();
        Assert.Equal(720, reader.Rows("api.service", HistoryRange.All, null, Fields).Sum(row => row.Samples));
        Assert.Single(reader.Marks(null, HistoryRange.All));
        Assert.Single(reader.Events(new EventQuery(HistoryRange.All, null, "oom-kill", 0, null)));
        IReadOnlyList<EventRecord> started =
            reader.Events(new EventQuery(HistoryRange.All, null, "started", 0, null));
        Assert.InRange(started.Count, 100, 256);
        Assert.StartsWith($"{2_000 - started.Count} ", started[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatAreUsedOnceDoNotCostTheOthersTheirLives()
    {
        _file.InTransaction(store =>
        {
            for (int i = 0; i < 20; i++)
                Live(store, new SimulatedUnit("api.service", i), i);
            for (int i = 20; i < 520; i++)
                Live(store, new SimulatedUnit($"run-u{i}.service", i), i);
        });
        _file.Settle(HistoryFile.At(600), Small);
        using HistoryReader reader = _file.Read();
        Assert.Equal(20, reader.Invocations(UnitChoice.Named("api.service"), HistoryRange.All).Count);
        IReadOnlyList<Invocation> brief = reader.Invocations(UnitChoice.Matching("run-u*.service"), HistoryRange.All);
        Assert.InRange(brief.Count, 290, 307);
        // The newest are kept.
        Assert.Equal($"run-u{520 - brief.Count}.service", brief[^1].Unit);
        Assert.Equal(brief.Count + 1, reader.Units().Count);
    }

    [Fact]
    public void ALifeThatGoesLeavesNoSamplesBehind()
    {
        _file.InTransaction(store =>
        {
            for (int i = 0; i < 400; i++)
                Live(store, new SimulatedUnit("job.service", i), i);
        });
        _file.Settle(HistoryFile.At(600), Small);
        using (HistoryReader reader = _file.Read())
        {
            IReadOnlyList<Invocation> lives = reader.Invocations(null, HistoryRange.All);
            Assert.InRange(lives.Count, 300, 327);
            Assert.Equal(
                lives.Count, reader.Rows("job.service", HistoryRange.All, null, Fields).Sum(row => row.Samples));
        }

        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(_file.FilePath, TimeSpan.FromSeconds(5));
        Assert.Equal(
            0, database.Scalar("SELECT count(*) FROM chunk WHERE invocation NOT IN (SELECT id FROM invocation)"));
        // All but the last, which the numbers go on from.
        Assert.Equal(1, database.Scalar("SELECT count(*) FROM open_sample"));
    }

    public void Dispose() => _file.Dispose();

    private static void Live(HistoryStore store, SimulatedUnit unit, int second)
    {
        HistoryTime start = HistoryFile.At(second), end = HistoryFile.At(second + 0.5);
        long id = store.BeginInvocation(unit.Start(start));
        store.AppendSample(id, start, unit.Next(start));
        store.EndInvocation(id, unit.Start(start) with { End = end });
    }

    private static EventRecord Event(string name, string message) => new()
    {
        Id = 0,
        TimeUsec = HistoryFile.StartUs,
        Event = name,
        Message = message,
        Fields = new Dictionary<string, string>(),
    };
}
