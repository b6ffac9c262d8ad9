using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

/// <summary>
/// A history of each released form, in tests/fixtures/history. One is made of the current form by running these tests
/// with CGMEMD_GOLDEN naming a directory; what is committed is never made again.
/// </summary>
public sealed class GoldenTests
{
    private static readonly HistoryField[] Fields =
        [HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.PageFaults)!, HistoryFields.Max];

    private static readonly ProcessSample Api = new(9, "api", 4096, 2048, 1024, 512, 0, null, 64, 7_000_000);

    [Fact]
    public void TheFirstFormIsReadForEver()
    {
        using HistoryReader reader = HistoryReader.Open(Path.Combine(Fixtures(), "v1.db"));
        Assert.Equal(["api.service", "job.service"], reader.Units());
        Assert.Equal(1, reader.Info().SchemaVersion);
        Assert.Equal(["oom-kill", null], reader.Invocations(null, HistoryRange.All).Select(i => i.Result));
        Invocation job = reader.Invocations(UnitChoice.Matching("job*"), HistoryRange.All)[0];
        Assert.Equal((ulong.MaxValue, 2UL, ByteLimit.Max), (job.Peak, job.OomKills, job.Limits.High));
        Assert.Equal(ByteLimit.Of(1 << 30), job.Limits.Max);

        HistoryRow[] rows = [.. reader.Rows("api.service", HistoryRange.All, null, Fields)];
        Assert.Equal(1000, rows.Length);
        Assert.Equal(HistoryFile.At(0), rows[0].Time);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(
                [FieldSummary.Of(Current(i)), FieldSummary.Of((ulong)i * 3), FieldSummary.Of(1 << 30)], rows[i].Values);
        }

        // The first hour is summed up, what follows is not yet.
        HistoryRow minute = reader.Rows("api.service", HistoryRange.All, TimeSpan.FromMinutes(1), Fields).ElementAt(1);
        Assert.Equal(12u, minute.Samples);
        Assert.Equal("deployed", Assert.Single(reader.Marks(null, HistoryRange.All)).Text);
        Assert.Equal("suspend", Assert.Single(reader.Gaps(HistoryRange.All)).Reason);
        Assert.Equal(ulong.MaxValue, Assert.Single(reader.Alerts(null, HistoryRange.All)).Peak);
        Assert.Equal("skipped", Assert.Single(reader.Captures(null, HistoryRange.All)).Outcome);
        RecordedBreakdown breakdown = reader.NearestBreakdown("api.service", HistoryRange.All, 0)!;
        Assert.Equal(("alert", "r", 200UL << 20), (
            breakdown.Cause, breakdown.Rule, breakdown.Breakdown.Categories["managed_heap"].Pss));
        Assert.Equal("y", Assert.Single(reader.Events(new EventQuery(HistoryRange.All))).Fields["X"]);
        Assert.Equal(
            [Api],
            reader.Processes("api.service", HistoryFile.At(4000).RealtimeUs)!.Processes);
        Assert.Empty(reader.Problems);
    }

    [Fact]
    public void TheCurrentFormIsMade()
    {
        using var file = new HistoryFile();
        Write(file);
        string made = Path.Combine(
            Environment.GetEnvironmentVariable("CGMEMD_GOLDEN") ?? Path.GetDirectoryName(file.FilePath)!,
            $"v{HistorySchema.Version}.db");
        using (HistoryReader reader = file.Read())
            reader.CopyTo(made, null);
        string committed = Path.Combine(Fixtures(), $"v{HistorySchema.Version}.db");
        Assert.Equal(Schema(made), Schema(committed));
    }

    private static ulong Current(int i) => (ulong)(((i * 7919) % 1000) + 1) * 4096;

    private static string Schema(string path)
    {
        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(path, TimeSpan.Zero);
        using SqliteStatement all = database.Prepare(
            "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)");
        Assert.True(all.Step());
        return all.Text(0);
    }

    private static void Write(HistoryFile file)
    {
        Invocation api = new SimulatedUnit("api.service", 1).Start(HistoryFile.At(0));
        Invocation job = new SimulatedUnit("job.service", 2).Start(HistoryFile.At(10));
        HistoryTime at = HistoryFile.At(20);
        byte[] row = new byte[OpenRow.MaxLength];
        long id = 0;
        file.InTransaction(store =>
        {
            id = store.BeginInvocation(api);
            store.EndInvocation(store.BeginInvocation(job), job with
            {
                End = at,
                Result = "oom-kill",
                Peak = ulong.MaxValue,
                OomKills = 2,
            });
            store.AddMark(new Mark(at, "deployed", null, 7));
            store.AddGap(new Gap(at, HistoryFile.At(30), "suspend"));
            store.AddAlert(new Alert(
                "api.service", null, "r", "warning", "memory.current", 1, 2, 1, at, HistoryFile.At(30),
                ulong.MaxValue));
            store.AddCapture(new RecordedCapture(at, "api.service", null, "r", "smaps", "skipped", Reason: "cooldown"));
            store.AddBreakdown(new RecordedBreakdown(
                at, BreakdownCause.Alert, "r", Breakdowns.Api(at.RealtimeUs, 200)));
            store.AddProcesses(id, new ProcessSamples(at, "api.service", [Api]));
            store.AddEvent(
                new EventRecord
                {
                    Id = 0,
                    TimeUsec = at.RealtimeUs,
                    Event = "started",
                    Message = "m",
                    Fields = new Dictionary<string, string> { ["X"] = "y" },
                },
                at, null);
        });
        for (int i = 0; i < 1000; i++)
        {
            HistoryTime now = HistoryFile.At(i * 5);
            var sample = default(Sample);
            sample.Set(Metric.MemoryCurrent, Current(i));
            sample.Set(Metric.PageFaults, (ulong)i * 3);
            int length = OpenRow.Encode(sample, SimulatedUnit.Limits, isFull: true, hasNewPss: false, row);
            file.InTransaction(store => store.AppendSample(id, now, row.AsSpan(0, length)));
            if (i % 100 == 0)
                file.Store.Maintain(now, Cgmemd.Core.Configuration.HistoryOptions.Default, null);
        }
    }

    internal static string Fixtures()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "cgmemd.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no repository");
        return Path.Combine(directory, "tests", "fixtures", "history");
    }
}
