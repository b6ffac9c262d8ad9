namespace Cgmemd.Core.History;

/// <summary>What can be wrong with the history's file.</summary>
public enum HistoryFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No room on the file system.</summary>
    DiskFull,

    /// <summary>The file or its file system cannot be written, or the directory is not there.</summary>
    Unwritable,

    /// <summary>The disk failed.</summary>
    InputOutput,

    /// <summary>Somebody else holds it.</summary>
    Locked,

    /// <summary>It is no database, or not a sound one.</summary>
    Corrupt,

    /// <summary>It was deleted or replaced while it was open.</summary>
    Gone,

    /// <summary>A newer cgmemd wrote it, or it is no history at all: it is left as it is.</summary>
    Foreign,

    /// <summary>Nothing is wrong with it, but the disk is too slow for what is sampled.</summary>
    Overload,

    /// <summary>Anything else.</summary>
    Unexpected,
}

/// <summary>What to make of a failure, and what to do about it.</summary>
/// <remarks>Source: https://sqlite.org/rescode.html; include/uapi/asm-generic/errno.h.</remarks>
public static class HistoryFaults
{
    private const int EIO = 5;
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int EDQUOT = 122;

    /// <summary>What SQLite's code stands for, with the system's error number where there is one.</summary>
    /// <param name="extendedCode">SQLite's extended result code.</param>
    /// <param name="errno">Of the system call that failed; 0 where none did.</param>
    public static HistoryFault Of(int extendedCode, int errno) => (extendedCode & 0xff, extendedCode, errno) switch
    {
        (13, _, _) or (10 or 14, _, ENOSPC or EDQUOT) => HistoryFault.DiskFull,
        (5 or 6 or 15, _, _) => HistoryFault.Locked, // BUSY, LOCKED, PROTOCOL
        (8, 8 | 4 << 8, _) => HistoryFault.Gone, // READONLY_DBMOVED
        (3 or 8 or 23, _, _) or (10, _, EROFS) => HistoryFault.Unwritable, // PERM, READONLY, AUTH
        (14, _, EIO) => HistoryFault.InputOutput,
        (14, _, _) => HistoryFault.Unwritable, // CANTOPEN
        (10, 10 | 32 << 8, _) => HistoryFault.Corrupt, // IOERR_DATA: a checksum of a page
        (10, _, _) => HistoryFault.InputOutput,
        (11 or 26, _, _) => HistoryFault.Corrupt, // CORRUPT, NOTADB
        _ => HistoryFault.Unexpected,
    };

    /// <summary>The reason of the gap that it leaves; see <see cref="Gap"/>.</summary>
    public static string GapReason(this HistoryFault fault) => fault switch
    {
        HistoryFault.None or HistoryFault.Overload => "overload",
        HistoryFault.DiskFull => "disk-full",
        HistoryFault.Locked => "locked",
        HistoryFault.Corrupt => "corrupt",
        _ => "unwritable",
    };

    /// <summary>
    /// Whether the file is to be opened anew before the next attempt. A lock goes away by itself, and to close the file
    /// would wait for it too.
    /// </summary>
    public static bool NeedsReopening(this HistoryFault fault) =>
        fault is not (HistoryFault.Locked or HistoryFault.Overload);

    /// <summary>
    /// How long to wait before the next attempt: doubled with each, up to the longest. A lock is waited for by SQLite
    /// already.
    /// </summary>
    /// <param name="fault">What was in the way.</param>
    /// <param name="attempts">Attempts that have failed, from 1.</param>
    /// <param name="first">The first pause.</param>
    /// <param name="longest">The longest.</param>
    public static TimeSpan RetryAfter(HistoryFault fault, int attempts, TimeSpan first, TimeSpan longest)
    {
        if (fault == HistoryFault.Locked)
            return first;
        double pause = first.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 30));
        return pause < longest.TotalSeconds ? TimeSpan.FromSeconds(pause) : longest;
    }
}
