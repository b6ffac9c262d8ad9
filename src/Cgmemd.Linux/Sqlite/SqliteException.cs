using System.Runtime.InteropServices;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>SQLite could not do something with a database file.</summary>
/// <remarks>Source: https://sqlite.org/rescode.html.</remarks>
public sealed class SqliteException : IOException
{
    public const int Busy = 5;
    public const int ReadOnly = 8;
    public const int Interrupted = 9;
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int NotADatabase = 26;

    internal SqliteException(string path, int extendedCode, Errno errno, string reason, bool isLogFull = false)
        : base(errno == Errno.None ? $"{path}: {reason}" : $"{path}: {reason}: {errno.Text()}")
    {
        (Path, ExtendedCode, Errno, IsLogFull) = (path, extendedCode, errno, isLogFull);
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>The primary result code, such as <see cref="Full"/>.</summary>
    public int Code => ExtendedCode & 0xff;

    /// <summary>The code with its detail: SQLITE_IOERR_WRITE is 778.</summary>
    public int ExtendedCode { get; }

    /// <summary>Of the system call that failed; None where none did or SQLite did not keep it.</summary>
    public Errno Errno { get; }

    /// <summary>
    /// Whether it is the bound of the write-ahead log that was met, for a reader has held its snapshot for too long.
    /// Its code is <see cref="Busy"/>; nothing is wrong with the file, and writing goes on when the reader ends.
    /// </summary>
    public bool IsLogFull { get; }

    /// <summary>Whether the file itself is damaged or is no database.</summary>
    public bool IsCorrupt => Code is Corrupt or NotADatabase;

    internal static SqliteException Of(SqliteHandle database, string path, int code, string? doing = null)
    {
        // Without a connection (no memory for one) only the code can be put into words.
        string text = Text(database.IsInvalid ? LibSqlite.ErrorText(code) : LibSqlite.ErrorMessage(database));
        Errno errno = database.IsInvalid ? Errno.None : (Errno)LibSqlite.SystemErrno(database);
        bool isOfSystem = (code & 0xff) is InputOutput or CannotOpen or Full or ReadOnly;
        string reason = doing is null ? text : $"{doing}: {text}";
        return new SqliteException(path, code, isOfSystem ? errno : Errno.None, $"{reason} (SQLite {code})");
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "no message";
}
