using System.CommandLine;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl reload</c>: the unit's ExecReload=, so it waits for the outcome and tells it.</summary>
internal static class ReloadCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var command = new Command("reload", "Read the configuration again; on an error the old one stays in force");
        command.SetAction(parsed => Run(session(parsed)));
        return command;
    }

    internal static int Run(Session session) => session.Ask(
        DaemonInterface.Reload, ReplyJson.Default.ReloadReply, reply =>
        {
            if (session.WantsJson)
                session.WriteJson(reply, ReplyJson.Default.ReloadReply);
            foreach (string warning in reply.Warnings)
                session.Terminal.Error.WriteLine(warning);
            session.Say("Configuration reloaded.");
            return ExitCode.Success;
        });
}
