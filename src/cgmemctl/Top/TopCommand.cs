using System.CommandLine;
using System.Globalization;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Terminals;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control.Top;

/// <summary><c>cgmemctl top</c>: all units on one screen, now or at any time there is a history of.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100);

    internal static Command Create(Func<ParseResult, Session> session)
    {
        Option<string?> at = TimeArgument.At(), from = HistorySource.From();
        Option<SortKey> sort = UnitOrder.CreateOption();
        Option<TimeSpan> delay = DelayOption();
        var tree = new Option<bool>("--tree") { Description = "By the slices the units are in" };
        var batch = new Option<bool>("--batch", "-b") { Description = "Print tables instead of filling the screen" };
        var count = new Option<int?>("--iterations", "-n")
        {
            Description = "In batch mode, print so many; 0 for no end",
            HelpName = "N",
        }.OfCount();
        var command = new Command("top", "Show all units on one screen: live, and back in time")
        {
            at, from, delay, sort, tree, batch, count,
        };
        command.SetAction(parsed =>
        {
            var state = new TopState { Sort = parsed.GetValue(sort), IsTree = parsed.GetValue(tree) };
            var wanted = new Wanted(
                parsed.GetValue(at), parsed.GetValue(from), parsed.GetValue(delay), parsed.GetValue(batch),
                parsed.GetValue(count));
            return Run(session(parsed), wanted, state);
        });
        return command;
    }

    private static int Run(Session session, Wanted wanted, TopState state)
    {
        Charset charset = Charset.Of(
            Environment.GetEnvironmentVariable("LC_ALL"), Environment.GetEnvironmentVariable("LC_CTYPE"),
            Environment.GetEnvironmentVariable("LANG"));
        try
        {
            TimeProvider clock = session.Terminal.Clock;
            LiveTop? live = wanted.From is null ? new LiveTop(session.Connect) : null;
            using var journey = new TopJourney(
                live, () => new HistoryTop(HistorySource.Open(session, wanted.From), clock.LocalTimeZone), clock);
            if (!Begin(session, journey, wanted.At))
                return ExitCode.Usage;
            using RawTerminal? terminal = wanted.Batch || session.WantsJson || !CanFill(session)
                ? null
                : RawTerminal.TryOpen();
            if (terminal is null)
            {
                int? count = wanted.Count == 0 ? null
                    : wanted.Count ?? (session.Terminal.IsTerminal && wanted.Batch && journey.IsLive ? null : 1);
                return TopBatch.Run(session, journey, state, charset, count, wanted.Delay);
            }

            return Fill(session, terminal, new TopDisplay(journey, state, charset, clock.LocalTimeZone), wanted.Delay);
        }
        catch (VarlinkException e)
        {
            return session.Fail(e);
        }
        catch (HistoryException e)
        {
            return HistorySource.Fail(session, e, wanted.From is not null);
        }
        catch (SqliteException e)
        {
            return session.Fail(ExitCode.Failure, e.Message);
        }
    }

    private static int Fill(Session session, RawTerminal terminal, TopDisplay display, TimeSpan delay)
    {
        try
        {
            return new TopLoop(terminal, display, session.Terminal, delay).Run();
        }
        catch
        {
            // What nobody catches ends the process without disposing of anything.
            terminal.Dispose();
            throw;
        }
    }

    // To where it begins; what cannot be read is told before the screen is taken.
    private static bool Begin(Session session, TopJourney journey, string? at)
    {
        if (at is null)
            journey.GoTo(long.MaxValue);
        else if (!TimeArgument.TryRead(session, "--at", at, journey.NowUs, out long? atUs))
            return false;
        else
            journey.GoTo(atUs!.Value);
        journey.Read();
        return true;
    }

    private static bool CanFill(Session session) => session.Terminal.IsTerminal
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static Option<TimeSpan> DelayOption()
    {
        var delay = new Option<TimeSpan>("--delay", "-d")
        {
            Description = "Live: a new picture so often; in batch mode from a history, how far apart they are",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
        };
        delay.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string span = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                ? text + "s"
                : text;
            if (TimeSpanText.TryParse(span, out TimeSpan value) && value >= LeastDelay && value <= TimeSpan.FromDays(1))
                return value;
            result.AddError($"--delay: '{text}' is no time from 0.1 seconds to a day");
            return default;
        };
        return delay;
    }

    private sealed record Wanted(string? At, string? From, TimeSpan Delay, bool Batch, int? Count);
}
