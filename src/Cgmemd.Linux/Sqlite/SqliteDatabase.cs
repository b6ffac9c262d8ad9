using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A connection to a database file. For one thread at a time; only <see cref="Interrupt"/> may come from another.
/// Whatever fails throws a <see cref="SqliteException"/>.
/// </summary>
internal sealed unsafe class SqliteDatabase : IDisposable
{
    private readonly SqliteHandle _handle;
    private readonly List<SqliteStatement> _statements = [];
    private int* _walFrames;

    private SqliteDatabase(SqliteHandle handle, string path) => (_handle, Path) = (handle, path);

    /// <summary>The file as it was asked for.</summary>
    public string Path { get; }

    public long LastInsertRowId => LibSqlite.LastInsertRowId(_handle);

    /// <summary>Rows that the last INSERT, UPDATE or DELETE touched.</summary>
    public int Changes => LibSqlite.Changes(_handle);

    public bool IsInTransaction => LibSqlite.GetAutocommit(_handle) == 0;

    /// <summary>Frames in the write-ahead log after the last commit of this connection; 0 before the first.</summary>
    public int WalFrames => _walFrames is null ? 0 : *_walFrames;

    /// <summary>Whether the file was removed or replaced under its name.</summary>
    public bool HasMoved =>
        LibSqlite.FileControl(_handle, "main\0"u8, LibSqlite.FCNTL_HAS_MOVED, out int moved) == LibSqlite.OK
        && moved != 0;

    internal SqliteHandle Handle => _handle;

    /// <summary>Opens a file for reading and writing, or makes it where it is not there.</summary>
    public static SqliteDatabase OpenOrCreate(string path, TimeSpan busyTimeout) =>
        Open(path, path, LibSqlite.OPEN_READWRITE | LibSqlite.OPEN_CREATE, busyTimeout);

    /// <summary>Opens a file for reading; it and its write-ahead log are never written.</summary>
    public static SqliteDatabase OpenReadOnly(string path, TimeSpan busyTimeout) =>
        Open(path, path, LibSqlite.OPEN_READONLY, busyTimeout);

    /// <summary>
    /// Opens a file that nobody can change, such as one on a read-only medium: without locks, and without a look at its
    /// write-ahead log.
    /// </summary>
    public static SqliteDatabase OpenImmutable(string path)
    {
        string uri = "file://" + Uri.EscapeDataString(System.IO.Path.GetFullPath(path)).Replace("%2F", "/")
            + "?immutable=1";
        return Open(path, uri, LibSqlite.OPEN_READONLY | LibSqlite.OPEN_URI, TimeSpan.Zero);
    }

    /// <summary>
    /// Opens a file under its name as it stands, where others would put the names that symbolic links lead to: through
    /// /proc/self/fd it is in the directory that the descriptor is of, whatever that is called by now.
    /// </summary>
    /// <param name="name">Its name as it stands.</param>
    /// <param name="path">What messages call it.</param>
    public static SqliteDatabase OpenAsNamed(string name, string path) =>
        Open(path, name, LibSqlite.OPEN_READWRITE, TimeSpan.Zero, NamesAsTheyStand.Register());

    /// <summary>A statement to be used many times; it lives as long as this.</summary>
    public SqliteStatement Prepare(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = text)
        {
            int code = LibSqlite.Prepare(
                _handle, start, text.Length, LibSqlite.PREPARE_PERSISTENT, out SqliteStatementHandle handle, out _);
            if (code != LibSqlite.OK)
            {
                handle.Dispose();
                throw Failure(code);
            }

            var statement = new SqliteStatement(this, handle);
            _statements.Add(statement);
            return statement;
        }
    }

    /// <summary>Runs statements one after the other; rows are passed over.</summary>
    public void Execute(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = text)
        {
            byte* next = start;
            byte* end = start + text.Length;
            while (next < end)
            {
                int code = LibSqlite.Prepare(
                    _handle, next, (int)(end - next), 0, out SqliteStatementHandle handle, out next);
                using (handle)
                {
                    // What is left of the text may be blank: then there is no statement.
                    while (code == LibSqlite.OK && !handle.IsInvalid
                        && (code = LibSqlite.Step(handle)) == LibSqlite.ROW)
                        code = LibSqlite.OK;
                    if (code is not (LibSqlite.OK or LibSqlite.DONE))
                        throw Failure(code);
                }
            }
        }
    }

    /// <summary>The first column of the first row, or null where there is no row or it is NULL.</summary>
    public long? Scalar(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : null;
    }

    /// <summary>Counts the frames of the write-ahead log from now on, and leaves checkpoints to the caller.</summary>
    public void WatchWal()
    {
        _walFrames = (int*)NativeMemory.AllocZeroed(sizeof(int));
        LibSqlite.WalHook(_handle, &OnCommit, _walFrames);
    }

    /// <summary>
    /// Copies the write-ahead log into the file as far as readers allow, without waiting for them.
    /// </summary>
    /// <param name="truncate">Waits for readers, as long as the busy timeout, and cuts the log to nothing.</param>
    /// <returns>Whether all of the log is in the file, so that the log begins anew.</returns>
    public bool Checkpoint(bool truncate = false)
    {
        int mode = truncate ? LibSqlite.CHECKPOINT_TRUNCATE : LibSqlite.CHECKPOINT_PASSIVE;
        int code = LibSqlite.Checkpoint(_handle, "main\0"u8, mode, out int frames, out int done);
        if ((code & 0xff) == SqliteException.Busy)
            return false;
        if (code != LibSqlite.OK)
            throw Failure(code);
        return frames == done;
    }

    /// <summary>Makes what runs on another thread fail with <see cref="SqliteException.Interrupted"/>.</summary>
    public void Interrupt() => LibSqlite.Interrupt(_handle);

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.ToArray())
            statement.Dispose();
        _handle.Dispose();
        NativeMemory.Free(_walFrames);
        _walFrames = null;
    }

    internal SqliteException Failure(int code, string? doing = null) =>
        SqliteException.Of(_handle, Path, code, doing);

    internal void Forget(SqliteStatement statement) => _statements.Remove(statement);

    private static SqliteDatabase Open(
        string path, string name, int flags, TimeSpan busyTimeout, ReadOnlySpan<byte> vfs = default)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + '\0');
        flags |= LibSqlite.OPEN_FULLMUTEX | LibSqlite.OPEN_EXRESCODE;
        int code = LibSqlite.Open(text, out SqliteHandle handle, flags, vfs);
        if (code != LibSqlite.OK)
        {
            SqliteException failure = SqliteException.Of(handle, path, code);
            handle.Dispose();
            throw failure;
        }

        _ = LibSqlite.BusyTimeout(handle, (int)busyTimeout.TotalMilliseconds);
        return new SqliteDatabase(handle, path);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(int* frames, nint database, nint name, int count)
    {
        *frames = count;
        return LibSqlite.OK;
    }
}
