using System.Buffers.Binary;
using System.Text;

namespace Cgmemd.Linux.Native;

/// <summary>The subdirectories among the entries of a directory, as getdents64(2) gives them, one by one.</summary>
internal ref struct DirectoryEntries(ReadOnlySpan<byte> entries)
{
    private const byte DtDirectory = 4; // DT_DIR

    private ReadOnlySpan<byte> _rest = entries;

    /// <summary>Takes the NUL-terminated name of the next subdirectory, its NUL included; false at the end.</summary>
    // struct linux_dirent64: u64 d_ino, s64 d_off, u16 d_reclen, u8 d_type, char d_name[]; NUL-terminated. cgroupfs,
    // procfs and every file system a fixture may be on fill in d_type.
    internal bool TryTakeDirectory(out ReadOnlySpan<byte> name) => TryTakeDirectory(out name, out _);

    /// <summary>As the other, with its inode number, which in cgroupfs is the cgroup's id.</summary>
    internal bool TryTakeDirectory(out ReadOnlySpan<byte> name, out ulong inode)
    {
        while (_rest.Length > 19)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[16..]);
            bool isDirectory = _rest[18] == DtDirectory;
            inode = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
            name = _rest[19..length];
            name = name[..(name.IndexOf((byte)0) + 1)];
            _rest = _rest[length..];
            if (isDirectory && !name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                return true;
        }

        name = default;
        inode = 0;
        return false;
    }

    /// <summary>Adds the names of the subdirectories below an O_PATH descriptor, unordered.</summary>
    internal static Errno ReadDirectories(FileDescriptor directory, List<string> names)
    {
        using FileDescriptor opened = LibC.openat(directory, "."u8, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (opened.IsInvalid)
            return Errnos.Last;
        Span<byte> buffer = stackalloc byte[8192];
        while (true)
        {
            nint count = LibC.ReadEntries(opened.Number, buffer);
            if (count < 0)
                return Errnos.Last;
            if (count == 0)
                return Errno.None;
            var entries = new DirectoryEntries(buffer[..(int)count]);
            while (entries.TryTakeDirectory(out ReadOnlySpan<byte> name))
                names.Add(Encoding.UTF8.GetString(name[..^1]));
        }
    }
}
