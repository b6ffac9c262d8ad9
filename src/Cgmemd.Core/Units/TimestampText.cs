using System.Globalization;

namespace Cgmemd.Core.Units;

/// <summary>
/// Points in time as systemd takes them: <c>2026-11-21 10:00</c>, <c>10:00</c>, <c>now</c>, <c>today</c>,
/// <c>yesterday</c>, <c>tomorrow</c>, <c>-2h</c>, <c>+30min</c>, <c>2 days ago</c>, <c>1h left</c>, <c>@1795000000</c>.
/// A weekday may come first and must be the right one; <c>UTC</c> or <c>Z</c> may come last.
/// </summary>
/// <remarks>
/// Source: systemd.time(7), "Parsing timestamps". Not taken: other time zones by name, and spans without a unit.
/// </remarks>
public static class TimestampText
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "yy-MM-dd"];
    private static readonly string[] Times = ["H:mm:ss.FFFFFF", "H:mm:ss", "H:mm"];

    /// <summary>Reads a point in time, relative to now and in a time zone unless it says UTC.</summary>
    public static bool TryParse(string text, DateTimeOffset now, TimeZoneInfo zone, out DateTimeOffset time)
    {
        text = text.Trim();
        time = default;
        return text.Length > 0 && (TryParseRelative(text, now, out time) || TryParseEpoch(text, out time)
            || TryParseCalendar(text, now, zone, out time));
    }

    private static bool TryParseRelative(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = now;
        if (text == "now")
            return true;
        (string span, int sign) = text switch
        {
            ['+', .. var rest] => (rest, 1),
            ['-', .. var rest] => (rest, -1),
            _ when text.EndsWith(" ago", StringComparison.Ordinal) => (text[..^4], -1),
            _ when text.EndsWith(" left", StringComparison.Ordinal) => (text[..^5], 1),
            _ => ("", 0),
        };
        return sign != 0 && TimeSpanText.TryParse(span, out TimeSpan value)
            && TryAdd(now, sign > 0 ? value : -value, out time);
    }

    // "@1395716396": seconds since the epoch, with or without a fraction.
    private static bool TryParseEpoch(string text, out DateTimeOffset time)
    {
        time = default;
        return text.StartsWith('@')
            && decimal.TryParse(
                text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds <= 253_402_300_799
            && TryAdd(DateTimeOffset.UnixEpoch, TimeSpan.FromMicroseconds((long)(seconds * 1_000_000)), out time);
    }

    private static bool TryParseCalendar(string text, DateTimeOffset now, TimeZoneInfo zone, out DateTimeOffset time)
    {
        time = default;
        if (TryCut(ref text, " UTC") || (text is [.., >= '0' and <= '9', 'Z'] && TryCut(ref text, "Z")))
            zone = TimeZoneInfo.Utc;
        DateTime today = TimeZoneInfo.ConvertTime(now, zone).Date;
        DayOfWeek? weekday = CutWeekday(ref text);

        DateTime? date = text switch
        {
            "today" => today,
            "yesterday" => today.AddDays(-1),
            "tomorrow" => today.AddDays(1),
            _ => ParseDateTime(text, today),
        };
        if (date is not { } local || (weekday is not null && weekday != local.DayOfWeek))
            return false;

        // In the hour the clocks leap over, systemd too takes the offset that was: mktime(3).
        time = new DateTimeOffset(local, zone.GetUtcOffset(local));
        return true;
    }

    private static DateTime? ParseDateTime(string text, DateTime today)
    {
        int split = text.IndexOfAny([' ', 'T']);
        string date = split < 0 ? text : text[..split], clock = split < 0 ? "" : text[(split + 1)..].TrimStart();
        if (split < 0 && text.Contains(':'))
            (date, clock) = ("", text);

        DateTime day = today;
        if (date.Length > 0 && !DateTime.TryParseExact(date, Dates, null, DateTimeStyles.None, out day))
            return null;
        if (clock.Length == 0)
            return split < 0 ? day : null;
        return TimeOnly.TryParseExact(clock, Times, null, DateTimeStyles.None, out TimeOnly time)
            ? day + time.ToTimeSpan()
            : null;
    }

    // "Fri" or "Friday", then a space; in any case.
    private static DayOfWeek? CutWeekday(ref string text)
    {
        int space = text.IndexOf(' ');
        if (space <= 0)
            return null;
        for (DayOfWeek day = DayOfWeek.Sunday; day <= DayOfWeek.Saturday; day++)
        {
            string name = day.ToString(), word = text[..space];
            if (!word.Equals(name, StringComparison.OrdinalIgnoreCase)
                && !word.Equals(name[..3], StringComparison.OrdinalIgnoreCase))
                continue;
            text = text[space..].TrimStart();
            return day;
        }

        return null;
    }

    private static bool TryCut(ref string text, string ending)
    {
        if (!text.EndsWith(ending, StringComparison.Ordinal))
            return false;
        text = text[..^ending.Length];
        return true;
    }

    private static bool TryAdd(DateTimeOffset from, TimeSpan span, out DateTimeOffset sum)
    {
        bool fits = span < DateTimeOffset.MaxValue - from && span > DateTimeOffset.MinValue - from;
        sum = fits ? from + span : default;
        return fits;
    }
}
