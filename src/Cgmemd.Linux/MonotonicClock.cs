namespace Cgmemd.Linux;

/// <summary>The two clocks of the daemon, out of one <see cref="TimeProvider"/>.</summary>
public static class MonotonicClock
{
    /// <summary>CLOCK_MONOTONIC in microseconds: what .NET's timestamps are on Linux, and systemd's timeouts.</summary>
    public static long NowUs(this TimeProvider time) =>
        (long)((Int128)time.GetTimestamp() * 1_000_000 / time.TimestampFrequency);

    /// <summary>CLOCK_REALTIME in microseconds since 1970, as journald and systemd count.</summary>
    public static long RealtimeUs(this TimeProvider time) =>
        (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
