using System.CommandLine;
using Cgmemd.Control.Memory;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl show UNIT…</c>: all about a unit on one screen, as it is or as it was.</summary>
internal static class ShowCommand
{
    private const int Events = 5;

    internal static Command Create(Func<ParseResult, Session> session)
    {
        var units = new Argument<string[]>("UNIT")
        {
            Description = "A unit, \".service\" may be left out, or a cgroup path from its slash on",
            Arity = ArgumentArity.OneOrMore,
        }.RefusingOptions();
        var memory = new Option<bool>("--memory")
        {
            Description = "What the memory is for: by category, name and process, and how the sums go together",
        };
        var record = new Option<bool>("--record")
        {
            Description = "With --memory: put it into the history as well",
        };
        Option<string?> at = TimeArgument.At(), around = AroundOption.Create(), from = HistorySource.From();
        var command = new Command("show", "Show a unit: memory, limits, processes, alerts, latest events")
        {
            units, memory, record, at, around, from,
        };
        command.SetAction(parsed => Run(
            session(parsed), [.. parsed.GetValue(units)!.Select(UnitName.Full)], parsed.GetValue(memory),
            parsed.GetValue(record), parsed.GetValue(at), parsed.GetValue(around), parsed.GetValue(from)));
        return command;
    }

    private static int Run(
        Session session, string[] units, bool memory, bool record, string? at, string? around, string? from)
    {
        bool isNow = at is null && around is null && from is null;
        if (record && (!memory || !isNow))
            return session.Fail(ExitCode.Usage, "--record is for --memory as it is now");
        if (at is not null && around is not null)
            return session.Fail(ExitCode.Usage, "--at and --around exclude each other");
        if (!AroundOption.TryRead(session, around, out Moment? moment))
            return ExitCode.Usage;
        if (isNow)
        {
            return Each(session, units, unit => memory
                ? MemoryView.ShowNow(session, unit, record)
                : ShowNow(session, unit));
        }

        return HistorySource.Read(session, from, source =>
            TimeArgument.TryRead(session, "--at", at, source.NowUs, out long? atUs)
                ? Each(session, units, unit => memory
                    ? MemoryView.ShowThen(session, source, unit, atUs, moment)
                    : ShowThen(session, source, unit, atUs, moment))
                : ExitCode.Usage);
    }

    private static int Each(Session session, string[] units, Func<string, int> show)
    {
        int worst = ExitCode.Success;
        for (int i = 0; i < units.Length; i++)
        {
            if (i > 0 && !session.WantsJson)
                session.Terminal.Out.WriteLine();
            worst = Math.Max(worst, show(units[i]));
        }

        return worst;
    }

    private static int ShowNow(Session session, string unit) => session.Ask(
        DaemonInterface.GetUnit,
        new GetUnitCall(unit),
        VarlinkJson.Default.GetUnitCall,
        ReplyJson.Default.GetUnitReply,
        reply =>
        {
            if (session.WantsJson)
            {
                session.WriteJson(reply.Unit, ReplyJson.Default.UnitDetail);
                return ExitCode.Success;
            }

            return session.Ask(
                DaemonInterface.ListEvents,
                new ListEventsCall(Events, Unit: unit),
                VarlinkJson.Default.ListEventsCall,
                ReplyJson.Default.ListEventsReply,
                events =>
                {
                    long nowUs = Quantity.NowUsec(session);
                    new UnitSheet(session, reply.Unit, nowUs).Print(Growth(session, unit, nowUs), events.Events);
                    return ExitCode.Success;
                });
        });

    // Over minutes it is known from the history, for those who may read it; else the daemon's rate must do.
    private static double? Growth(Session session, string unit, long nowUs)
    {
        try
        {
            using HistorySource source = HistorySource.Open(session, from: null);
            return new PastUnit(source.Reader, unit, nowUs).BytesPerMinute;
        }
        catch (IOException e) when (e is HistoryException or SqliteException)
        {
            return null;
        }
    }

    private static int ShowThen(Session session, HistorySource source, string unit, long? atUs, Moment? moment)
    {
        if (moment is { } wanted && (atUs = AroundOption.Find(source.Reader, wanted, unit)) is null)
            return session.Fail(ExitCode.Failure, $"{unit}: there is no {wanted} in the history");
        long thenUs = atUs ?? source.NowUs;
        var past = new PastUnit(source.Reader, unit, thenUs);
        if (past.Detail() is not { } detail)
            return UnitName.Unknown(session, source, unit);
        IReadOnlyList<EventRecord> events = source.Reader.Events(
            new EventQuery(new HistoryRange(0, thenUs + 1), UnitChoice.Named(unit), Limit: Events));
        session.BeginPrinting(source.Progress);
        if (session.WantsJson)
        {
            session.WriteJson(detail, ReplyJson.Default.UnitDetail);
            return ExitCode.Success;
        }

        session.Terminal.Out.WriteLine($"As of {Quantity.Time(thenUs, session)}");
        new UnitSheet(session, detail, thenUs).Print(past.BytesPerMinute, events);
        return ExitCode.Success;
    }
}
