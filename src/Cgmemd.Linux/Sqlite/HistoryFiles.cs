using System.Globalization;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

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

    // Those moved aside, oldest first, as they were last found; null when that is to be done again.
    private List<AsideFile>? _aside;

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
        _aside = null;
        List<AsideFile> all = FindAside();
        foreach (AsideFile old in all.SkipLast(MaxAside))
            Delete(old);
        return aside;
    }

    /// <summary>
    /// Deletes files moved aside for which there is no room any more; see <see cref="HistoryRetention.GivesUpAside"/>.
    /// </summary>
    public void PruneAside(HistoryOptions options)
    {
        try
        {
            _aside ??= FindAside();
            while (_aside.Count > 0 && HistoryRetention.GivesUpAside(
                _aside.Count, (ulong)_aside.Sum(file => file.Bytes), (ulong)Bytes, FreeBytes(), options))
            {
                Delete(_aside[0]);
                _aside.RemoveAt(0);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are in the way of nothing yet: what is, the history's own file finds too.
        }
    }

    private List<AsideFile> FindAside()
    {
        string[] all = Directory.GetFiles(
            Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + Infix + "*Z");
        Array.Sort(all, StringComparer.Ordinal);
        return [.. all.Select(file => new AsideFile(file, Size(file) + Size(file + LogSuffix)))];
    }

    private static void Delete(AsideFile file)
    {
        File.Delete(file.Path);
        File.Delete(file.Path + LogSuffix);
    }

    private static long Size(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? info.Length : 0;
    }

    private sealed record AsideFile(string Path, long Bytes);
}
