using System.CommandLine;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl events</c>: what happened, from the history, or the last of it from the daemon.</summary>
internal static class EventsCommand
{
    // As journalctl -f has it.
    private const int BeforeFollowing = 10;

    internal static Command Create(Func<ParseResult, Session> session)
    {
        var lines = new Option<int?>("--lines", "-n") { Description = "At most so many, the newest", HelpName = "N" }
            .OfCount();
        var unit = new Option<string?>("--unit", "-u") { Description = "Only of units that match", HelpName = "GLOB" };
        var kind = new Option<string?>("--event", "-e")
        {
            Description = "Only of this kind, such as oom-kill or alert-firing",
            HelpName = "EVENT",
        };
        var reverse = new Option<bool>("--reverse", "-r") { Description = "Newest first" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens, until Ctrl-C" };
        var range = new RangeOptions();
        var command = new Command("events", "Show alerts, OOM kills, captures, starts and stops")
        {
            lines, unit, kind, reverse, follow,
        };
        range.AddTo(command);
        command.SetAction(parsed => Run(session(parsed), parsed, range, new Wish(
            parsed.GetValue(lines), parsed.GetValue(unit), parsed.GetValue(kind), parsed.GetValue(reverse),
            parsed.GetValue(follow))));
        return command;
    }

    /// <summary>The table; <c>show</c> ends with one too.</summary>
    internal static Table ToTable(Session session, IEnumerable<EventRecord> events, bool units = true)
    {
        Table table = new Table().Left("TIME").Left("EVENT");
        if (units)
            table.Left("UNIT");
        table.Left("MESSAGE");
        foreach (EventRecord record in events)
        {
            string time = Quantity.ShortTime(record.TimeUsec, session);
            Cell kind = new(record.Event, Tone(session.Terminal, record.Event));
            if (units)
                table.Add(time, kind, record.Unit ?? Quantity.Absent, record.Message);
            else
                table.Add(time, kind, record.Message);
        }

        return table;
    }

    /// <summary>How an event is set off.</summary>
    internal static Func<string, string>? Tone(Terminal terminal, string kind) => kind switch
    {
        "alert-firing" or "alert-escalated" or "alert-repeated" or "oom-kill" or "capture-failed" => terminal.Red,
        "alert-resolved" => terminal.Green,
        _ => null,
    };

    private static int Run(Session session, ParseResult parsed, RangeOptions options, Wish wish)
    {
        string? from = options.From(parsed);
        if (wish.Follow && (wish.Reverse || from is not null))
            return session.Fail(ExitCode.Usage, "--follow goes with neither --reverse nor --from");
        using var progress = new ProgressBar(session.Terminal, "Reading", session.Quiet);
        try
        {
            using HistorySource source = HistorySource.Open(session, from, progress);
            if (!options.TryRead(session, parsed, source.NowUs, out HistoryRange range))
                return ExitCode.Usage;
            if (wish.Follow)
                wish = wish with { Lines = wish.Lines ?? (range.SinceUs > 0 ? null : BeforeFollowing) };
            IReadOnlyList<EventRecord> events = Read(source.Reader, range, wish, wish.Lines);
            progress.Dispose();
            return wish.Follow
                ? new EventFollower(session, range, wish).Run(events)
                : Show(session, events, wish);
        }
        catch (HistoryException e) when (from is not null || wish.Follow)
        {
            progress.Dispose();
            return HistorySource.Fail(session, e, from is not null);
        }
        catch (HistoryException e)
        {
            progress.Dispose();
            if (!options.TryRead(session, parsed, Quantity.NowUsec(session), out HistoryRange range))
                return ExitCode.Usage;
            return AskDaemon(session, range, wish, e);
        }
    }

    private static IReadOnlyList<EventRecord> Read(HistoryReader reader, HistoryRange range, Wish wish, int? limit) =>
        reader.Events(Query(reader, range, wish) with { Limit = limit });

    /// <summary>Which of a history's events are wanted.</summary>
    internal static EventQuery Query(HistoryReader reader, HistoryRange range, Wish wish) =>
        new(range, wish.Unit is null ? null : reader.Choose(wish.Unit), wish.Kind);

    private static int AskDaemon(Session session, HistoryRange range, Wish wish, HistoryException e) => session.Ask(
        DaemonInterface.ListEvents,
        new ListEventsCall(SinceUsec: range.SinceUs, Unit: wish.Unit),
        VarlinkJson.Default.ListEventsCall,
        ReplyJson.Default.ListEventsReply,
        reply =>
        {
            session.Say($"cgmemctl: {e.Message}: these are the latest that the daemon holds in memory");
            IEnumerable<EventRecord> events = reply.Events.Where(
                record => range.Contains(record.TimeUsec) && (wish.Kind ?? record.Event) == record.Event);
            return Show(session, [.. events.TakeLast(wish.Lines ?? int.MaxValue)], wish);
        });

    private static int Show(Session session, IReadOnlyList<EventRecord> events, Wish wish)
    {
        EventRecord[] ordered = [.. wish.Reverse ? events.Reverse() : events];
        if (session.WantsJson)
            session.WriteJson(ordered, ReplyJson.Default.EventRecordArray);
        else if (ordered.Length == 0)
            session.Say("No events. Older ones may be in the journal: journalctl -u cgmemd");
        else
            ToTable(session, ordered).WriteTo(session.Terminal with { Width = null }, session.Legend);
        return ExitCode.Success;
    }

    /// <summary>Which events are wanted, and how.</summary>
    internal sealed record Wish(int? Lines, string? Unit, string? Kind, bool Reverse, bool Follow);
}
