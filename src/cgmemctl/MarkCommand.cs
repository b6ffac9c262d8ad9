using System.CommandLine;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl mark TEXT</c>: puts a note on the timeline, by the daemon.</summary>
internal static class MarkCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var text = new Argument<string>("TEXT") { Description = "What it says, such as \"load test begins\"" };
        var unit = new Option<string?>("--unit", "-u")
        {
            Description = "The unit it is about; the whole host without",
            HelpName = "UNIT",
        };
        var count = new Option<ulong?>("--count")
        {
            Description = "A work counter, such as requests served so far",
            HelpName = "N",
        }.OfCount();
        var command = new Command("mark", "Put a note, and maybe a work counter, on the timeline")
        {
            text, unit, count,
        };
        command.SetAction(parsed => Run(
            session(parsed), parsed.GetValue(text)!, parsed.GetValue(unit), parsed.GetValue(count)));
        return command;
    }

    private static int Run(Session session, string text, string? unit, ulong? count)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MarkCall.LongestText || text.Any(char.IsControl))
        {
            return session.Fail(
                ExitCode.Usage, $"the text of a mark is one line, of up to {MarkCall.LongestText} characters");
        }

        return session.Ask(
            DaemonInterface.Mark,
            new MarkCall(text, unit is null ? null : UnitName.Full(unit), count),
            VarlinkJson.Default.MarkCall,
            VarlinkJson.Default.Empty,
            _ =>
            {
                session.Say("Marked.");
                return ExitCode.Success;
            });
    }
}
