namespace Cgmemd.Linux.Sqlite;

/// <summary>What adds the records that are no samples.</summary>
internal sealed class RecordStatements(SqliteDatabase database)
{
    public SqliteStatement Event { get; } = database.Prepare("""
        INSERT INTO event (boot, real_us, mono_us, unit, invocation_id, rule, name, message, fields)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    public SqliteStatement Alert { get; } = database.Prepare("""
        INSERT INTO alert (boot, real_us, mono_us, unit, invocation_id, rule, severity, metric, episode, value,
            threshold, resolved_us, resolved_mono_us, peak)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    // Of the same unit, life, rule and episode there is one; the newest, should the state file have been lost.
    public SqliteStatement OpenAlert { get; } = database.Prepare("""
        SELECT id FROM alert
        WHERE unit = ? AND invocation_id IS ? AND rule = ? AND episode = ? AND resolved_us IS NULL
        ORDER BY id DESC LIMIT 1
        """);

    public SqliteStatement Resolve { get; } = database.Prepare(
        "UPDATE alert SET resolved_us = ?, resolved_mono_us = ?, peak = ? WHERE id = ?");

    public SqliteStatement Capture { get; } = database.Prepare("""
        INSERT INTO capture (boot, real_us, mono_us, unit, invocation_id, rule, kind, outcome, path, bytes, duration_us,
            reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    public SqliteStatement Breakdown { get; } = database.Prepare("""
        INSERT INTO breakdown (boot, real_us, mono_us, unit, cgroup_id, invocation_id, cause, rule, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    public SqliteStatement Mark { get; } = database.Prepare(
        "INSERT INTO mark (boot, real_us, mono_us, text, unit, count) VALUES (?, ?, ?, ?, ?, ?)");

    public SqliteStatement Gap { get; } = database.Prepare("""
        INSERT INTO gap (boot, real_us, mono_us, end_us, end_mono_us, reason) VALUES (?, ?, ?, ?, ?, ?)
        """);

    public SqliteStatement Processes { get; } = database.Prepare("""
        INSERT INTO process_sample (invocation, boot, real_us, mono_us, data) VALUES (?, ?, ?, ?, ?)
        """);

    public SqliteStatement Batch { get; } = database.Prepare("INSERT OR REPLACE INTO batch (id, serial) VALUES (1, ?)");
}
