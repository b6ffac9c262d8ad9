using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class HistoryReaderTests : IDisposable
{
    private static readonly HistoryField[] Fields =
        [HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Max, HistoryFields.PeakIsExact];

    private readonly HistoryFile _file = new();

    [Fact]
    public async Task ReadersSeeWholeCommitsWhileTheWriterWrites()
    {
        var unit = new SimulatedUnit("api.service", 1);
        _file.Record(unit, 0, 60);
        using var stop = new CancellationTokenSource();
        Task reading = Task.Run(() =>
        {
            int last = 0;
            while (!stop.IsCancellationRequested)
            {
                using HistoryReader reader = _file.Read();
                List<HistoryRow> rows = [.. reader.Rows("api.service", HistoryRange.All, null, Fields)];
                Assert.Empty(reader.Problems);
                Assert.True(rows.Count >= last, $"{rows.Count} rows after {last}");
                Assert.Equal(0, rows.Count % 12);
                Assert.All(rows.Zip(rows.Skip(1)), p => Assert.Equal(5_000_000, p.Second.LastUs - p.First.LastUs));
                last = rows.Count;
            }
        });
        _file.Record(unit, 60, 20_040, commitAfter: 60);
        await stop.CancelAsync();
        await reading;
        Assert.Equal("ok", Integrity(_file.FilePath));
    }

    [Fact]
    public void ADamagedChunkIsLeftOutAndToldAndTheMinutesStandInForIt()
    {
        (_, var samples) = _file.Record(new SimulatedUnit("api.service", 1), 0, 9000);
        using (SqliteDatabase raw = SqliteDatabase.OpenOrCreate(_file.FilePath, TimeSpan.FromSeconds(1)))
        {
            raw.Execute("""
                UPDATE chunk SET data = substr(data, 1, 40) || x'ff00ff' || substr(data, 44)
                WHERE id = (SELECT id FROM chunk WHERE tier = 0 AND final = 1 ORDER BY first_mono_us LIMIT 1)
                """);
        }

        using HistoryReader reader = _file.Read();
        List<HistoryRow> rows = [.. reader.Rows("api.service", HistoryRange.All, null, Fields)];
        Assert.Contains("api.service is left out", Assert.Single(reader.Problems), StringComparison.Ordinal);
        Assert.Equal(samples.Count, rows.Sum(r => r.Samples));
        Assert.Contains(rows, r => r.Samples > 1);
    }

    [Fact]
    public void AtATimeThereIsTheLastSampleOfEachThatWasThere()
    {
        (long early, var first) = _file.Record(new SimulatedUnit("a.service", 1), 0, 5000);
        _file.InTransaction(store => store.EndInvocation(
            early, new SimulatedUnit("a.service", 1).Start(HistoryFile.At(0)) with { End = HistoryFile.At(5000) }));
        (_, var second) = _file.Record(new SimulatedUnit("b.service", 2), 1000, 9000);

        using HistoryReader reader = _file.Read();
        IReadOnlyList<HistoryRow> both = reader.At(HistoryFile.At(2003).RealtimeUs, Fields);
        Assert.Equal(["a.service", "b.service"], both.Select(r => r.Invocation.Unit));
        Assert.Equal(first[400].Sample[Metric.MemoryCurrent], both[0].Values[0]!.Value.Last);
        Assert.Equal(second[200].Sample[Metric.MemoryCurrent], both[1].Values[0]!.Value.Last);
        Assert.Equal((1UL << 30, 1UL), (both[1].Values[1]!.Value.Last, both[1].Values[2]!.Value.Last));
        HistoryRow late = Assert.Single(reader.At(HistoryFile.At(9001).RealtimeUs, Fields));
        Assert.Equal(second[^1].Time, late.Time);
        Assert.Empty(reader.At(HistoryFile.At(20_000).RealtimeUs, Fields));
        Assert.Empty(reader.At(HistoryFile.At(-1).RealtimeUs, Fields));
    }

    /// <summary>Near a limit memory.current alone is read, and PSS not with every sample.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatTheLastSampleDoesNotHaveIsOfOneShortlyBefore(bool isSealed)
    {
        byte[] row = new byte[OpenRow.MaxLength];
        var sample = default(Sample);
        void Append(HistoryStore store, long id, double at, ulong value, bool isFull, bool hasPss)
        {
            foreach (Metric metric in (Metric[])[Metric.MemoryCurrent, Metric.Anon, Metric.Pss])
                sample.Set(metric, value);
            int length = OpenRow.Encode(sample, SimulatedUnit.Limits, isFull, hasPss, row);
            store.AppendSample(id, HistoryFile.At(at), row.AsSpan(0, length));
        }

        Invocation start = new SimulatedUnit("a.service", 1).Start(HistoryFile.At(0));
        _file.InTransaction(store =>
        {
            long id = store.BeginInvocation(start);
            Append(store, id, 0, 1, true, true);
            Append(store, id, 25, 2, true, false);
            Append(store, id, 26, 3, false, false);
            Append(store, id, 180, 4, true, false);
            if (isSealed)
                store.EndInvocation(id, start with { End = HistoryFile.At(181) });
        });
        _file.Settle(HistoryFile.At(10_000));

        HistoryField[] fields = [.. ((Metric[])[Metric.MemoryCurrent, Metric.Anon, Metric.Pss])
            .Select(metric => HistoryFields.Of(metric)!)];
        using HistoryReader reader = _file.Read();
        Assert.Equal([3, 2, 1], reader.At(HistoryFile.At(27).RealtimeUs, fields)[0].Values.Select(v => v?.Last));
        Assert.Equal([4, 4, null], reader.At(HistoryFile.At(180).RealtimeUs, fields)[0].Values.Select(v => v?.Last));
    }

    /// <summary>A cgroup may have a name that is a glob for its neighbours: first it is a name.</summary>
    [Fact]
    public void ANameWithWildcardsIsAName()
    {
        _file.InTransaction(store =>
        {
            foreach (string name in (string[])["/plain-[ab]", "/plain-a", "/plain-b"])
            {
                store.BeginInvocation(new SimulatedUnit(name, 1).Start(HistoryFile.At(0)));
                store.AddMark(new Mark(HistoryFile.At(1), name, name, null));
            }
        });
        using HistoryReader reader = _file.Read();
        Assert.Equal(["/plain-[ab]"], Units("/plain-[ab]"));
        Assert.Equal(["/plain-b", "/plain-a"], Units("/plain-[a-b]"));
        Assert.Equal("/plain-[ab]", Assert.Single(
            reader.Marks(UnitChoice.Named("/plain-[ab]"), HistoryRange.All)).Text);

        IEnumerable<string> Units(string text) =>
            reader.Invocations(reader.Choose(text), HistoryRange.All).Select(life => life.Unit);
    }

    /// <summary>Over months without anything, sealed or open.</summary>
    [Fact]
    public void TheNextSampleIsFoundHoweverFarItIs()
    {
        const double Month = 30 * 24 * 3600;
        _file.Record(new SimulatedUnit("a.service", 1), 0, 3600);
        _file.Record(new SimulatedUnit("b.service", 2), Month, Month + 60);
        using HistoryReader reader = _file.Read();
        Assert.Equal(At(Month), reader.NeighbourUs(null, At(3600), forward: true));
        Assert.Equal(At(Month + 55), reader.NeighbourUs("b.service", At(2 * Month), forward: false));
        Assert.Equal(At(3595), reader.NeighbourUs("a.service", At(2 * Month), forward: false));
        Assert.Equal(At(3595), reader.NeighbourUs(null, At(Month), forward: false));
        Assert.Null(reader.NeighbourUs("a.service", At(3595), forward: true));
        Assert.Null(reader.NeighbourUs(null, At(0), forward: false));
        Assert.Null(reader.NeighbourUs("none.service", At(1), forward: true));

        static long At(double seconds) => HistoryFile.At(seconds).RealtimeUs;
    }

    [Fact]
    public void ASnapshotIsOneFileWithAllThatTheHistoryHad()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 9000);
        string copy = _file.Beside("copy.db");
        var parts = new List<double>();
        using HistoryReader reader = _file.Read();
        reader.CopyTo(copy, parts.Add);
        Assert.Equal(1, parts[^1]);
        var e = Assert.Throws<HistoryException>(() => reader.CopyTo(copy, null));
        Assert.Contains("exists", e.Message, StringComparison.Ordinal);
        reader.CopyTo(copy, null, overwrite: true);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        File.SetUnixFileMode(copy, UnixFileMode.UserRead);
        using HistoryReader snapshot = HistoryReader.Open(copy);
        Assert.Equal(Values(reader), Values(snapshot));
        Assert.Equal(reader.Info().Tiers, snapshot.Info().Tiers);
        Assert.Equal([copy], Directory.GetFiles(Path.GetDirectoryName(copy)!, "copy*"));
        Assert.Equal("ok", Integrity(copy));
    }

    [Fact]
    public void AHistoryWithoutItsLogIsReadWhereNothingCanBeWritten()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 600);
        _file.Close();
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(_file.FilePath);
        Assert.Equal(1, database.Scalar("SELECT count(*) FROM invocation"));
    }

    [Fact]
    public void AReaderLeavesTheLogToTheWriter()
    {
        _file.Record(new SimulatedUnit("api.service", 1), 0, 600);
        long length = new FileInfo(_file.FilePath + "-wal").Length;
        byte[] before = ReadShared(_file.FilePath);
        using (HistoryReader reader = _file.Read())
            Assert.Equal(1, reader.Info().Invocations);
        Assert.Equal(length, new FileInfo(_file.FilePath + "-wal").Length);
        Assert.Equal(before, ReadShared(_file.FilePath));
    }

    public void Dispose() => _file.Dispose();

    internal static string Integrity(string path)
    {
        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(path, TimeSpan.FromSeconds(5));
        using SqliteStatement check = database.Prepare("PRAGMA integrity_check");
        Assert.True(check.Step());
        return check.Text(0);
    }

    private static List<(HistoryTime, FieldSummary?)> Values(HistoryReader reader) =>
        [.. reader.Rows("api.service", HistoryRange.All, null, Fields).Select(r => (r.Time, r.Values[0]))];

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
