using System.CommandLine;
using Cgmemd.Control.Memory;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl diff UNIT T1 T2</c>: how the memory of a unit changed, and what made it.</summary>
internal static class DiffCommand
{
    private const string NowWord = "now";

    internal static Command Create(Func<ParseResult, Session> session)
    {
        Argument<string> unit = UnitName.Argument();
        var times = new Argument<string[]>("TIME")
        {
            Description = "From when to when: \"2h ago\", 10:00, yesterday, @EPOCH, now, or the text of a mark; " +
                "the second is now unless told otherwise",
            Arity = new ArgumentArity(1, 2),
        };
        Option<string?> from = HistorySource.From();
        var command = new Command("diff", "Show how the memory of a unit changed between two times")
        {
            unit, times, from,
        };
        command.SetAction(parsed => Run(
            session(parsed), UnitName.Full(parsed.GetValue(unit)!), parsed.GetValue(times)!, parsed.GetValue(from)));
        return command;
    }

    private static int Run(Session session, string unit, string[] times, string? from) =>
        HistorySource.Read(session, from, source =>
        {
            string until = times.Length > 1 ? times[1] : NowWord;
            if (Time(session, source, unit, times[0]) is not { } fromUs
                || Time(session, source, unit, until) is not { } toUs)
                return ExitCode.Usage;
            if (toUs <= fromUs)
                return session.Fail(ExitCode.Usage, "the second time is not after the first");
            UnitState? after = until == NowWord && !source.IsSnapshot
                ? UnitState.Now(session, source.Reader, unit, source.NowUs)
                : null;
            after ??= UnitState.Then(source.Reader, unit, toUs);
            if (after is null || UnitState.Then(source.Reader, unit, fromUs) is not { } before)
                return UnitName.Unknown(session, source, unit);

            UnitDiff diff = DiffBuilder.Build(unit, before, after);
            if (session.WantsJson)
                session.WriteJson(diff, HistoryJson.Default.UnitDiff);
            else
                new DiffSheet(session, diff).Print(fromUs, toUs);
            return ExitCode.Success;
        });

    // A time, or the last mark of that text. Null, and the reason is said, where it is neither.
    private static long? Time(Session session, HistorySource source, string unit, string text)
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddMicroseconds(source.NowUs);
        if (TimestampText.TryParse(text, now, session.Terminal.Clock.LocalTimeZone, out DateTimeOffset time))
            return (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        long? markedUs = null;
        foreach (Mark mark in source.Reader.Marks(UnitChoice.Named(unit), HistoryRange.All))
        {
            if (mark.Text == text)
                markedUs = mark.Time.RealtimeUs;
        }

        if (markedUs is null)
            session.Fail(ExitCode.Usage, $"neither a time nor a mark: \"{text}\"; see systemd.time(7)");
        return markedUs;
    }
}
