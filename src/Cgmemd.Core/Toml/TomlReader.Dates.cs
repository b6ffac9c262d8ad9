using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>Dates and times, by RFC 3339.</summary>
public sealed partial class TomlReader
{
    // offset-date-time = full-date time-delim full-time, and its parts on their own
    private static TomlDateTime? ParseDateTime(SourcePosition position, ReadOnlySpan<char> word)
    {
        if (ParseTime(word, out TimeSpan time) is { IsEmpty: true })
            return new TomlDateTime(position, TomlDateTimeForm.LocalTime, new DateTime(time.Ticks), default);
        if (word.Length < 10 || !TryParseDate(word[..10], out DateTime date))
            return null;
        ReadOnlySpan<char> rest = word[10..];
        if (rest.IsEmpty)
            return new TomlDateTime(position, TomlDateTimeForm.LocalDate, date, default);
        if (rest[0] is not ('T' or 't' or ' '))
            return null;
        ReadOnlySpan<char> zone = ParseTime(rest[1..], out time);
        if (time < TimeSpan.Zero)
            return null;
        if (zone.IsEmpty)
            return new TomlDateTime(position, TomlDateTimeForm.LocalDateTime, date + time, default);
        return TryParseOffset(zone, out TimeSpan offset)
            ? new TomlDateTime(position, TomlDateTimeForm.Offset, date + time, offset)
            : null;
    }

    // full-date = date-fullyear "-" date-month "-" date-mday
    private static bool TryParseDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text[4] != '-' || text[7] != '-')
            return false;
        int year = TwoDigits(text[..2]) * 100 + TwoDigits(text[2..4]);
        int month = TwoDigits(text[5..7]), day = TwoDigits(text[8..10]);
        if (TwoDigits(text[..2]) < 0 || TwoDigits(text[2..4]) < 0 || year < 1 || month is < 1 or > 12
            || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateTime(year, month, day);
        return true;
    }

    // partial-time = time-hour ":" time-minute ":" time-second [ time-secfrac ]
    // What follows the time; the time is negative where there is none.
    private static ReadOnlySpan<char> ParseTime(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = TimeSpan.MinValue;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':')
            return text;
        int hour = TwoDigits(text[..2]), minute = TwoDigits(text[3..5]), second = TwoDigits(text[6..8]);
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return text;
        ReadOnlySpan<char> rest = text[8..];
        long ticks = 0;
        if (rest is ['.', ..])
        {
            int digits = 0;
            for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..])
            {
                if (digits++ < 7)
                    ticks = ticks * 10 + (rest[0] - '0');
            }

            if (digits == 0)
                return text;
            for (; digits < 7; digits++)
                ticks *= 10;
        }

        time = new TimeSpan(hour, minute, second) + TimeSpan.FromTicks(ticks);
        return rest;
    }

    // time-offset = "Z" / ( "+" / "-" ) time-hour ":" time-minute
    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z")
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':')
            return false;
        int hours = TwoDigits(text[1..3]), minutes = TwoDigits(text[4..6]);
        if (hours is < 0 or > 23 || minutes is < 0 or > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    // The number of two digits, or -1.
    private static int TwoDigits(ReadOnlySpan<char> text) =>
        char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}
