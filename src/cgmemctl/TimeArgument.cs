using System.CommandLine;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary>The options that name a point in time, and how their words are read.</summary>
internal static class TimeArgument
{
    private const string Words = "\"2026-11-21 10:00\", 10:00, yesterday, -2h, \"3m ago\", @EPOCH";

    internal static Option<string?> Since() => Option("--since", "-S", $"Not before: {Words}");

    internal static Option<string?> Until() => Option("--until", "-U", "Only before this time");

    internal static Option<string?> At() => Option("--at", null, $"As it was at this time: {Words}");

    /// <summary>
    /// Reads a time relative to <paramref name="nowUs"/>, which of a snapshot is when it was taken. Nothing in, nothing
    /// out. False, and the reason is said, where it is none.
    /// </summary>
    internal static bool TryRead(Session session, string option, string? text, long nowUs, out long? timeUs)
    {
        timeUs = null;
        if (text is null)
            return true;
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddMicroseconds(nowUs);
        if (!TimestampText.TryParse(text, now, session.Terminal.Clock.LocalTimeZone, out DateTimeOffset time))
        {
            session.Fail(ExitCode.Usage, $"{option}: not a time: \"{text}\"; see systemd.time(7)");
            return false;
        }

        timeUs = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    private static Option<string?> Option(string name, string? letter, string description) =>
        new(name, letter is null ? [] : [letter]) { Description = description, HelpName = "TIME" };
}
