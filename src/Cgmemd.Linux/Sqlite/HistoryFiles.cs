using System.Globalization;

namespace Cgmemd.Linux.Sqlite;

/// <summary>The history's file and what lies beside it, seen from outside of SQLite.</summary>
/// <remarks>
/// Nothing here opens the file: to close a descriptor of it would drop the locks that SQLite holds on it in this
/// process. Source: https://sqlite.org/howtocorrupt.html, 2.2.
/// </remarks>
internal sealed class HistoryFiles(string path)
{
    /// <summary>Of corrupt files moved aside so many are kept.</summary>
    public const int MaxAside = 2;

    private const string Infix = ".corrupt-";
    private const string LogSuffix = "-wal";
    private const string IndexSuffix = "-shm";

    private readonly string _log = path + LogSuffix;

    /// <summary>Whether the write-ahead log is there, as it is while the file is open.</summary>
    public bool HasLog => File.Exists(_log);

    /// <summary>The size of the file and its log.</summary>
    public long Bytes => Size(path) + Size(_log);

    /// <summary>Makes the directory where it is missing, for root alone.</summary>
    public void EnsureDirectory()
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            Directory.CreateDirectory(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Bytes free on the file system; null where it cannot be asked.</summary>
    public ulong? FreeBytes()
    {
        try
        {
            return (ulong)new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Gives the file and its log another name, with the date, so that SQLite still finds the one by the other. Of
    /// those moved before, the oldest go.
    /// </summary>
    /// <returns>The new name.</returns>
    public string MoveAside(DateTimeOffset now)
    {
        string date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string aside = path + Infix + date;
        File.Move(path, aside, overwrite: true);
        if (HasLog)
            File.Move(_log, aside + LogSuffix, overwrite: true);
        File.Delete(path + IndexSuffix);
        string[] all = Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!,
            Path.GetFileName(path) + Infix + "*Z");
        Array.Sort(all, StringComparer.Ordinal);
        foreach (string old in all.SkipLast(MaxAside))
        {
            File.Delete(old);
            File.Delete(old + LogSuffix);
        }

        return aside;
    }

    private static long Size(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? info.Length : 0;
    }
}
