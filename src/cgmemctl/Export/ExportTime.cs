using System.Globalization;

namespace Cgmemd.Control.Export;

/// <summary>Points in time as other programs read them.</summary>
internal static class ExportTime
{
    /// <summary>RFC 3339 in UTC, to the microsecond: <c>2026-11-21T10:00:00.000000Z</c>.</summary>
    internal static string Text(long realtimeUs) => DateTimeOffset.UnixEpoch.AddMicroseconds(realtimeUs)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>OpenMetrics' seconds since the epoch: <c>1795255200.125000</c>.</summary>
    internal static string Seconds(long realtimeUs) =>
        string.Create(CultureInfo.InvariantCulture, $"{realtimeUs / 1_000_000}.{realtimeUs % 1_000_000:000000}");
}
