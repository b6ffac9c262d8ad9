using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>Makes files that root alone may read; SQLite gives those beside it the same mode.</summary>
internal static class PrivateFile
{
    /// <summary>Makes an empty file of mode 0600 where there is none.</summary>
    /// <returns>Whether it was made; false when it is there already, or cannot be.</returns>
    public static bool Create(string path)
    {
        using FileDescriptor file = LibC.openat(
            LibC.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'),
            LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC, 0b110_000_000);
        return !file.IsInvalid;
    }
}
