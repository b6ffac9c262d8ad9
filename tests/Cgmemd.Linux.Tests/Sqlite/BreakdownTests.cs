using Cgmemd.Core.Attribution;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class BreakdownTests : IDisposable
{
    private readonly HistoryFile _file = new();

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        Add(10, 200, BreakdownCause.Alert, "near-limit");
        Add(20, 210, BreakdownCause.Demand, null);
        using HistoryReader reader = _file.Read();
        BreakdownEntry[] entries = [.. reader.Breakdowns(UnitChoice.Matching("api*"), HistoryRange.All)];
        Assert.Equal([("alert", "near-limit"), ("demand", null)], entries.Select(e => (e.Cause, e.Rule)));
        Assert.Equal(HistoryFile.At(10), entries[0].Time);
        Assert.Equal(
            ("api.service", 'b', new string('b', 32)),
            (entries[0].Unit, (char)entries[0].CgroupId, entries[0].InvocationId));
        RecordedBreakdown read = reader.Breakdown(entries[1])!;
        Assert.Equivalent(
            new RecordedBreakdown(HistoryFile.At(20), "demand", null, Of(20, 210)), read, strict: true);
        Assert.Empty(reader.Breakdowns(UnitChoice.Matching("b*"), HistoryRange.All));
        Assert.Single(reader.Breakdowns(null, new HistoryRange(0, HistoryFile.At(20).RealtimeUs)));
        Assert.Equal(HistoryFile.At(20).RealtimeUs, reader.NewestUs());
        Assert.Empty(reader.Problems);
    }

    [Fact]
    public void TheNearestIsFound()
    {
        foreach (int second in (int[])[10, 100, 1000])
            Add(second, (ulong)second, BreakdownCause.Alert, "r");
        using HistoryReader reader = _file.Read();
        Assert.Equal(10, Nearest(reader, 0));
        Assert.Equal(100, Nearest(reader, 70));
        Assert.Equal(1000, Nearest(reader, 5000));
        Assert.Null(reader.NearestBreakdown("b.service", HistoryRange.All, 0));
        Assert.Null(reader.NearestBreakdown("api.service", new HistoryRange(0, 1), 0));
    }

    [Fact]
    public void ASnapshotHasThem()
    {
        Add(10, 200, BreakdownCause.Capture, "r");
        string copy = _file.Beside("copy.db");
        using (HistoryReader reader = _file.Read())
            reader.CopyTo(copy, null);
        using HistoryReader snapshot = HistoryReader.Open(copy);
        Assert.Equivalent(Of(10, 200), snapshot.NearestBreakdown("api.service", HistoryRange.All, 0)!.Breakdown);
    }

    [Fact]
    public void OneThatIsTooLargeLosesDetailsAndNotItsSums()
    {
        Breakdown large = Breakdowns.Large(950) with { TimeUsec = HistoryFile.At(1).RealtimeUs };
        _file.InTransaction(store =>
            store.AddBreakdown(new RecordedBreakdown(HistoryFile.At(1), "demand", null, large)));
        Assert.InRange(Bytes(), 1000, BreakdownBlob.MaxBytes);
        using HistoryReader reader = _file.Read();
        Breakdown read = reader.NearestBreakdown("api.service", HistoryRange.All, 0)!.Breakdown;
        Assert.Equivalent(large.Reconciliation, read.Reconciliation, strict: true);
        Assert.Equivalent(large.Processes[0], read.Processes[0], strict: true);
        Assert.Null(read.Processes[^1].TopMappings);
    }

    [Fact]
    public void ADamagedOneIsLeftOutAndTold()
    {
        Add(10, 200, BreakdownCause.Alert, "r");
        Add(20, 200, BreakdownCause.Alert, "r");
        _file.Close();
        using (SqliteDatabase database = SqliteDatabase.OpenOrCreate(_file.FilePath, TimeSpan.Zero))
            database.Execute("UPDATE breakdown SET data = x'01020304' WHERE id = 1");
        using HistoryReader reader = _file.Read();
        BreakdownEntry[] entries = [.. reader.Breakdowns(null, HistoryRange.All)];
        Assert.Null(reader.Breakdown(entries[0]));
        Assert.NotNull(reader.Breakdown(entries[1]));
        Assert.EndsWith("breakdown 1 of api.service: it is cut short", Assert.Single(reader.Problems));
    }

    [Fact]
    public void TheyCountAsNotesAndTheOldestGoesFirst()
    {
        for (int i = 0; i < 200; i++)
            Add(i, (ulong)i, BreakdownCause.Alert, "r");
        ulong most = (ulong)Bytes() / 2;
        // A quarter of all is for notes.
        _file.Settle(HistoryFile.At(300), HistoryOptions.Default with { MaxBytes = most * 4, KeepFree = 0 });
        using HistoryReader reader = _file.Read();
        BreakdownEntry[] left = [.. reader.Breakdowns(null, HistoryRange.All)];
        Assert.InRange(left.Length, 20, 120);
        Assert.InRange((ulong)Bytes(), 1UL, most);
        Assert.Equal(HistoryFile.At(199), left[^1].Time);
        Assert.Equal(HistoryFile.At(200 - left.Length), left[0].Time);
    }

    [Fact]
    public void TheNewestStaysHoweverLittleRoomThereIs()
    {
        Add(1, 1, BreakdownCause.Alert, "r");
        Add(2, 2, BreakdownCause.Alert, "r");
        _file.Settle(HistoryFile.At(3), HistoryOptions.Default with { MaxBytes = 8, KeepFree = 0 });
        using HistoryReader reader = _file.Read();
        Assert.Equal(HistoryFile.At(2), Assert.Single(reader.Breakdowns(null, HistoryRange.All)).Time);
    }

    [Fact]
    public void TheyGoWithTheNotesAtTheirAge()
    {
        Add(1, 1, BreakdownCause.Alert, "r");
        Add(2, 2, BreakdownCause.Alert, "r");
        _file.Settle(HistoryFile.At(3 + TimeSpan.FromDays(731).TotalSeconds));
        using HistoryReader reader = _file.Read();
        // The newest of each kind of notes stays.
        Assert.Single(reader.Breakdowns(null, HistoryRange.All));
    }

    public void Dispose() => _file.Dispose();

    private static Breakdown Of(int second, ulong heap) => Breakdowns.Api(HistoryFile.At(second).RealtimeUs, heap);

    private void Add(int second, ulong heap, string cause, string? rule) => _file.InTransaction(store =>
        store.AddBreakdown(new RecordedBreakdown(HistoryFile.At(second), cause, rule, Of(second, heap))));

    private static double? Nearest(HistoryReader reader, double second) =>
        (reader.NearestBreakdown("api.service", HistoryRange.All, HistoryFile.At(second).RealtimeUs)!.Time.RealtimeUs
            - HistoryFile.StartUs) / (double)HistoryFile.Second;

    private long Bytes()
    {
        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(_file.FilePath, TimeSpan.FromSeconds(5));
        return database.Scalar("SELECT sum(length(data)) FROM breakdown") ?? 0;
    }
}
