using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>An open file descriptor; closed when disposed.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    public FileDescriptor()
        : base(-1, ownsHandle: true)
    {
    }

    /// <summary>Takes over an open descriptor.</summary>
    internal static FileDescriptor Own(int number)
    {
        var descriptor = new FileDescriptor();
        descriptor.SetHandle(number);
        return descriptor;
    }

    // The C functions return an int, of which only the lower half of the register is defined: -1 comes as 0xffffffff.
    public override bool IsInvalid => (int)handle < 0;

    /// <summary>The number, for epoll and /proc/self/fd; valid while this is not disposed.</summary>
    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
