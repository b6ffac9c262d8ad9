using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Copies a database that is being written to into one file, as of one instant.</summary>
internal static class HistoryCopy
{
    // 4 MiB between two reports.
    private const int PagesAtOnce = 1024;

    public static void Write(SqliteDatabase source, string file, Action<double>? progress, bool overwrite)
    {
        using NewFile copy = NewFile.Create(file, overwrite);
        Copy(source, copy, file, progress);
        copy.Finish(overwrite);
    }

    private static void Copy(SqliteDatabase source, NewFile copy, string file, Action<double>? progress)
    {
        using SqliteDatabase target = SqliteDatabase.OpenAsNamed(copy.Path, file);
        // In a transaction of the source's all steps see the same snapshot, whatever is written meanwhile.
        source.Execute("BEGIN");
        try
        {
            source.Scalar("SELECT count(*) FROM sqlite_schema");
            using SqliteBackupHandle backup =
                LibSqlite.BackupInit(target.Handle, "main\0"u8, source.Handle, "main\0"u8);
            if (backup.IsInvalid)
                throw target.Failure(LibSqlite.ExtendedErrorCode(target.Handle));
            int code;
            while ((code = LibSqlite.BackupStep(backup, PagesAtOnce)) == LibSqlite.OK)
            {
                progress?.Invoke(
                    1 - ((double)LibSqlite.BackupRemaining(backup) / Math.Max(1, LibSqlite.BackupPageCount(backup))));
            }

            if (code != LibSqlite.DONE)
                throw target.Failure(code);
        }
        finally
        {
            source.Execute("ROLLBACK");
        }

        // The copy says of itself that it has a write-ahead log, as the source does.
        target.Execute("PRAGMA journal_mode = DELETE");
        progress?.Invoke(1);
    }
}
