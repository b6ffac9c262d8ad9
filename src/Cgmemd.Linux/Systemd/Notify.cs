using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// What the service tells its manager. Where nobody asked for it (no NOTIFY_SOCKET) all of it does nothing, and that
/// a message is lost is never an error of ours.
/// </summary>
/// <remarks>Source: sd_notify(3), sd_watchdog_enabled(3).</remarks>
public static class Notify
{
    /// <summary>How often the watchdog wants to be fed: half of what systemd waits; null without a watchdog.</summary>
    public static TimeSpan? WatchdogInterval =>
        LibSystemd.WatchdogEnabled(0, out ulong usec) > 0 ? TimeSpan.FromMicroseconds(usec / 2) : null;

    /// <summary>The start, or a reload, is complete.</summary>
    public static void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>A reload begins; <see cref="Ready"/> ends it.</summary>
    /// <param name="monotonicUs">CLOCK_MONOTONIC in microseconds.</param>
    public static void Reloading(long monotonicUs) => Send($"RELOADING=1\nMONOTONIC_USEC={monotonicUs}");

    public static void Stopping() => Send("STOPPING=1");

    public static void Watchdog() => Send("WATCHDOG=1");

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static void Send(string state) => _ = LibSystemd.Notify(0, state);
}
