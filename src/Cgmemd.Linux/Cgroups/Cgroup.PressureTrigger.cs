using System.Text.Unicode;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>The PSI trigger: EPOLLPRI when processes stalled on memory for long enough.</summary>
public sealed partial class Cgroup
{
    private FileDescriptor? _pressureTrigger;

    /// <summary>
    /// Arms a trigger on memory.pressure and keeps it; a second call replaces it. At most one event comes per window.
    /// When the cgroup goes away the descriptor polls POLLERR.
    /// </summary>
    /// <param name="stall">How long some process must have stalled within the window.</param>
    /// <param name="window">0.5 to 10 s; without CAP_SYS_RESOURCE a multiple of 2 s.</param>
    /// <param name="descriptor">For epoll with EPOLLPRI, closed with the cgroup; -1 unless Ok.</param>
    /// <returns>NotSupported where PSI is off or cannot be written; Failed with <see cref="LastErrno"/>.</returns>
    /// <remarks>Source: Documentation/accounting/psi.rst, "Monitoring for pressure thresholds".</remarks>
    public ReadStatus TryArmPressure(TimeSpan stall, TimeSpan window, out int descriptor)
    {
        descriptor = -1;
        _pressureTrigger?.Dispose();
        _pressureTrigger = null;
        if (!_isKernel)
            return ReadStatus.NotSupported;
        int flags = LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC;
        FileDescriptor opened = LibC.openat(_directory, "memory.pressure"u8, flags);
        LastErrno = opened.IsInvalid ? Errnos.Last : Arm(opened, stall, window);
        if (LastErrno is Errno.None)
        {
            _pressureTrigger = opened;
            descriptor = opened.Number;
            return ReadStatus.Ok;
        }

        opened.Dispose();
        return LastErrno switch
        {
            Errno.ENOENT => CgroupDirectory.StatusOfMissing(_directory, LastErrno),
            Errno.EROFS or Errno.EACCES or Errno.EPERM => ReadStatus.NotSupported,
            _ => LastErrno.ToReadStatus(),
        };
    }

    // "some 200000 2000000" with its NUL, in microseconds.
    private static unsafe Errno Arm(FileDescriptor file, TimeSpan stall, TimeSpan window)
    {
        Span<byte> text = stackalloc byte[64];
        Utf8.TryWrite(text, $"some {(long)stall.TotalMicroseconds} {(long)window.TotalMicroseconds}\0", out int length);
        fixed (byte* start = text)
            return LibC.pwrite(file, start, length, 0) == length ? Errno.None : Errnos.Last;
    }
}
