using System.CommandLine;
using Cgmemd.Core.Configuration;
using Cgmemd.Linux.Configuration;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl config</c>: the configuration on disk, checked and shown, without the daemon.</summary>
internal static class ConfigCommand
{
    internal static Command Create(Func<ParseResult, Session> session) =>
        new("config", "Check or show the configuration on disk; the daemon is not asked")
        {
            CreateCheck(session),
            CreateShow(session),
        };

    private static Command CreateCheck(Func<ParseResult, Session> session)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Check these files as one configuration instead of the host's",
            Arity = ArgumentArity.ZeroOrMore,
        }.RefusingOptions();
        var command = new Command("check", "Check the configuration; every error is reported") { files };
        command.SetAction(parsed => Load(session(parsed), parsed.GetValue(files)!, (here, result) =>
        {
            Configuration configuration = result.Configuration!;
            here.Say($"No errors: {Quantity.Count(result.Files.Count, "file")}, " +
                $"{Quantity.Count(configuration.Watches.Count, "watch", "es")}, " +
                $"{Quantity.Count(configuration.Rules.Count, "rule")}.");
            foreach (string file in result.Files)
                here.Say($"  {file}");
        }));
        return command;
    }

    private static Command CreateShow(Func<ParseResult, Session> session)
    {
        var origin = new Option<bool>("--origin") { Description = "Say behind every value where it was set" };
        var command = new Command("show", "Show the configuration in force after all files and defaults") { origin };
        command.SetAction(parsed => Load(session(parsed), [], (here, result) => here.Terminal.Out.Write(
            ConfigurationText.Render(result.Configuration!, parsed.GetValue(origin) ? result.Merged : null))));
        return command;
    }

    /// <summary>Loads the configuration on disk, or says what is wrong with it.</summary>
    internal static int Load(Session session, string[] files, Action<Session, ConfigurationResult> next)
    {
        if (session.WantsJson)
            return session.Fail(ExitCode.Usage, "config speaks TOML: it has no JSON");

        ConfigurationResult result = files.Length > 0
            ? ConfigurationFiles.LoadFiles(files)
            : ConfigurationFiles.Load();
        foreach (Diagnostic diagnostic in result.Diagnostics)
            session.Terminal.Error.WriteLine(diagnostic);
        if (result.Configuration is null)
        {
            return session.Fail(
                ExitCode.Configuration, $"{Quantity.Count(result.Diagnostics.Count, "error")} in the configuration");
        }

        next(session, result);
        return ExitCode.Success;
    }
}
