using Cgmemd.Core.Kernel;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux;

/// <summary>The pages of this process's program and libraries.</summary>
/// <remarks>
/// Of what the start touches, the steady state needs a fifth. To drop a page takes it out of the process, not out of
/// the page cache: it is faulted in again when it is needed. Source: madvise(2), MADV_DONTNEED.
/// </remarks>
public static class OwnPages
{
    /// <summary>
    /// Adds the mappings that can be dropped without a loss: of files, not writable and, by the kernel's own account,
    /// without a private copy of any page. False where that account cannot be read.
    /// </summary>
    public static bool TryReadClean(List<(nuint Start, nuint Size)> mappings)
    {
        using FileDescriptor self = LibC.openat(LibC.AT_FDCWD, "/proc/self"u8, LibC.O_PATH | LibC.O_CLOEXEC);
        bool isKnown = !self.IsInvalid
            && ReadBuffer.Read(self, "smaps"u8, out ReadOnlySpan<byte> text) is Errno.None
            && CleanFileMappings.TryParse(text, mappings);
        // Nothing else is as large.
        ReadBuffer.Release();
        return isKnown;
    }

    /// <summary>Drops the pages of such mappings. One that is locked into memory stays.</summary>
    public static void Drop(List<(nuint Start, nuint Size)> mappings)
    {
        foreach ((nuint start, nuint size) in mappings)
            _ = LibC.madvise(start, size, LibC.MADV_DONTNEED);
    }
}
