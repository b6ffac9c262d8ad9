using System.Buffers.Binary;
using System.Text;

namespace Cgmemd.Linux.Native;

/// <summary>The subdirectories of a directory, from getdents64(2).</summary>
internal static class DirectoryEntries
{
    private const byte DtDirectory = 4; // DT_DIR

    /// <summary>Adds the names of the subdirectories below an O_PATH descriptor, unordered.</summary>
    internal static unsafe Errno ReadDirectories(FileDescriptor directory, List<string> names)
    {
        using FileDescriptor opened = LibC.openat(directory, "."u8, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (opened.IsInvalid)
            return Errnos.Last;
        Span<byte> buffer = stackalloc byte[8192];
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.getdents64(opened, start, buffer.Length);
            if (count < 0)
                return Errnos.Last;
            if (count == 0)
                return Errno.None;
            AddDirectories(buffer[..(int)count], names);
        }
    }

    // struct linux_dirent64: u64 d_ino, s64 d_off, u16 d_reclen, u8 d_type, char d_name[]; NUL-terminated. cgroupfs,
    // procfs and every file system a fixture may be on fill in d_type.
    private static void AddDirectories(ReadOnlySpan<byte> entries, List<string> names)
    {
        while (entries.Length > 19)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            ReadOnlySpan<byte> name = entries[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (entries[18] == DtDirectory && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                names.Add(Encoding.UTF8.GetString(name));
            entries = entries[length..];
        }
    }
}
