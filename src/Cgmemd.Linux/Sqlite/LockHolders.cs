using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Which other processes hold a database that has a write-ahead log.</summary>
/// <remarks>
/// Source: https://sqlite.org/walformat.html, 2.3, and proc_locks(5). The files are not opened: to close a descriptor
/// of one would drop the locks that SQLite holds on it in this process. Where a file system gives its files another
/// device than its own (btrfs), nobody is found.
/// </remarks>
internal static class LockHolders
{
    // Bytes of the log's index: writer, checkpointer, recovery, readers. All who have it open lock byte 128.
    private const ulong FirstOfIndex = 120;
    private const ulong LastOfIndex = 127;

    private const int MaxTold = 3;

    /// <summary>
    /// Names them, such as <c>cgmemctl[4711] (stopped)</c>; null where there is none, or it cannot be told.
    /// </summary>
    public static string? Describe(string path)
    {
        try
        {
            List<int> holders = Find(path);
            if (holders.Count == 0 || ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _) != ReadStatus.Ok)
                return null;
            using (proc)
            {
                int told = Math.Min(holders.Count, MaxTold);
                string names = string.Join(", ", holders.GetRange(0, told).ConvertAll(pid => Name(proc!, pid)));
                return holders.Count > told ? $"{names} and {holders.Count - told} more" : names;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<int> Find(string path)
    {
        var found = new List<int>();
        bool hasIndex = TryIdentify(path + "-shm", out LibC.StatX index);
        bool hasFile = TryIdentify(path, out LibC.StatX file);
        foreach (string line in File.ReadLines("/proc/locks"))
        {
            if (!FileLock.TryParse(Encoding.UTF8.GetBytes(line), out FileLock held)
                || held.Pid == Environment.ProcessId)
                continue;
            bool isOfIndex = hasIndex && IsOf(held, index) && held.First <= LastOfIndex && held.Last >= FirstOfIndex;
            // All who have the file open share a lock of it.
            bool isOfFile = hasFile && IsOf(held, file) && held.IsWrite;
            if ((isOfIndex || isOfFile) && !found.Contains(held.Pid))
                found.Add(held.Pid);
        }

        return found;
    }

    private static string Name(ProcDirectory proc, int pid) =>
        proc.TryReadStat(pid, out ProcessStat stat) != ReadStatus.Ok ? $"process {pid}"
        : stat.IsStopped ? $"{stat.Command}[{pid}] (stopped)"
        : $"{stat.Command}[{pid}]";

    private static bool TryIdentify(string path, out LibC.StatX status) => LibC.statx(
        LibC.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), 0, LibC.StatX.Basic, out status) == 0;

    private static bool IsOf(in FileLock held, in LibC.StatX file) =>
        held.Inode == file.Inode && held.Major == file.Major && held.Minor == file.Minor;
}
