using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Takes out notes: what is too old, too many of its kind, or, where all of them together take more than their share of
/// the history, the oldest of the kind that takes most. What goes on every second does not cost the OOM kill of last
/// week.
/// </summary>
internal sealed class NotePruner(SqliteDatabase database)
{
    /// <summary>Starts and stops, and so many other events.</summary>
    internal const int MaxEvents = 50_000;

    private const int RowsAtOnce = 64;

    private static readonly NoteKind[] Kinds =
    [
        Events(HistorySchema.EventOfLife),
        Events(HistorySchema.EventOther),
        new("alert", "320"),
        new("capture", "320 + coalesce(length(path), 0) + coalesce(length(reason), 0)"),
        new("breakdown", "200 + length(data)", 1_000),
        new("mark", "96 + length(CAST(text AS BLOB))"),
        new("gap", "80"),
        new("process_sample", "80 + length(data)", 50_000) { Tier = HistoryTier.Full },
    ];

    // The last row of a table stays, so that its numbers go on.
    private readonly SqliteStatement[] _delete = [.. Kinds.Select(kind => database.Prepare($"""
        DELETE FROM {kind.Table}
        WHERE id IN (SELECT id FROM {kind.Table} WHERE {kind.Condition} ORDER BY id LIMIT {RowsAtOnce})
            AND id < (SELECT max(id) FROM {kind.Table})
            AND (?1 OR real_us < ?2 OR id <= {kind.LastTooMany})
        RETURNING {kind.Size}
        """))];

    private readonly SqliteStatement[] _measure = [.. Kinds.Select(kind => database.Prepare(
        $"SELECT total({kind.Size}) FROM {kind.Table} WHERE {kind.Condition} AND id > ?1 AND id <= ?2"))];

    private readonly SqliteStatement[] _newest =
        [.. Kinds.Select(kind => database.Prepare($"SELECT max(id) FROM {kind.Table}"))];

    // About what each kind takes, its rows up to this one: all are read once, then what has come since.
    private readonly long[] _bytes = new long[Kinds.Length];
    private readonly long[] _measured = new long[Kinds.Length];

    /// <summary>About the bytes beyond their share, which will go in the steps to come.</summary>
    public ulong Excess { get; private set; }

    /// <summary>Takes out some of each kind.</summary>
    /// <param name="nowUs">CLOCK_REALTIME in microseconds, as it is believed.</param>
    /// <param name="options">What to keep.</param>
    /// <returns>Whether more are to go.</returns>
    public bool Step(long nowUs, HistoryOptions options)
    {
        long share = (long)HistoryRetention.NotesShare(options);
        int excessive = Measure() > share ? Largest() : -1;
        bool isMoreDue = false;
        for (int i = 0; i < Kinds.Length; i++)
        {
            long cutoffUs = nowUs - (long)HistoryRetention.Of(Kinds[i].Tier, options).TotalMicroseconds;
            _delete[i].Bind(1, i == excessive ? 1L : 0).Bind(2, cutoffUs);
            int rows = 0;
            for (; _delete[i].Step(); rows++)
                _bytes[i] -= _delete[i].Int64(0);
            isMoreDue |= rows == RowsAtOnce;
        }

        Excess = (ulong)Math.Max(0, Measure() - share);
        return isMoreDue;
    }

    /// <summary>What this did last was rolled back.</summary>
    public void Forget()
    {
        Array.Clear(_bytes);
        Array.Clear(_measured);
    }

    private long Measure()
    {
        long all = 0;
        for (int i = 0; i < Kinds.Length; i++)
        {
            long newest = _newest[i].RunForInt64() ?? 0;
            if (newest > _measured[i])
                _bytes[i] += _measure[i].Bind(1, _measured[i]).Bind(2, newest).RunForInt64() ?? 0;
            _measured[i] = newest;
            all += _bytes[i];
        }

        return all;
    }

    private int Largest()
    {
        int largest = 0;
        for (int i = 1; i < Kinds.Length; i++)
            largest = _bytes[i] > _bytes[largest] ? i : largest;
        return largest;
    }

    private static NoteKind Events(string condition) => new(
        "event", "200 + length(CAST(message AS BLOB)) + length(CAST(fields AS BLOB))", MaxEvents)
    {
        Condition = condition,
        LastTooMany = $"(SELECT id FROM event WHERE {condition} ORDER BY id DESC LIMIT 1 OFFSET {MaxEvents})",
    };

    /// <summary>One kind of notes.</summary>
    /// <param name="Table">Where they are.</param>
    /// <param name="Size">About how many bytes a row takes, its share of the indices included: SQL.</param>
    /// <param name="MaxRows">So many are kept.</param>
    private sealed record NoteKind(string Table, string Size, int MaxRows = 20_000)
    {
        /// <summary>Which rows of the table.</summary>
        public string Condition { get; init; } = "true";

        /// <summary>The row before those that are kept.</summary>
        public string LastTooMany { get; init; } = $"(SELECT max(id) FROM {Table}) - {MaxRows}";

        /// <summary>They are kept as long as this.</summary>
        public HistoryTier Tier { get; init; } = HistoryTier.Hour;
    }
}
