using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The history file as its one writer sees it. For one thread. Whatever fails throws a <see cref="SqliteException"/>,
/// and what was not committed is then to be rolled back.
/// </summary>
public sealed partial class HistoryStore : IDisposable
{
    // A writer of the daemon's size: SQLite's own cache, and all of its heap.
    private const int CacheKiB = 256;
    private const long SoftHeapBytes = 2 << 20;

    // Less than what makes the recorder take the disk for stuck.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(2);

    private readonly SqliteDatabase _database;
    private readonly PageCache _pageCache;
    private readonly long _boot;
    private readonly OpenLog _log;
    private readonly ChunkWriter _chunks;
    private readonly Pruner _pruner;
    private readonly RetentionClock _retentionClock;
    private readonly SqliteStatement _begin, _commit, _findBoot, _addBoot, _findUnit, _addUnit;
    private readonly SqliteStatement _findOpen, _addInvocation, _endInvocation, _oldest;
    private bool _isLogStale;

    private HistoryStore(SqliteDatabase database, string bootId)
    {
        _database = database;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _findBoot = database.Prepare("SELECT id FROM boot WHERE boot_id = ?");
        _addBoot = database.Prepare("INSERT INTO boot (boot_id) VALUES (?)");
        _findUnit = database.Prepare("SELECT id FROM unit WHERE name = ?");
        _addUnit = database.Prepare("INSERT INTO unit (name) VALUES (?)");
        _findOpen = database.Prepare("""
            SELECT id FROM invocation
            WHERE boot = ? AND cgroup_id = ? AND unit = ? AND invocation_id IS ? AND end_us IS NULL
            ORDER BY id DESC
            """);
        _addInvocation = database.Prepare("""
            INSERT INTO invocation (unit, kind, cgroup, cgroup_id, boot, invocation_id, start_us, start_mono_us,
                oom_kills, high, max, swap_max, effective_high, effective_max)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _endInvocation = database.Prepare("""
            UPDATE invocation SET end_us = ?, end_mono_us = ?, result = ?, peak = ?, swap_peak = ?, oom_kills = ?,
                high = ?, max = ?, swap_max = ?, effective_high = ?, effective_max = ?, newest = ?
            WHERE id = ?
            """);
        // Of each tier the chunk that goes next, and the first open sample: a look-up each.
        _oldest = database.Prepare("""
            SELECT min(us) FROM (
                SELECT * FROM (SELECT first_us AS us FROM chunk WHERE tier = 0 ORDER BY last_us LIMIT 1)
                UNION ALL SELECT * FROM (SELECT first_us FROM chunk WHERE tier = 1 ORDER BY last_us LIMIT 1)
                UNION ALL SELECT * FROM (SELECT first_us FROM chunk WHERE tier = 2 ORDER BY last_us LIMIT 1)
                UNION ALL SELECT * FROM (SELECT real_us FROM open_sample ORDER BY id LIMIT 1))
            """);
        _records = new RecordStatements(database);
        _log = new OpenLog(database);
        _chunks = new ChunkWriter(database);
        _pruner = new Pruner(database, _log);
        _begin.Run();
        _boot = Intern(_findBoot, _addBoot, bootId);
        _log.Load();
        EndFormerBoots();
        _commit.Run();
        _retentionClock = new RetentionClock(LastSeen()?.Time.RealtimeUs);
        _pageCache = new PageCache(database.Path);
    }

    /// <summary>
    /// Opens the file or makes it, in the newest form. Invocations of other boots that had no end get one.
    /// </summary>
    /// <param name="path">Its directory must be there.</param>
    /// <param name="bootId">The current boot: 32 hexadecimal digits.</param>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    /// <exception cref="HistoryException">It is not a history, or one of a newer cgmemd: it is left alone.</exception>
    public static HistoryStore Open(string path, string bootId)
    {
        PrivateFile.Create(path);
        _ = Native.LibSqlite.SoftHeapLimit(SoftHeapBytes);
        SqliteDatabase database = SqliteDatabase.OpenOrCreate(path, BusyTimeout);
        try
        {
            database.WatchWal();
            HistorySchema.Prepare(database);
            database.Execute($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA cache_size = -{CacheKiB};
                PRAGMA mmap_size = 0;
                PRAGMA temp_store = MEMORY;
                PRAGMA cell_size_check = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA journal_size_limit = {WalRestBytes};
                """);
            return new HistoryStore(database, bootId);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file was removed or replaced under its name: what is written now is lost.</summary>
    public bool IsFileGone => _database.HasMoved;

    /// <summary>Whether the file still begins as a database does; nothing of SQLite's would notice for long.</summary>
    public bool HasHeader => _pageCache.HasHeader();

    /// <summary>Begins a transaction. All that adds something must be in one.</summary>
    /// <exception cref="SqliteException">Also when <see cref="SqliteException.IsLogFull"/>.</exception>
    public void Begin()
    {
        BoundWal();
        if (_isLogStale)
            _log.Load();
        _isLogStale = false;
        _begin.Run();
    }

    /// <summary>Ends it; what it did is on the disk then.</summary>
    public void Commit() => _commit.Run();

    /// <summary>
    /// Takes back what was done since Begin; never throws. Numbers of invocations that were begun in it are void.
    /// </summary>
    public void Rollback()
    {
        _isLogStale = true;
        try
        {
            // SQLite may have rolled back by itself, as for a full disk.
            if (_database.IsInTransaction)
                _database.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The transaction is gone with the connection at the latest.
        }
    }

    /// <summary>
    /// Begins a life, or goes on with one of the same boot, cgroup and invocation id that has no end yet, as after a
    /// restart of the daemon.
    /// </summary>
    /// <returns>The invocation's number for the other calls.</returns>
    public long BeginInvocation(Invocation start)
    {
        long unit = Intern(_findUnit, _addUnit, start.Unit);
        long boot = Intern(_findBoot, _addBoot, start.BootId);
        long? open = _findOpen.Bind(1, boot).Bind(2, start.CgroupId).Bind(3, unit).Bind(4, start.InvocationId)
            .RunForInt64();
        if (open is { } known)
        {
            _log.Begin(known);
            return known;
        }

        _addInvocation.Bind(1, unit).Bind(2, (long)start.Kind).Bind(3, start.Cgroup).Bind(4, start.CgroupId)
            .Bind(5, boot).Bind(6, start.InvocationId)
            .Bind(7, start.Start.RealtimeUs).Bind(8, start.Start.MonotonicUs).Bind(9, start.OomKills);
        BindLimits(_addInvocation, 10, start.Limits);
        _addInvocation.Run();
        long added = _database.LastInsertRowId;
        _log.Begin(added);
        return added;
    }

    /// <summary>Adds a sample, as OpenRow encoded it. Allocates nothing.</summary>
    public void AppendSample(long invocation, HistoryTime time, ReadOnlySpan<byte> openRow) =>
        _log.Append(invocation, time, openRow);

    /// <summary>Ends a life: with its closing values; its samples are sealed in the maintenance to come.</summary>
    public void EndInvocation(long invocation, Invocation end)
    {
        HistoryTime at = end.End ?? throw new ArgumentException("it has no end", nameof(end));
        _endInvocation.Bind(1, at.RealtimeUs).Bind(2, at.MonotonicUs).Bind(3, end.Result).Bind(4, end.Peak)
            .Bind(5, end.SwapPeak).Bind(6, end.OomKills);
        BindLimits(_endInvocation, 7, end.Limits);
        _endInvocation.Bind(12, _log.Newest(invocation)).Bind(13, invocation).Run();
        _log.End(invocation);
    }

    /// <summary>
    /// Ends as <c>lost</c> the invocations that were open when the store was opened and were not begun again since: to
    /// be called, in a transaction, when the daemon has found all there is.
    /// </summary>
    /// <returns>How many.</returns>
    public int EndAbandoned()
    {
        List<OpenSeries> abandoned = _log.Abandoned();
        foreach (OpenSeries series in abandoned)
            EndLost(series.Invocation);
        return abandoned.Count;
    }

    public void Dispose()
    {
        _database.Dispose();
        _pageCache.Dispose();
    }

    private static void BindLimits(SqliteStatement statement, int first, in Limits limits)
    {
        statement.Bind(first, Stored(limits.High)).Bind(first + 1, Stored(limits.Max))
            .Bind(first + 2, Stored(limits.SwapMax)).Bind(first + 3, Stored(limits.EffectiveHigh))
            .Bind(first + 4, Stored(limits.EffectiveMax));
    }

    private static ulong Stored(ByteLimit limit) => limit.IsFinite ? limit.Bytes : HistoryFields.NoLimit;

    private long Intern(SqliteStatement find, SqliteStatement add, string text)
    {
        if (find.Bind(1, text).RunForInt64() is { } known)
            return known;
        add.Bind(1, text).Run();
        return _database.LastInsertRowId;
    }

    private void EndFormerBoots()
    {
        var former = new List<long>();
        using SqliteStatement open = _database.Prepare("SELECT id FROM invocation WHERE end_us IS NULL AND boot <> ?");
        open.Bind(1, _boot);
        while (open.Step())
            former.Add(open.Int64(0));
        foreach (long invocation in former)
            EndLost(invocation);
    }

    // Its end is the last that was recorded of it.
    private void EndLost(long invocation)
    {
        using SqliteStatement last = _database.Prepare("""
            SELECT mono, real FROM (
                SELECT start_mono_us AS mono, start_us AS real FROM invocation WHERE id = ?1
                UNION ALL SELECT last_mono_us, last_us FROM chunk WHERE invocation = ?1
                UNION ALL SELECT mono_us, real_us FROM open_sample WHERE id = ?2)
            ORDER BY mono DESC LIMIT 1
            """);
        using SqliteStatement end = _database.Prepare(
            "UPDATE invocation SET end_us = ?, end_mono_us = ?, result = 'lost', newest = ? WHERE id = ?");
        if (last.Bind(1, invocation).Bind(2, _log.Newest(invocation)).Step())
        {
            end.Bind(1, last.Int64(1)).Bind(2, last.Int64(0)).Bind(3, _log.Newest(invocation))
                .Bind(4, invocation).Run();
        }

        _log.End(invocation);
    }
}
