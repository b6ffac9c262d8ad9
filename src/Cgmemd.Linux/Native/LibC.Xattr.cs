using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibC
{
    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial nint fgetxattr(FileDescriptor file, ReadOnlySpan<byte> name, byte* value, nint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial nint getxattr(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, byte* value, nint size);
}
