using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>Prepared statements: parameters count from 1, columns from 0.</summary>
internal static partial class LibSqlite
{
    internal const uint PREPARE_PERSISTENT = 1;
    internal const int TYPE_NULL = 5;

    /// <summary>The bytes stay where they are until the statement is done with them.</summary>
    internal const nint STATIC = 0;

    /// <summary>SQLite copies the bytes.</summary>
    internal const nint TRANSIENT = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v3")]
    internal static unsafe partial int Prepare(
        SqliteHandle database, byte* sql, int length, uint flags, out SqliteStatementHandle statement, out byte* rest);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    internal static partial int FinalizeStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    internal static partial int Step(SqliteStatementHandle statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    internal static partial int Reset(SqliteStatementHandle statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    internal static partial int BindInt64(SqliteStatementHandle statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    internal static partial int BindNull(SqliteStatementHandle statement, int parameter);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    internal static unsafe partial int BindText(
        SqliteStatementHandle statement, int parameter, byte* text, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    internal static unsafe partial int BindBlob(
        SqliteStatementHandle statement, int parameter, byte* blob, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    internal static partial int ColumnType(SqliteStatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    internal static partial long ColumnInt64(SqliteStatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    internal static unsafe partial byte* ColumnBlob(SqliteStatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    internal static unsafe partial byte* ColumnText(SqliteStatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    internal static partial int ColumnBytes(SqliteStatementHandle statement, int column);
}
