using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The kernel's cache of a database file, which the daemon that fills it would find in its own readings. Closing any
/// descriptor of the file drops all POSIX locks of the process on it (fcntl(2)), SQLite's too: dispose of this after
/// the database, not before.
/// </summary>
internal sealed class PageCache(string path) : IDisposable
{
    private readonly FileDescriptor _database = Open(path);

    /// <summary>Drops what is clean: of the file, and of its write-ahead log.</summary>
    public void Drop()
    {
        Drop(_database);
        // SQLite locks nothing in the log itself, so that its descriptor may come and go.
        using FileDescriptor log = Open(path + "-wal");
        Drop(log);
    }

    /// <summary>
    /// Whether the file still begins as a database does. SQLite has the first page in memory, and may not look at it
    /// again for long, while readers cannot open the file any more. What cannot be read is not known to be unsound.
    /// </summary>
    public unsafe bool HasHeader()
    {
        ReadOnlySpan<byte> magic = "SQLite format 3\0"u8;
        byte* start = stackalloc byte[magic.Length];
        return _database.IsInvalid
            || LibC.pread(_database, start, magic.Length, 0) != magic.Length
            || new ReadOnlySpan<byte>(start, magic.Length).SequenceEqual(magic);
    }

    public void Dispose() => _database.Dispose();

    private static FileDescriptor Open(string path) =>
        LibC.openat(LibC.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), LibC.O_RDONLY | LibC.O_CLOEXEC);

    private static void Drop(FileDescriptor file)
    {
        if (!file.IsInvalid)
            _ = LibC.posix_fadvise(file, 0, 0, LibC.POSIX_FADV_DONTNEED);
    }
}
