using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// SQLite's way to the file system with one difference: it leaves names as they are. Its own asks for the names that
/// symbolic links lead to, also those of /proc/self/fd, and opens these: by then they may be of something else.
/// </summary>
/// <remarks>Source: unixFullPathname() in SQLite's os_unix.c; https://sqlite.org/c3ref/vfs.html.</remarks>
internal static unsafe class NamesAsTheyStand
{
    private static readonly Lock Once = new();
    private static LibSqlite.Vfs* _vfs;

    /// <summary>Makes it known to SQLite.</summary>
    /// <returns>Its name, for sqlite3_open_v2().</returns>
    public static ReadOnlySpan<byte> Register()
    {
        ReadOnlySpan<byte> name = "cgmemd-names-as-they-stand\0"u8;
        lock (Once)
        {
            if (_vfs is not null)
                return name;
            LibSqlite.Vfs* known = LibSqlite.FindVfs(default);
            // SQLite keeps both for as long as the process lives.
            _vfs = (LibSqlite.Vfs*)NativeMemory.Alloc((nuint)sizeof(LibSqlite.Vfs));
            *_vfs = *known;
            _vfs->Next = null;
            _vfs->Name = (byte*)NativeMemory.Alloc((nuint)name.Length);
            name.CopyTo(new Span<byte>(_vfs->Name, name.Length));
            _vfs->FullPathName = &Copy;
            _ = LibSqlite.RegisterVfs(_vfs, isDefault: 0);
        }

        return name;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Copy(LibSqlite.Vfs* vfs, byte* name, int room, byte* to)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (text.Length >= room)
            return LibSqlite.CANTOPEN;
        text.CopyTo(new Span<byte>(to, room));
        to[text.Length] = 0;
        return LibSqlite.OK;
    }
}
