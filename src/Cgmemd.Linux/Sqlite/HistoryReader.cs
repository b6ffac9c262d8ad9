using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Reads a history: the file a daemon writes at the same time, or a snapshot. Never changes it, and never holds a
/// snapshot of it beyond a call. For one thread. What cannot be read throws a <see cref="HistoryException"/>.
/// </summary>
public sealed partial class HistoryReader : IDisposable
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private const string InvocationColumns = """
        SELECT i.id, unit.name, i.kind, i.cgroup, i.cgroup_id, boot.boot_id, i.invocation_id, i.start_us,
            i.start_mono_us, i.end_us, i.end_mono_us, i.result, i.peak, i.swap_peak, i.oom_kills, i.high, i.max,
            i.swap_max, i.effective_high, i.effective_max, i.sealed, i.newest
        FROM invocation AS i JOIN unit ON unit.id = i.unit JOIN boot ON boot.id = i.boot
        """;

    private readonly SqliteDatabase _database;
    private readonly List<string> _problems = [];
    private readonly SeriesReader _series;

    private HistoryReader(SqliteDatabase database)
    {
        _database = database;
        database.Execute("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF");
        int version = HistorySchema.Check(database);
        if (version > HistorySchema.Version)
        {
            _problems.Add(
                $"{database.Path}: it has form {version} of a newer cgmemd; shown is what this one understands");
        }

        _series = new SeriesReader(database, _problems);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="HistoryException">It cannot be read: path and reason.</exception>
    public static HistoryReader Open(string path)
    {
        try
        {
            // In a directory that may not be searched, File.Exists would find nothing.
            _ = File.GetUnixFileMode(path);
            return Open(SqliteDatabase.OpenReadOnly(path, BusyTimeout));
        }
        catch (SqliteException e) when (e.Code is SqliteException.CannotOpen or SqliteException.ReadOnly)
        {
            return OpenWithoutLog(path, e);
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new HistoryException(HistoryProblem.Denied, path, Errno.EACCES.Text(), e);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HistoryException(HistoryProblem.Missing, path, Errno.ENOENT.Text(), e);
        }
    }

    /// <summary>What was found damaged or not understood so far, and left out: a line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The units there are, in ordinal order.</summary>
    public IReadOnlyList<string> Units() => Read(() =>
    {
        using SqliteStatement names = _database.Prepare("SELECT name FROM unit ORDER BY name");
        var units = new List<string>();
        while (names.Step())
            units.Add(names.Text(0));
        return units;
    });

    /// <summary>The unit of this name where it is in here, else those that it matches as a glob.</summary>
    public UnitChoice Choose(string nameOrGlob) => Read(() =>
    {
        using SqliteStatement known = _database.Prepare("SELECT 1 FROM unit WHERE name = ?");
        return UnitChoice.Of(nameOrGlob, name => known.Bind(1, name).RunForInt64() is not null);
    });

    /// <summary>The lives that have a part in the range, newest first.</summary>
    public IReadOnlyList<Invocation> Invocations(UnitChoice? units, HistoryRange range) => Read(() =>
    {
        // One unit's are found by an index, which matters where another has been started every second for days.
        string? name = units?.Name;
        using SqliteStatement rows = _database.Prepare(
            InvocationColumns + (name is null ? "" : " WHERE unit.name = ?1") + " ORDER BY i.id DESC");
        if (name is not null)
            rows.Bind(1, name);
        var found = new List<Invocation>();
        while (rows.Step())
        {
            Invocation invocation = InvocationOf(rows);
            if (Fits(units, invocation.Unit) && Meets(range, invocation))
                found.Add(invocation);
        }

        return found;
    });

    /// <summary>
    /// When watching began: with each boot, start of the daemon and configuration, and behind each gap.
    /// </summary>
    public WatchBegins WatchBegins() => Read(() =>
    {
        using SqliteStatement times = _database.Prepare("""
            SELECT min(start_us) FROM invocation GROUP BY boot
            UNION ALL SELECT end_us FROM gap
            UNION ALL SELECT real_us FROM event WHERE name IN ('daemon-started', 'configuration-loaded')
            """);
        var found = new List<long>();
        while (times.Step())
            found.Add(times.Int64(0));
        return new WatchBegins(found);
    });

    public HistoryInfo Info() => Read(() => HistoryFacts.Read(_database));

    /// <summary>The newest time of anything in it: CLOCK_REALTIME in microseconds; null where it is empty.</summary>
    public long? NewestUs() => Read(() => _database.Scalar("""
        SELECT max(us) FROM (
            SELECT max(real_us) AS us FROM open_sample
            UNION ALL SELECT max(last_us) FROM chunk
            UNION ALL SELECT max(end_us) FROM invocation
            UNION ALL SELECT max(real_us) FROM event
            UNION ALL SELECT max(real_us) FROM breakdown)
        """));

    /// <summary>Copies all to one file of mode 0600 that needs nothing beside it, as of one instant.</summary>
    /// <param name="file">Where to; it appears when it is whole.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="HistoryException">It cannot be read or written, or is there already.</exception>
    public void CopyTo(string file, Action<double>? progress, bool overwrite = false)
    {
        try
        {
            HistoryCopy.Write(_database, file, progress, overwrite);
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
    }

    public void Dispose() => _database.Dispose();

    // A clock that stepped back during a life leaves it with an end before its start.
    private static bool Meets(HistoryRange range, Invocation invocation)
    {
        long start = invocation.Start.RealtimeUs;
        long end = invocation.End?.RealtimeUs ?? long.MaxValue;
        return range.Meets(Math.Min(start, end), Math.Max(start, end));
    }

    private static Invocation InvocationOf(SqliteStatement row) => new()
    {
        Unit = row.Text(1),
        Kind = (InvocationKind)row.Int64(2),
        Cgroup = row.Text(3),
        CgroupId = row.UInt64(4),
        BootId = row.Text(5),
        InvocationId = row.NullableText(6),
        Start = new HistoryTime(row.Int64(7), row.Int64(8)),
        End = row.IsNull(9) ? null : new HistoryTime(row.Int64(9), row.Int64(10)),
        Result = row.NullableText(11),
        Peak = row.NullableUInt64(12),
        SwapPeak = row.NullableUInt64(13),
        OomKills = row.UInt64(14),
        Limits = new Limits(
            LimitOf(row.UInt64(15)), LimitOf(row.UInt64(16)), LimitOf(row.UInt64(17)), LimitOf(row.UInt64(18)),
            LimitOf(row.UInt64(19))),
    };

    private static ByteLimit LimitOf(ulong stored) =>
        stored == HistoryFields.NoLimit ? ByteLimit.Max : ByteLimit.Of(stored);

    private static HistoryReader Open(SqliteDatabase database)
    {
        try
        {
            return new HistoryReader(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // Where nothing can be written (a read-only medium, a directory of somebody else's), SQLite cannot keep its
    // shared memory beside the file, and does not need it if there is no write-ahead log.
    private static HistoryReader OpenWithoutLog(string path, SqliteException reason)
    {
        if (reason.Errno is Errno.EACCES or Errno.EPERM)
            throw new HistoryException(HistoryProblem.Denied, reason);
        if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
        {
            throw new HistoryException(
                HistoryProblem.Failed, path,
                $"its write-ahead log {path}-wal cannot be read where nothing can be written ({reason.Message}); "
                + "copy both to a directory of your own", reason);
        }

        try
        {
            return Open(SqliteDatabase.OpenImmutable(path));
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
    }

    private static HistoryException Failure(SqliteException e) => new(
        e.Code switch
        {
            SqliteException.NotADatabase => HistoryProblem.NotHistory,
            SqliteException.Corrupt => HistoryProblem.Corrupt,
            _ when e.Errno is Errno.EACCES or Errno.EPERM => HistoryProblem.Denied,
            _ => HistoryProblem.Failed,
        },
        e);

    /// <summary>Reads as of one instant.</summary>
    private T Read<T>(Func<T> read)
    {
        try
        {
            _database.Execute("BEGIN");
            return read();
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
        finally
        {
            if (_database.IsInTransaction)
                _database.Execute("ROLLBACK");
        }
    }
}
