using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

public sealed partial class HistoryReader
{
    /// <summary>
    /// What is known of a unit: its lives one after the other, each in the order it was recorded in, so that times go
    /// back where the clock did.
    /// </summary>
    /// <param name="unit">Its full name.</param>
    /// <param name="range">When.</param>
    /// <param name="step">
    /// Null: each sample where kept, else the finest kept. Else a row for each step that has any; where only coarser
    /// summaries are kept, those.
    /// </param>
    /// <param name="fields">The order of the values.</param>
    public IEnumerable<HistoryRow> Rows(
        string unit, HistoryRange range, TimeSpan? step, IReadOnlyList<HistoryField> fields)
    {
        long stepUs = step is { } span ? Math.Max(1, span.Ticks / TimeSpan.TicksPerMicrosecond) : 0;
        foreach (KnownInvocation life in Read(() => LivesOf(unit, range)))
        {
            List<SeriesPart> parts = Read(() => _series.Load(life, range, PreferredTier(stepUs), fields));
            var steps = new StepBuilder(life.Invocation, fields, stepUs);
            foreach (SeriesPart part in parts)
            {
                steps.Enter(part);
                foreach (int row in part.Rows)
                {
                    if (steps.Add(row) is { } done)
                        yield return done;
                }
            }

            if (steps.Finish() is { } last)
                yield return last;
        }
    }

    /// <summary>
    /// The last sample before or at a time of each cgroup that was there then, by unit in ordinal order. One that had
    /// not been sampled for several intervals is left out.
    /// </summary>
    public IReadOnlyList<HistoryRow> At(long realtimeUs, IReadOnlyList<HistoryField> fields) => Read(() =>
    {
        using SqliteStatement found = _database.Prepare($"""
            {InvocationColumns} WHERE i.start_us <= ?1 AND (i.end_us IS NULL OR i.end_us >= ?1) ORDER BY i.id DESC
            """);
        List<KnownInvocation> lives = Lives(found.Bind(1, realtimeUs));
        Dictionary<long, SampleBlock> open = _series.OpenAt(lives, realtimeUs);
        var rows = new SortedDictionary<string, HistoryRow>(StringComparer.Ordinal);
        foreach (KnownInvocation life in lives)
        {
            if (rows.ContainsKey(life.Invocation.Unit))
                continue;
            SeriesPart? part = open.TryGetValue(life.Id, out SampleBlock? block)
                ? new SeriesPart(HistoryTier.Full, block, [0])
                : _series.SealedAt(life, realtimeUs, fields);
            if (part is null)
                continue;
            var steps = new StepBuilder(life.Invocation, fields, 0);
            steps.Enter(part);
            steps.Add(part.Rows[0]);
            if (steps.Finish() is { } row)
                rows.Add(life.Invocation.Unit, row);
        }

        return (IReadOnlyList<HistoryRow>)[.. rows.Values];
    });

    /// <summary>
    /// The end of the nearest chunk, or the nearest open sample, after or before a time: no sample is nearer but in
    /// chunks that reach beyond that end. CLOCK_REALTIME in microseconds; null where there is none.
    /// </summary>
    /// <param name="unit">Of this unit; of any where it is null.</param>
    /// <param name="atUs">The time.</param>
    /// <param name="forward">After it, not before it.</param>
    public long? NeighbourUs(string? unit, long atUs, bool forward) => Read<long?>(() =>
    {
        (string nearest, string than) = forward ? ("min", ">") : ("max", "<");
        string lives = unit is null
            ? ""
            : "AND invocation IN (SELECT i.id FROM invocation AS i JOIN unit ON unit.id = i.unit WHERE unit.name = ?2)";
        // A tier at a time, for that is how the index has them.
        string chunks = string.Join(" UNION ALL ", Array.ConvertAll(Enum.GetValues<HistoryTier>(), tier =>
            $"SELECT {nearest}(last_us) AS us FROM chunk WHERE tier = {(int)tier} AND last_us {than} ?1 {lives}"));
        using SqliteStatement found = _database.Prepare($"""
            SELECT {nearest}(us) FROM (
                {chunks} UNION ALL SELECT {nearest}(real_us) FROM open_sample WHERE real_us {than} ?1 {lives})
            """);
        found.Bind(1, atUs);
        if (unit is not null)
            found.Bind(2, unit);
        return found.Step() && !found.IsNull(0) ? found.Int64(0) : null;
    });

    // Summaries that are a part of the step, or so small that it does not matter which step they fall into.
    private static HistoryTier PreferredTier(long stepUs) =>
        Suits(stepUs, Rollup.HourUs) ? HistoryTier.Hour
        : Suits(stepUs, Rollup.MinuteUs) ? HistoryTier.Minute
        : HistoryTier.Full;

    private static bool Suits(long stepUs, long bucketUs) =>
        stepUs >= bucketUs && (stepUs % bucketUs == 0 || stepUs >= 20 * bucketUs);

    private List<KnownInvocation> LivesOf(string unit, HistoryRange range)
    {
        // As Meets has it: a unit may have a hundred thousand lives, of which a piece of time has a few.
        using SqliteStatement rows = _database.Prepare($"""
            {InvocationColumns} WHERE unit.name = ?1 AND min(i.start_us, coalesce(i.end_us, i.start_us)) < ?2
                AND (i.end_us IS NULL OR max(i.start_us, i.end_us) >= ?3) ORDER BY i.id
            """);
        return Lives(rows.Bind(1, unit).Bind(2, range.UntilUs).Bind(3, range.SinceUs));
    }

    private static List<KnownInvocation> Lives(SqliteStatement rows)
    {
        var lives = new List<KnownInvocation>();
        while (rows.Step())
            lives.Add(new KnownInvocation(rows.Int64(0), InvocationOf(rows), rows.Int64(20), rows.Int64(21)));
        return lives;
    }
}
