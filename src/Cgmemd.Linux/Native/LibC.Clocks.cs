using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibC
{
    internal const int CLOCK_THREAD_CPUTIME_ID = 3;
    internal const int CLOCK_BOOTTIME = 7;

    /// <summary>A clock in microseconds.</summary>
    internal static long ClockUs(int clock) =>
        clock_gettime(clock, out TimeSpec time) == 0 ? time.Seconds * 1_000_000 + time.Nanoseconds / 1_000 : 0;

    [LibraryImport(Library, SetLastError = true)]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    /// <summary>struct timespec, on 64-bit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
