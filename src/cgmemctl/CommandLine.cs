using System.CommandLine;
using System.CommandLine.Invocation;
using Cgmemd.Control.Rules;
using Cgmemd.Control.Top;
using Cgmemd.Linux;

namespace Cgmemd.Control;

/// <summary>The whole command line: its commands, wired, and what happens to a wrong one.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command line and gives the exit code.</summary>
    internal static int Run(string[] arguments, Terminal terminal, HostFiles host)
    {
        var options = new GlobalOptions();
        RootCommand root = Root(options, parsed => new Session(terminal, options, parsed, host), terminal);
        // "@1700000000" is a time, not a file of arguments.
        ParseResult parsed = root.Parse(
            OptionalArguments(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            // The last is the one nearest to the mistake: before "unknown command" comes "command required".
            terminal.Error.WriteLine($"cgmemctl: {parsed.Errors[^1].Message}");
            terminal.Error.WriteLine("See: cgmemctl --help");
            return ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        });
    }

    /// <summary>Such as <c>cgmemctl 0.1.0 (net9.0 NativeAOT)</c>.</summary>
    internal static string Version() => $"cgmemctl {ProductVersion.Version} ({ProductVersion.Framework})";

    private static RootCommand Root(GlobalOptions options, Func<ParseResult, Session> session, Terminal terminal)
    {
        var root = new RootCommand("Ask cgmemd, the memory flight recorder of this host's services")
        {
            StatusCommand.Create(session),
            ListCommand.Create(session),
            ShowCommand.Create(session),
            PsCommand.Create(session),
            DiffCommand.Create(session),
            EventsCommand.Create(session),
            TopCommand.Create(session),
            HistoryCommand.Create(session),
            InvocationsCommand.Create(session),
            ExportCommand.Create(session),
            SnapshotCommand.Create(session),
            MarkCommand.Create(session),
            RulesCommand.Create(session),
            SilenceCommand.Create(session),
            TrendCommand.Create(session),
            ReloadCommand.Create(session),
            ConfigCommand.Create(session),
        };
        foreach (Option option in options.All)
            root.Add(option);
        foreach (VersionOption version in root.Options.OfType<VersionOption>())
            version.Action = new VersionAction(terminal);
        return root;
    }

    // getopt's "optional argument" must be joined with an equals sign: in "--json list", list is the command.
    private static string[] OptionalArguments(string[] arguments)
    {
        int end = Array.IndexOf(arguments, "--") is var at and >= 0 ? at : arguments.Length;
        return [.. arguments.Select((a, i) => i < end && a is "--json" or "-j" ? "--json=auto" : a)];
    }

    /// <summary>
    /// Refuses what looks like an option: the parser takes an unknown one for an argument. The unit -.slice does not.
    /// </summary>
    internal static Argument<string[]> RefusingOptions(this Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (string value in result.Tokens.Select(t => t.Value).Where(v => v is ['-', not '.', ..]))
                result.AddError($"unrecognized option '{value}'");
        });
        return argument;
    }

    private sealed class VersionAction(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            terminal.Out.WriteLine(Version());
            return ExitCode.Success;
        }
    }
}
