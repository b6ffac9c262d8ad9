using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Tests.Systemd;

public class JournalLoggerTests
{
    [Fact]
    public void An_event_has_its_id_priority_fields_and_object()
    {
        List<string> fields = Fill(
            LogLevel.Warning, new EventId(10, "alert-firing"), "api.service: 81 % of its limit",
            new("Unit", "api.service"), new("Value", 123UL), new("Limit", null), new("text", "no field"),
            new("{OriginalFormat}", "{Unit}: {Text}"));

        Assert.Equal(
            [
                "MESSAGE=api.service: 81 % of its limit", "PRIORITY=4", "SYSLOG_IDENTIFIER=cgmemd",
                $"MESSAGE_ID={MessageIds.Find("alert-firing")!.Value.Id}", "CGMEMD_EVENT=alert-firing",
                "CGMEMD_UNIT=api.service", "OBJECT_SYSTEMD_UNIT=api.service", "CGMEMD_VALUE=123",
            ],
            fields);
    }

    [Fact]
    public void A_control_group_that_is_no_unit_has_no_object() =>
        Assert.DoesNotContain(
            Fill(
                LogLevel.Information, new EventId(1, "usage"), "text",
                new KeyValuePair<string, object?>("unit", "/a/b.c")),
            field => field.StartsWith("OBJECT_", StringComparison.Ordinal));

    [Fact]
    public void A_message_that_is_no_event_has_the_priority_of_its_level() =>
        Assert.Equal(["MESSAGE=x", "PRIORITY=3", "SYSLOG_IDENTIFIER=cgmemd"], Fill(LogLevel.Error, default, "x"));

    [Theory]
    [InlineData("8:51234", "socket:[51234]", true)]
    [InlineData("8:51234", "socket:[99]", false)]
    [InlineData("8:51234", "/dev/pts/0", false)]
    [InlineData("51234", "socket:[51234]", false)]
    [InlineData(null, "socket:[51234]", false)]
    [InlineData("8:51234", null, false)]
    public void The_journal_is_the_target_only_where_standard_error_goes_there(
        string? stream, string? link, bool journal) => Assert.Equal(journal, LogTarget.IsJournal(stream, link));

    [Fact]
    public void The_console_shows_time_level_and_message()
    {
        var output = new StringWriter();
        ILogger log = new ConsoleLogger(output, new NoonUtc());
        log.BusLost("gone");
        log.BusConnected(7);

        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.StartsWith("12:00:00 warning: No word from systemd", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("12:00:00 systemd answers", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Logging_without_a_journald_is_no_error() => new JournalLogger().BusConnected(1);

    private static List<string> Fill(
        LogLevel level, EventId id, string message, params KeyValuePair<string, object?>[] arguments)
    {
        var fields = new JournalFields();
        JournalLogger.Fill(fields, level, id, arguments, exception: null, message);
        return JournalFieldsTests.TextOf(fields);
    }

    private sealed class NoonUtc : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    }
}
