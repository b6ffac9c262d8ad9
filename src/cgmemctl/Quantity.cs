using System.Globalization;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary>Numbers as a person reads them. What is absent is a dash, for it is not zero.</summary>
internal static class Quantity
{
    internal const string Absent = "-";

    /// <summary>Bytes: <c>1.2G</c>.</summary>
    internal static string Bytes(ulong? bytes) => bytes is { } value ? ByteSize.ToHuman(value) : Absent;

    /// <summary>A rule's value: <c>1.2G</c>, <c>3</c>, <c>12.5%</c>, <c>9min</c>.</summary>
    internal static string Of(string? unit, ulong? value) =>
        value is { } known ? ValueText.Human(ValueText.Parse(unit), known) : Absent;

    /// <summary>Bytes per second with their sign: <c>+1.2M/s</c>.</summary>
    internal static string Rate(long? rate) => rate switch
    {
        null => Absent,
        0 => "0B/s",
        > 0 and var grows => $"+{ByteSize.ToHuman((ulong)grows)}/s",
        var shrinks => $"-{ByteSize.ToHuman((ulong)-(shrinks.Value + 1) + 1)}/s",
    };

    /// <summary>Bytes that may be fewer than none: <c>1.2G</c>, <c>-1.2G</c>.</summary>
    internal static string Signed(long bytes) =>
        (bytes < 0 ? "-" : "") + ByteSize.ToHuman(bytes < 0 ? (ulong)-(bytes + 1) + 1 : (ulong)bytes);

    /// <summary>How bytes changed: <c>+1.2G</c>, <c>-1.2G</c>, <c>0B</c>.</summary>
    internal static string Change(long bytes) => (bytes > 0 ? "+" : "") + Signed(bytes);

    /// <summary>A share of a limit: <c>80.5%</c>; nothing of no limit.</summary>
    internal static string Share(ulong? value, ulong? limit) =>
        Ratio(value, limit) is { } ratio ? ratio.ToString("0.0", CultureInfo.InvariantCulture) + "%" : Absent;

    /// <summary>A share of a limit in percent.</summary>
    internal static double? Ratio(ulong? value, ulong? limit) =>
        value is { } v && limit is { } l and > 0 ? 100.0 * v / l : null;

    /// <summary>PSI's hundredths of a percent: <c>0.12%</c>.</summary>
    internal static string Pressure(ulong? hundredths) => hundredths is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 100}.{value % 100:00}%")
        : Absent;

    /// <summary>A time span in its two largest units: <c>2h 5min</c>, <c>1.234ms</c> below a second.</summary>
    internal static string Span(long usec)
    {
        TimeSpan span = TimeSpan.FromMicroseconds(Math.Abs(usec));
        CultureInfo plain = CultureInfo.InvariantCulture;
        return span switch
        {
            { TotalMilliseconds: < 1 } => string.Create(plain, $"{span.TotalMicroseconds:0}us"),
            { TotalSeconds: < 1 } => string.Create(plain, $"{span.TotalMilliseconds:0.###}ms"),
            { TotalSeconds: < 10 } => string.Create(plain, $"{Math.Floor(span.TotalSeconds * 10) / 10:0.#}s"),
            { TotalMinutes: < 1 } => string.Create(plain, $"{span.Seconds}s"),
            { TotalHours: < 1 } => Pair(span.Minutes, "min", span.Seconds, "s"),
            { TotalDays: < 1 } => Pair(span.Hours, "h", span.Minutes, "min"),
            _ => Pair(span.Days, span.Days == 1 ? " day" : " days", span.Hours, "h"),
        };
    }

    /// <summary>So many of a thing: <c>1 unit</c>, <c>2 units</c>.</summary>
    internal static string Count(int count, string noun, string plural = "s") =>
        $"{count} {noun}{(count == 1 ? "" : plural)}";

    /// <summary>Where a time lies from another: <c>5min before</c>, <c>2s after</c>, <c>at</c>.</summary>
    internal static string Distance(long usec, long fromUs) => Math.Abs(usec - fromUs) < 1_000_000 ? "at"
        : $"{Span(usec - fromUs)} {(usec < fromUs ? "before" : "after")}";

    /// <summary>A point in time as systemctl tells it: <c>Sat 2026-11-21 09:12:03 UTC; 2h 5min ago</c>.</summary>
    internal static string Since(long usec, Session session, long? nowUs = null) =>
        $"{Time(usec, session)}; {Span((nowUs ?? NowUsec(session)) - usec)} ago";

    /// <summary>A point in time: <c>Sat 2026-11-21 09:12:03 UTC</c>.</summary>
    internal static string Time(long usec, Session session) => Time(usec, session.Terminal.Clock.LocalTimeZone);

    /// <summary>The same in a time zone.</summary>
    internal static string Time(long usec, TimeZoneInfo zone)
    {
        DateTimeOffset local = Local(usec, zone);
        string abbreviation = zone is { BaseUtcOffset.Ticks: 0, SupportsDaylightSavingTime: false }
            ? "UTC"
            : local.ToString("zzz", CultureInfo.InvariantCulture);
        return local.ToString("ddd yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + abbreviation;
    }

    /// <summary>A point in time as journalctl tells it: <c>Nov 21 09:12:03</c>.</summary>
    internal static string ShortTime(long usec, Session session) =>
        ShortTime(usec, session.Terminal.Clock.LocalTimeZone);

    /// <summary>The same in a time zone.</summary>
    internal static string ShortTime(long usec, TimeZoneInfo zone) =>
        Local(usec, zone).ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The day: <c>2026-11-21</c>.</summary>
    internal static string Date(long usec, Session session) => Text(usec, session, "yyyy-MM-dd");

    /// <summary>A point in time in a format of .NET's.</summary>
    internal static string Text(long usec, Session session, string format) =>
        Local(usec, session.Terminal.Clock.LocalTimeZone).ToString(format, CultureInfo.InvariantCulture);

    internal static long NowUsec(Session session) => (session.Now - DateTimeOffset.UnixEpoch).Ticks / 10;

    private static DateTimeOffset Local(long usec, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddMicroseconds(usec), zone);

    private static string Pair(int large, string largeUnit, int small, string smallUnit) =>
        $"{large}{largeUnit}{(small == 0 ? "" : $" {small}{smallUnit}")}";
}
