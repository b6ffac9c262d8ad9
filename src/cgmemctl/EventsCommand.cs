using System.CommandLine;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl events</c>: what happened, as the journal has it too.</summary>
internal static class EventsCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var lines = new Option<int?>("--lines", "-n") { Description = "At most so many, the newest", HelpName = "N" }
            .OfCount();
        var unit = new Option<string?>("--unit", "-u") { Description = "Only of units that match", HelpName = "GLOB" };
        var since = new Option<string?>("--since", "-S")
        {
            Description = "Not older: \"2026-11-21 10:00\", today, -2h, \"2 days ago\", @EPOCH",
            HelpName = "TIME",
        };
        var reverse = new Option<bool>("--reverse", "-r") { Description = "Newest first" };
        var command = new Command("events", "Show alerts, OOM kills, captures, starts and stops")
        {
            lines, unit, since, reverse,
        };
        command.SetAction(parsed => Run(
            session(parsed), parsed.GetValue(lines), parsed.GetValue(unit), parsed.GetValue(since),
            parsed.GetValue(reverse)));
        return command;
    }

    internal static int Run(Session session, int? lines, string? unit, string? since, bool reverse)
    {
        long? sinceUsec = null;
        if (since is not null)
        {
            if (!TimestampText.TryParse(since, session.Now, session.Terminal.Clock.LocalTimeZone, out var time))
                return session.Fail(ExitCode.Usage, $"--since: not a time: \"{since}\"; see systemd.time(7)");
            sinceUsec = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }

        return session.Ask(
            DaemonInterface.ListEvents,
            new ListEventsCall(lines, sinceUsec, unit),
            VarlinkJson.Default.ListEventsCall,
            VarlinkJson.Default.ListEventsReply,
            reply =>
            {
                EventRecord[] events = [.. reverse ? reply.Events.Reverse() : reply.Events];
                if (session.WantsJson)
                    session.WriteJson(events, VarlinkJson.Default.EventRecordArray);
                else
                    Print(session, events);
                return ExitCode.Success;
            });
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

    private static void Print(Session session, EventRecord[] events)
    {
        if (events.Length == 0)
        {
            session.Say("No events. Older ones are in the journal: journalctl -u cgmemd");
            return;
        }

        Terminal unlimited = session.Terminal with { Width = null };
        ToTable(session, events).WriteTo(unlimited, session.Legend);
    }

    private static Func<string, string>? Tone(Terminal terminal, string kind) => kind switch
    {
        "alert-firing" or "oom-kill" or "capture-failed" => terminal.Red,
        "alert-resolved" => terminal.Green,
        _ => null,
    };
}
