using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cgmemd.Core.Units;

/// <summary>
/// Time spans in systemd's syntax: <c>5s</c>, <c>1h 30min</c>, <c>1.5h</c>, <c>infinity</c>; <c>m</c> is minutes and
/// <c>M</c> months. Unlike systemd, which takes a number alone for seconds, a unit must stand by every number but 0.
/// </summary>
/// <remarks>Source: systemd.time(7) "Parsing Time Spans"; format_timespan() in systemd's time-util.c.</remarks>
public static class TimeSpanText
{
    /// <summary>What <c>infinity</c> is parsed to.</summary>
    public static readonly TimeSpan Infinity = TimeSpan.MaxValue;

    private const long Microsecond = TimeSpan.TicksPerMicrosecond;
    private const long Second = TimeSpan.TicksPerSecond;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> BehindUnit = SearchValues.Create(" 0123456789.");

    // A month is 30.44 days and a year 365.25, as in systemd.time(7).
    private static readonly (long Ticks, string[] Names)[] Units =
    [
        (31_557_600 * Second, ["y", "year", "years"]),
        (2_629_800 * Second, ["month", "months", "M"]),
        (7 * TimeSpan.TicksPerDay, ["w", "week", "weeks"]),
        (TimeSpan.TicksPerDay, ["d", "day", "days"]),
        (TimeSpan.TicksPerHour, ["h", "hr", "hour", "hours"]),
        (TimeSpan.TicksPerMinute, ["min", "m", "minute", "minutes"]),
        (Second, ["s", "sec", "second", "seconds"]),
        (TimeSpan.TicksPerMillisecond, ["ms", "msec"]),
        (Microsecond, ["us", "usec", "µs", "μs"]),
    ];

    /// <summary>Parses a time span, to the microsecond; false where it is none or too long for a TimeSpan.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan span)
    {
        span = default;
        text = text.Trim(' ');
        if (text is "infinity" or "0")
        {
            span = text is "0" ? TimeSpan.Zero : Infinity;
            return true;
        }

        decimal ticks = 0;
        do
        {
            if (!TryReadNumber(ref text, out decimal number) || !TryReadUnit(ref text, out long unit)
                || number > long.MaxValue / unit)
                return false;
            ticks += decimal.Truncate(number * (unit / Microsecond)) * Microsecond;
            if (ticks >= long.MaxValue)
                return false;
        }
        while (!text.IsEmpty);

        span = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>
    /// As systemd shows it, in its shortest unit names from large to small: <c>1h 30min</c>; below a second in whole
    /// ms and us; below a microsecond it is cut off.
    /// </summary>
    public static string Format(TimeSpan span)
    {
        if (span == Infinity)
            return "infinity";
        StringBuilder text = new();
        long ticks = Math.Max(0, span.Ticks);
        foreach (var (unit, names) in Units)
        {
            if (ticks < unit)
                continue;
            text.Append(text.Length > 0 ? " " : "")
                .Append(CultureInfo.InvariantCulture, $"{ticks / unit}{names[0]}");
            ticks %= unit;
        }

        return text.Length > 0 ? text.ToString() : "0";
    }

    /// <summary>The same, but whole days as days, as one thinks of how long something is kept: <c>730d</c>.</summary>
    public static string FormatDays(TimeSpan span) =>
        span.Ticks > 0 && span.Ticks % TimeSpan.TicksPerDay == 0 && span != Infinity
            ? string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / TimeSpan.TicksPerDay}d")
            : Format(span);

    private static bool TryReadNumber(ref ReadOnlySpan<char> text, out decimal number)
    {
        int length = text.IndexOfAnyExcept(Digits);
        number = 0;
        if (length <= 0)
            return false;
        ReadOnlySpan<char> digits = text[..length];
        text = text[length..].TrimStart(' ');
        return char.IsAsciiDigit(digits[^1])
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryReadUnit(ref ReadOnlySpan<char> text, out long ticks)
    {
        int length = text.IndexOfAny(BehindUnit);
        ReadOnlySpan<char> name = length < 0 ? text : text[..length];
        text = text[name.Length..].TrimStart(' ');
        foreach (var (unit, names) in Units)
        {
            ticks = unit;
            foreach (string known in names)
            {
                if (name.SequenceEqual(known))
                    return true;
            }
        }

        ticks = 0;
        return false;
    }
}
