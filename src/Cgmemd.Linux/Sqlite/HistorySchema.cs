using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The form of a history file: tests/fixtures/history has one of each version. A version once released is never
/// changed; the next one gets a number, a step in <see cref="Migrate"/> and a fixture.
/// </summary>
internal static class HistorySchema
{
    public const int Version = 1;

    /// <summary>"cgmd", in the file's header (PRAGMA application_id).</summary>
    public const int ApplicationId = 0x63676d64;

    /// <summary>Events of every start and stop, as the index event_of_life has them.</summary>
    public const string EventOfLife = "name IN ('started', 'stopped')";

    /// <summary>All other events, as the index event_other has them.</summary>
    public const string EventOther = "name NOT IN ('started', 'stopped')";

    // Numbers above 2^63 - 1 are stored as two's complement, and a limit of "max" as -1. Times are microseconds; those
    // named mono are of CLOCK_MONOTONIC. A chunk's first_us and last_us are its least and greatest CLOCK_REALTIME, of
    // a summary that of its last sample. Rows of open_sample up to an invocation's "sealed" are in chunks; "newest" is
    // its last row there once it has ended.
    // The one row of batch has the number of the last commit that brought no sample.
    private const string Tables = """
        CREATE TABLE boot (id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL UNIQUE);
        CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE field (id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind INTEGER NOT NULL);
        CREATE TABLE invocation (
            id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, kind INTEGER NOT NULL, cgroup TEXT NOT NULL,
            cgroup_id INTEGER NOT NULL, boot INTEGER NOT NULL, invocation_id TEXT,
            start_us INTEGER NOT NULL, start_mono_us INTEGER NOT NULL, end_us INTEGER, end_mono_us INTEGER,
            result TEXT, peak INTEGER, swap_peak INTEGER, oom_kills INTEGER NOT NULL,
            high INTEGER NOT NULL, max INTEGER NOT NULL, swap_max INTEGER NOT NULL,
            effective_high INTEGER NOT NULL, effective_max INTEGER NOT NULL,
            sealed INTEGER NOT NULL DEFAULT 0, newest INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX invocation_of_unit ON invocation (unit, start_us);
        CREATE INDEX invocation_open ON invocation (boot, cgroup_id) WHERE end_us IS NULL;
        CREATE INDEX invocation_ended ON invocation (end_us) WHERE end_us IS NOT NULL;
        CREATE TABLE open_sample (
            id INTEGER PRIMARY KEY, invocation INTEGER NOT NULL, previous INTEGER NOT NULL,
            mono_us INTEGER NOT NULL, real_us INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE TABLE chunk (
            id INTEGER PRIMARY KEY, invocation INTEGER NOT NULL, tier INTEGER NOT NULL, final INTEGER NOT NULL,
            first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
            first_mono_us INTEGER NOT NULL, last_mono_us INTEGER NOT NULL,
            rows INTEGER NOT NULL, points INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX chunk_of_invocation ON chunk (invocation, tier, first_mono_us, last_mono_us, first_us, last_us);
        CREATE INDEX chunk_by_age ON chunk (tier, last_us);
        CREATE INDEX chunk_pending ON chunk (invocation, tier) WHERE final = 0;
        CREATE TABLE process_sample (
            id INTEGER PRIMARY KEY, invocation INTEGER NOT NULL, boot INTEGER NOT NULL,
            real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX process_of_invocation ON process_sample (invocation, real_us);
        CREATE TABLE event (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            unit TEXT, invocation_id TEXT, rule TEXT, name TEXT NOT NULL, message TEXT NOT NULL, fields TEXT NOT NULL);
        CREATE INDEX event_by_time ON event (real_us);
        CREATE INDEX event_of_life ON event (id) WHERE name IN ('started', 'stopped');
        CREATE INDEX event_other ON event (id) WHERE name NOT IN ('started', 'stopped');
        CREATE TABLE alert (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            unit TEXT NOT NULL, invocation_id TEXT, rule TEXT NOT NULL, severity TEXT NOT NULL, metric TEXT NOT NULL,
            episode INTEGER NOT NULL, value INTEGER NOT NULL, threshold INTEGER NOT NULL,
            resolved_us INTEGER, resolved_mono_us INTEGER, peak INTEGER);
        CREATE TABLE capture (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            unit TEXT NOT NULL, invocation_id TEXT, rule TEXT NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL,
            path TEXT, bytes INTEGER, duration_us INTEGER, reason TEXT);
        CREATE TABLE breakdown (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            unit TEXT NOT NULL, cgroup_id INTEGER NOT NULL, invocation_id TEXT, cause TEXT NOT NULL, rule TEXT,
            data BLOB NOT NULL);
        CREATE TABLE mark (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            text TEXT NOT NULL, unit TEXT, count INTEGER);
        CREATE TABLE gap (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, real_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,
            end_us INTEGER NOT NULL, end_mono_us INTEGER NOT NULL, reason TEXT NOT NULL);
        CREATE TABLE batch (id INTEGER PRIMARY KEY, serial INTEGER NOT NULL);
        """;

    /// <summary>Makes the tables of an empty file, or brings an older one to this version.</summary>
    /// <exception cref="HistoryException">It is not a history, or of a newer version; nothing was changed.</exception>
    public static void Prepare(SqliteDatabase database)
    {
        if (database.Scalar("SELECT count(*) FROM sqlite_schema") == 0)
            Create(database);
        int version = Check(database);
        if (version > Version)
        {
            throw new HistoryException(
                HistoryProblem.Newer, database.Path,
                $"it has form {version} of a newer cgmemd; this one writes {Version}");
        }

        if (version < Version)
            Migrate(database, version);
        WriteFields(database);
    }

    /// <summary>The version of the form that a file has.</summary>
    /// <exception cref="HistoryException">It is not a history.</exception>
    public static int Check(SqliteDatabase database)
    {
        long version = database.Scalar("PRAGMA user_version") ?? 0;
        if (database.Scalar("PRAGMA application_id") != ApplicationId || version < 1)
            throw new HistoryException(HistoryProblem.NotHistory, database.Path, "it is not a history of cgmemd's");
        return (int)version;
    }

    private static void Create(SqliteDatabase database)
    {
        database.Execute("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;");
        database.Execute($"""
            BEGIN IMMEDIATE;
            {Tables}
            PRAGMA application_id = {ApplicationId};
            PRAGMA user_version = {Version};
            COMMIT;
            """);
    }

    // The first version has none before it. A later one goes up step by step here, each step in one transaction that
    // ends with its PRAGMA user_version.
    private static void Migrate(SqliteDatabase database, int from) =>
        throw new HistoryException(
            HistoryProblem.NotHistory, database.Path, $"there is no form {from} that becomes {Version}");

    // So that a reader older than the writer can name the columns it does not know.
    private static void WriteFields(SqliteDatabase database)
    {
        if (database.Scalar("SELECT count(*) FROM field") >= HistoryFields.All.Count)
            return;
        database.Execute("BEGIN IMMEDIATE");
        using SqliteStatement insert = database.Prepare("INSERT OR IGNORE INTO field VALUES (?, ?, ?)");
        foreach (HistoryField field in HistoryFields.All)
            insert.Bind(1, (long)field.Id).Bind(2, field.Key).Bind(3, (long)field.Kind).Run();
        database.Execute("COMMIT");
    }
}
