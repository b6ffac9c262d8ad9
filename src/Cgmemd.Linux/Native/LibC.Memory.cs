using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibC
{
    internal const int MADV_DONTNEED = 4;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int madvise(nuint address, nuint length, int advice);
}
