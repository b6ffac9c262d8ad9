using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>Names in directories, which are told by their descriptors.</summary>
internal static partial class LibC
{
    internal const int AT_REMOVEDIR = 0x200;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const uint RENAME_NOREPLACE = 1;

    // Two of the flags that each architecture numbers its own way: include/uapi/asm-generic/fcntl.h and
    // arch/arm64/include/uapi/asm/fcntl.h.
    internal static readonly int O_DIRECTORY = IsArm64 ? 0x4000 : 0x10000;
    internal static readonly int O_NOFOLLOW = IsArm64 ? 0x8000 : 0x20000;

    private static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mkdirat(FileDescriptor directory, ReadOnlySpan<byte> path, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int unlinkat(FileDescriptor directory, ReadOnlySpan<byte> path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int linkat(
        FileDescriptor from, ReadOnlySpan<byte> name, FileDescriptor to, ReadOnlySpan<byte> newName, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int renameat2(
        FileDescriptor from, ReadOnlySpan<byte> name, FileDescriptor to, ReadOnlySpan<byte> newName, uint flags);
}
