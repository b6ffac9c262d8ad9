using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>
/// libsqlite3.so.0: connections and what belongs to one. Only functions of a fixed number of arguments; all exist since
/// SQLite 3.37 or earlier.
/// </summary>
/// <remarks>Source: https://sqlite.org/c3ref/funclist.html.</remarks>
internal static partial class LibSqlite
{
    internal const int OK = 0;
    internal const int CANTOPEN = 14;
    internal const int ROW = 100;
    internal const int DONE = 101;

    internal const int OPEN_READONLY = 0x1;
    internal const int OPEN_READWRITE = 0x2;
    internal const int OPEN_CREATE = 0x4;
    internal const int OPEN_URI = 0x40;
    internal const int OPEN_FULLMUTEX = 0x10000;
    internal const int OPEN_EXRESCODE = 0x2000000;

    internal const int FCNTL_HAS_MOVED = 20;
    internal const int CHECKPOINT_PASSIVE = 0;
    internal const int CHECKPOINT_TRUNCATE = 3;

    private const string Library = "libsqlite3.so.0";

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2")]
    internal static partial int Open(
        ReadOnlySpan<byte> path, out SqliteHandle database, int flags, ReadOnlySpan<byte> vfs);

    /// <summary>The VFS of a name; the default one for none.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find")]
    internal static unsafe partial Vfs* FindVfs(ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    internal static unsafe partial int RegisterVfs(Vfs* vfs, int isDefault);

    /// <summary>struct sqlite3_vfs of version 3, as all are since SQLite 3.7.6; what is not named is copied.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 168)]
    internal unsafe struct Vfs
    {
        [FieldOffset(0)]
        internal int Version;

        [FieldOffset(16)]
        internal Vfs* Next;

        [FieldOffset(24)]
        internal byte* Name;

        /// <summary>int xFullPathname(sqlite3_vfs*, const char *zName, int nOut, char *zOut).</summary>
        [FieldOffset(64)]
        internal delegate* unmanaged[Cdecl]<Vfs*, byte*, int, byte*, int> FullPathName;
    }

    // A connection closed while statements live becomes a zombie that goes with the last of them, so that handles may
    // be released in any order.
    [LibraryImport(Library, EntryPoint = "sqlite3_close_v2")]
    internal static partial int Close(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    internal static partial nint ErrorMessage(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_errstr")]
    internal static partial nint ErrorText(int code);

    [LibraryImport(Library, EntryPoint = "sqlite3_extended_errcode")]
    internal static partial int ExtendedErrorCode(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_system_errno")]
    internal static partial int SystemErrno(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")]
    internal static partial int BusyTimeout(SqliteHandle database, int milliseconds);

    [LibraryImport(Library, EntryPoint = "sqlite3_interrupt")]
    internal static partial void Interrupt(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    internal static partial int GetAutocommit(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_last_insert_rowid")]
    internal static partial long LastInsertRowId(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    internal static partial int Changes(SqliteHandle database);

    [LibraryImport(Library, EntryPoint = "sqlite3_file_control")]
    internal static partial int FileControl(SqliteHandle database, ReadOnlySpan<byte> name, int op, out int value);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_checkpoint_v2")]
    internal static partial int Checkpoint(
        SqliteHandle database, ReadOnlySpan<byte> name, int mode, out int logFrames, out int checkpointed);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_hook")]
    internal static unsafe partial nint WalHook(
        SqliteHandle database, delegate* unmanaged[Cdecl]<int*, nint, nint, int, int> hook, int* argument);

    /// <summary>Bytes beyond which SQLite gives back cache first; of the whole process.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_soft_heap_limit64")]
    internal static partial long SoftHeapLimit(long bytes);

    /// <summary>Bytes of SQLite's heap now; of the whole process.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_memory_used")]
    internal static partial long MemoryUsed();

    [LibraryImport(Library, EntryPoint = "sqlite3_memory_highwater")]
    internal static partial long MemoryHighWater(int reset);

    [LibraryImport(Library, EntryPoint = "sqlite3_libversion")]
    internal static partial nint Version();

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_init")]
    internal static partial SqliteBackupHandle BackupInit(
        SqliteHandle destination, ReadOnlySpan<byte> destinationName,
        SqliteHandle source, ReadOnlySpan<byte> sourceName);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_step")]
    internal static partial int BackupStep(SqliteBackupHandle backup, int pages);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_remaining")]
    internal static partial int BackupRemaining(SqliteBackupHandle backup);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_pagecount")]
    internal static partial int BackupPageCount(SqliteBackupHandle backup);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_finish")]
    internal static partial int BackupFinish(nint backup);
}
