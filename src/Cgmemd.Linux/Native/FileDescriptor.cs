using Microsoft.Win32.SafeHandles;

namespace Cgmemd.Linux.Native;

/// <summary>An open file descriptor; closed when disposed.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <summary>The number, for epoll and /proc/self/fd; valid while this is not disposed.</summary>
    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
