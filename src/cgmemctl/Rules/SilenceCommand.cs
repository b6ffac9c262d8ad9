using System.CommandLine;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Rules;

/// <summary><c>cgmemctl silence</c>: has alerts of some units or rules not told for a while.</summary>
internal static class SilenceCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var target = new Argument<string?>("UNIT|RULE")
        {
            Description = "A unit (with its suffix, or a glob) or a rule; all of both without",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rule = new Option<string?>("--rule") { Description = "Only these rules of the unit", HelpName = "GLOB" };
        var span = new Option<string?>("--for") { Description = "For how long, such as 2h", HelpName = "TIME" };
        var reason = new Option<string?>("--reason") { Description = "Why, for whoever wonders", HelpName = "TEXT" };
        var list = new Option<bool>("--list") { Description = "List the silences" };
        var end = new Option<uint?>("--end") { Description = "End a silence now", HelpName = "N" }.OfCount();
        var command = new Command("silence", "Have alerts not told, and not acted upon, for a while")
        {
            target, rule, span, reason, list, end,
        };
        command.SetAction(parsed =>
        {
            Session here = session(parsed);
            return parsed.GetValue(list) ? List(here)
                : parsed.GetValue(end) is { } id ? End(here, id)
                : Begin(
                    here, parsed.GetValue(target), parsed.GetValue(rule), parsed.GetValue(span),
                    parsed.GetValue(reason));
        });
        return command;
    }

    private static int Begin(Session session, string? target, string? rules, string? span, string? reason)
    {
        if (target is null && rules is null)
            return session.Fail(ExitCode.Usage, "name a unit or a rule, or \"*\" for all");
        if (span is null || reason is null)
            return session.Fail(ExitCode.Usage, "a silence needs --for TIME and --reason TEXT");
        if (!TimeSpanText.TryParse(span, out TimeSpan time) || time <= TimeSpan.Zero
            || time.TotalMicroseconds > SilenceCall.LongestUsec)
            return session.Fail(ExitCode.Usage, $"--for: not a time of up to a year: \"{span}\", such as 2h or 30min");
        if (reason.Length is 0 or > SilenceCall.LongestReason || reason.Any(char.IsControl))
        {
            return session.Fail(
                ExitCode.Usage, $"the reason is one line, of up to {SilenceCall.LongestReason} characters");
        }

        // A unit has a suffix or is a path; what has neither is a rule.
        string units = "*";
        if (target is not null && (target == "*" || rules is not null || target.Contains('.') || target[0] == '/'))
            units = target == "*" ? "*" : UnitName.Full(target);
        else
            rules ??= target;
        var call = new SilenceCall(units, rules ?? "*", (long)time.TotalMicroseconds, reason);
        return session.Ask(
            DaemonInterface.Silence, call, VarlinkJson.Default.SilenceCall, ReplyJson.Default.SilenceReply, reply =>
            {
                Silence made = reply.Silence;
                session.Say(
                    $"Silence {made.Id}: {Over(made)}, until {Quantity.Time(made.UntilUsec, session)}. "
                    + $"To end it: cgmemctl silence --end {made.Id}");
                if (session.WantsJson)
                    session.WriteJson(made, ReplyJson.Default.Silence);
                return ExitCode.Success;
            });
    }

    private static int End(Session session, uint id) => session.Ask(
        DaemonInterface.EndSilence, new EndSilenceCall(id), VarlinkJson.Default.EndSilenceCall,
        ReplyJson.Default.SilenceReply, reply =>
        {
            session.Say($"Silence {id} has ended: {Over(reply.Silence)}.");
            return ExitCode.Success;
        });

    private static int List(Session session) => session.Ask(
        DaemonInterface.ListSilences, ReplyJson.Default.ListSilencesReply, reply =>
        {
            if (session.WantsJson)
            {
                session.WriteJson(reply.Silences, ReplyJson.Default.IReadOnlyListSilence);
                return ExitCode.Success;
            }

            Table table = new Table().Right("N").Left("UNITS").Left("RULES").Left("UNTIL").Left("REASON");
            foreach (Silence silence in reply.Silences)
            {
                table.Add(
                    $"{silence.Id}", silence.Units, silence.Rules, Quantity.Time(silence.UntilUsec, session),
                    silence.Reason);
            }

            if (reply.Silences.Count == 0)
                session.Say("Nothing is silenced.");
            else
                table.WriteTo(session.Terminal, session.Legend);
            return ExitCode.Success;
        });

    private static string Over(Silence silence) => (silence.Units, silence.Rules) switch
    {
        ("*", "*") => "all alerts",
        ("*", var rules) => $"the rule {rules}",
        (var units, "*") => $"all alerts of {units}",
        var (units, rules) => $"the rule {rules} of {units}",
    };
}
