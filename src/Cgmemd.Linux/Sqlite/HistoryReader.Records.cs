using System.Text.Json;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Sqlite;

public sealed partial class HistoryReader
{
    /// <summary>Events, oldest first.</summary>
    public IReadOnlyList<EventRecord> Events(EventQuery query) => Read(() =>
    {
        using SqliteStatement rows = _database.Prepare("""
            SELECT id, real_us, unit, rule, name, message, fields FROM event
            WHERE id > ?1 AND real_us >= ?2 AND real_us < ?3 AND (?4 IS NULL OR name = ?4) ORDER BY id DESC
            """);
        rows.Bind(1, query.AfterId).Bind(2, query.Range.SinceUs).Bind(3, query.Range.UntilUs).Bind(4, query.Event);
        var found = new List<EventRecord>();
        while (found.Count < (query.Limit ?? int.MaxValue) && rows.Step())
        {
            if (Fits(query.Units, rows.NullableText(2)))
                found.Add(EventOf(rows));
        }

        found.Reverse();
        return found;
    });

    /// <summary>Alerts that were on in the range, oldest first.</summary>
    public IReadOnlyList<Alert> Alerts(UnitChoice? units, HistoryRange range) => Find(
        "SELECT real_us, mono_us, unit, invocation_id, rule, severity, metric, episode, value, threshold, resolved_us, "
            + "resolved_mono_us, peak FROM alert ORDER BY id",
        row => new Alert(
            row.Text(2), row.NullableText(3), row.Text(4), row.Text(5), row.Text(6), (uint)row.Int64(7), row.UInt64(8),
            row.UInt64(9), Time(row), row.IsNull(10) ? null : new HistoryTime(row.Int64(10), row.Int64(11)),
            row.NullableUInt64(12)),
        alert => Fits(units, alert.Unit)
            && range.Meets(alert.Fired.RealtimeUs, alert.Resolved?.RealtimeUs ?? long.MaxValue));

    /// <summary>Captures, oldest first.</summary>
    public IReadOnlyList<RecordedCapture> Captures(UnitChoice? units, HistoryRange range) => Find(
        "SELECT real_us, mono_us, unit, invocation_id, rule, kind, outcome, path, bytes, duration_us, reason "
            + "FROM capture ORDER BY id",
        row => new RecordedCapture(
            Time(row), row.Text(2), row.NullableText(3), row.Text(4), row.Text(5), row.Text(6), row.NullableText(7),
            row.NullableUInt64(8), row.NullableInt64(9), row.NullableText(10)),
        capture => Fits(units, capture.Unit) && range.Contains(capture.Time.RealtimeUs));

    /// <summary>Marks, oldest first; those of the whole host fit every choice.</summary>
    public IReadOnlyList<Mark> Marks(UnitChoice? units, HistoryRange range) => Find(
        "SELECT real_us, mono_us, text, unit, count FROM mark ORDER BY id",
        row => new Mark(Time(row), row.Text(2), row.NullableText(3), row.NullableUInt64(4)),
        mark => (mark.Unit is null || Fits(units, mark.Unit)) && range.Contains(mark.Time.RealtimeUs));

    /// <summary>Gaps that have a part in the range, oldest first.</summary>
    public IReadOnlyList<Gap> Gaps(HistoryRange range) => Find(
        "SELECT real_us, mono_us, end_us, end_mono_us, reason FROM gap ORDER BY id",
        row => new Gap(Time(row), new HistoryTime(row.Int64(2), row.Int64(3)), row.Text(4)),
        gap => range.Meets(
            Math.Min(gap.Start.RealtimeUs, gap.End.RealtimeUs), Math.Max(gap.Start.RealtimeUs, gap.End.RealtimeUs)));

    /// <summary>The last processes known of a unit at a time, of its life then; null where none are.</summary>
    public ProcessSamples? Processes(string unit, long atUs) => Read(() =>
    {
        using SqliteStatement life = _database.Prepare("""
            SELECT i.id FROM invocation AS i JOIN unit ON unit.id = i.unit
            WHERE unit.name = ?1 AND i.start_us <= ?2 AND (i.end_us IS NULL OR i.end_us >= ?2)
            ORDER BY i.id DESC LIMIT 1
            """);
        using SqliteStatement last = _database.Prepare("""
            SELECT real_us, mono_us, data FROM process_sample WHERE invocation = ? AND real_us <= ?
            ORDER BY real_us DESC LIMIT 1
            """);
        return life.Bind(1, unit).Bind(2, atUs).RunForInt64() is { } id && last.Bind(1, id).Bind(2, atUs).Step()
            ? new ProcessSamples(Time(last), unit, ProcessBlob.Read(last.Blob(2)))
            : null;
    });

    private static bool Fits(UnitChoice? units, string? unit) =>
        units is null || (unit is not null && units.Contains(unit));

    private static HistoryTime Time(SqliteStatement row) => new(row.Int64(0), row.Int64(1));

    private EventRecord EventOf(SqliteStatement row)
    {
        var fields = new Dictionary<string, string>();
        try
        {
            fields = EventFields.Read(row.Utf8(6));
        }
        catch (JsonException e)
        {
            _problems.Add($"{_database.Path}: the fields of event {row.Int64(0)} are left out: {e.Message}");
        }

        return new EventRecord
        {
            Id = row.UInt64(0),
            TimeUsec = row.Int64(1),
            Event = row.Text(4),
            Unit = row.NullableText(2),
            Rule = row.NullableText(3),
            Message = row.Text(5),
            Fields = fields,
        };
    }

    private List<T> Find<T>(string sql, Func<SqliteStatement, T> read, Predicate<T> isWanted) => Read(() =>
    {
        using SqliteStatement rows = _database.Prepare(sql);
        var found = new List<T>();
        while (rows.Step())
        {
            T record = read(rows);
            if (isWanted(record))
                found.Add(record);
        }

        return found;
    });
}
