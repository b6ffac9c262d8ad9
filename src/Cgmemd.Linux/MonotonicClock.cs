using Cgmemd.Linux.Native;

namespace Cgmemd.Linux;

/// <summary>The clocks of the daemon: two out of one <see cref="TimeProvider"/>, and what no such has.</summary>
public static class MonotonicClock
{
    /// <summary>CLOCK_MONOTONIC in microseconds: what .NET's timestamps are on Linux, and systemd's timeouts.</summary>
    public static long NowUs(this TimeProvider time) =>
        (long)((Int128)time.GetTimestamp() * 1_000_000 / time.TimestampFrequency);

    /// <summary>CLOCK_REALTIME in microseconds since 1970, as journald and systemd count.</summary>
    public static long RealtimeUs(this TimeProvider time) =>
        (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>CLOCK_BOOTTIME in microseconds: what the start times of processes are on.</summary>
    public static long BoottimeUs => LibC.ClockUs(LibC.CLOCK_BOOTTIME);

    /// <summary>CPU time of the calling thread in microseconds.</summary>
    public static long ThreadCpuUs => LibC.ClockUs(LibC.CLOCK_THREAD_CPUTIME_ID);
}
