using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>What the connection to systemd tells the log. The other messages are the daemon's LogMessages.</summary>
internal static partial class BusLog
{
    [LoggerMessage(
        EventId = 50, EventName = "bus-lost", Level = LogLevel.Warning,
        Message = "No word from systemd over D-Bus ({Reason}); trying again until it answers. "
            + "Units that start meanwhile are found then, control groups are watched on.")]
    public static partial void BusLost(this ILogger log, string reason);

    [LoggerMessage(
        EventId = 51, EventName = "bus-connected", Level = LogLevel.Information,
        Message = "systemd answers over D-Bus: {Units} of its units are followed.")]
    public static partial void BusConnected(this ILogger log, int units);
}
