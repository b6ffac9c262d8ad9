using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite. Nothing here allocates but texts.
/// </summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatementHandle _handle;

    internal SqliteStatement(SqliteDatabase database, SqliteStatementHandle handle) =>
        (_database, _handle) = (database, handle);

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(LibSqlite.BindInt64(_handle, parameter, value));
        return this;
    }

    /// <summary>As two's complement: SQLite's integers are signed.</summary>
    public SqliteStatement Bind(int parameter, ulong value) => Bind(parameter, unchecked((long)value));

    public SqliteStatement Bind(int parameter, long? value)
    {
        Check(value is { } number
            ? LibSqlite.BindInt64(_handle, parameter, number)
            : LibSqlite.BindNull(_handle, parameter));
        return this;
    }

    public SqliteStatement Bind(int parameter, ulong? value) => Bind(parameter, unchecked((long?)value));

    public SqliteStatement Bind(int parameter, string? text)
    {
        if (text is null)
        {
            Check(LibSqlite.BindNull(_handle, parameter));
            return this;
        }

        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = most <= 512 ? stackalloc byte[most] : new byte[most];
        return BindText(parameter, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>Binds a copy of UTF-8 text.</summary>
    public SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        // An empty span may have no address, which would bind NULL.
        byte none = 0;
        fixed (byte* start = utf8)
        {
            Check(LibSqlite.BindText(
                _handle, parameter, start is null ? &none : start, utf8.Length, LibSqlite.TRANSIENT));
        }

        return this;
    }

    /// <summary>Goes to the next row; false at the end, where the statement is ready for its next use.</summary>
    public bool Step()
    {
        int code = LibSqlite.Step(_handle);
        if (code == LibSqlite.ROW)
            return true;
        if (code != LibSqlite.DONE)
        {
            SqliteException failure = _database.Failure(code);
            _ = LibSqlite.Reset(_handle);
            throw failure;
        }

        _ = LibSqlite.Reset(_handle);
        return false;
    }

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs to the end with a blob for one parameter, which is not copied.</summary>
    public void RunWithBlob(int parameter, ReadOnlySpan<byte> blob)
    {
        byte none = 0;
        fixed (byte* start = blob)
        {
            Check(LibSqlite.BindBlob(
                _handle, parameter, start is null ? &none : start, blob.Length, LibSqlite.STATIC));
            try
            {
                Run();
            }
            finally
            {
                _ = LibSqlite.BindNull(_handle, parameter);
            }
        }
    }

    /// <summary>Runs to the end for its first row's first column; null without a row.</summary>
    public long? RunForInt64()
    {
        long? value = Step() && !IsNull(0) ? Int64(0) : null;
        Reset();
        return value;
    }

    /// <summary>Leaves the rows that are left, and the snapshot with them.</summary>
    public void Reset() => _ = LibSqlite.Reset(_handle);

    public bool IsNull(int column) => LibSqlite.ColumnType(_handle, column) == LibSqlite.TYPE_NULL;

    public long Int64(int column) => LibSqlite.ColumnInt64(_handle, column);

    public ulong UInt64(int column) => unchecked((ulong)Int64(column));

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public ulong? NullableUInt64(int column) => IsNull(column) ? null : UInt64(column);

    /// <summary>A blob, until the next step, reset or bind.</summary>
    public ReadOnlySpan<byte> Blob(int column)
    {
        byte* start = LibSqlite.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(start, LibSqlite.ColumnBytes(_handle, column));
    }

    /// <summary>UTF-8 text, until the next step, reset or bind.</summary>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        byte* start = LibSqlite.ColumnText(_handle, column);
        return new ReadOnlySpan<byte>(start, LibSqlite.ColumnBytes(_handle, column));
    }

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public void Dispose()
    {
        _database.Forget(this);
        _handle.Dispose();
    }

    private void Check(int code)
    {
        if (code != LibSqlite.OK)
            throw _database.Failure(code);
    }
}
