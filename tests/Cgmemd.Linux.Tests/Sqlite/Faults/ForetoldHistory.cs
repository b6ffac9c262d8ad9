using System.Globalization;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>Holds a file against what a driver said of it.</summary>
internal static class ForetoldHistory
{
    private const int Units = 4;
    private const ulong RunStride = 1_000_000_000;
    private const int EventStride = 64;

    /// <summary>
    /// That the file is sound, and has the first so many samples of each run, with the events between them, each once.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="committed">How many, by run.</param>
    /// <param name="sinceUs">What was recorded before is not looked at.</param>
    public static void Verify(string path, IReadOnlyDictionary<int, long> committed, long sinceUs)
    {
        Assert.Equal("ok", Integrity(path));
        using HistoryReader reader = HistoryReader.Open(path);
        var range = new HistoryRange(sinceUs, long.MaxValue);
        var samples = new HashSet<ulong>();
        for (int unit = 0; unit < Units; unit++)
        {
            foreach (HistoryRow row in reader.Rows(
                $"unit{unit}.service", range, null, [HistoryFields.Find("memory.current")!]))
                Assert.True(samples.Add(row.Values[0]!.Value.Last), $"a sample is there twice: {row}");
        }

        var events = new HashSet<ulong>();
        foreach (EventRecord record in reader.Events(new EventQuery(range, null, null, 0, null)))
        {
            ulong number = ulong.Parse(record.Message, CultureInfo.InvariantCulture);
            Assert.True(events.Add(number), $"event {number} is there twice");
        }

        Assert.Empty(reader.Problems);
        foreach ((int run, long count) in committed)
        {
            ulong first = (ulong)run * RunStride;
            for (ulong n = 0; n < (ulong)count; n++)
            {
                Assert.True(samples.Contains(first + n), $"run {run}: sample {n} of {count} committed is lost");
                // An event goes before the next sample.
                if (n % EventStride == 0 && n + 1 < (ulong)count)
                    Assert.True(events.Contains(first + n), $"run {run}: the event of sample {n} is lost");
            }
        }
    }

    private static string Integrity(string path)
    {
        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(path, TimeSpan.FromSeconds(5));
        using SqliteStatement check = database.Prepare("PRAGMA integrity_check");
        Assert.True(check.Step());
        return check.Text(0);
    }
}
