using System.CommandLine;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;

namespace Cgmemd.Control.Rules;

/// <summary>
/// <c>cgmemctl rules check [FILE…]</c>: the rules on disk, with their errors and with what is no error and yet most
/// likely not meant.
/// </summary>
internal static class CheckCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Check these files as one configuration instead of the host's",
            Arity = ArgumentArity.ZeroOrMore,
        }.RefusingOptions();
        var command = new Command("check", "Check the rules on disk; the daemon is not asked") { files };
        command.SetAction(parsed => ConfigCommand.Load(session(parsed), parsed.GetValue(files)!, Print));
        return command;
    }

    private static void Print(Session session, ConfigurationResult result)
    {
        Configuration configuration = result.Configuration!;
        int doubts = 0;
        foreach (Rule rule in configuration.Rules)
        {
            session.Terminal.Out.WriteLine($"{rule.Name}: {ConditionText.Summary(rule.Condition)}");
            foreach (string doubt in Doubts(rule, configuration))
            {
                doubts++;
                session.Terminal.Out.WriteLine($"  {session.Terminal.Yellow("note")}: {doubt}");
            }
        }

        string notes = doubts == 0 ? "" : $", {Quantity.Count(doubts, "note")}";
        session.Say($"No errors: {Quantity.Count(configuration.Rules.Count, "rule")}{notes}.");
    }

    private static IEnumerable<string> Doubts(Rule rule, Configuration configuration)
    {
        foreach (string pattern in rule.Units)
        {
            bool isName = pattern.IndexOfAny(['*', '?', '[']) < 0;
            if (isName && configuration.Watches.Count > 0 && !configuration.Watches.Any(watch => Wants(watch, pattern)))
                yield return $"{pattern} is watched by no [watch.NAME]";
        }

        if (rule.Actions.Count > 0 && rule.DryRun)
            yield return "its actions are announced only: dry_run = true, which is the default";
        if (rule.Actions.Count == 0 && !rule.DryRun)
            yield return "dry_run = false, but it has no actions";
        if (rule.RepeatInterval > TimeSpan.Zero && rule.RepeatInterval < TimeSpan.FromMinutes(1))
            yield return "repeat_interval is less than a minute: one alert will fill the journal";
    }

    private static bool Wants(Watch watch, string name)
    {
        IReadOnlyList<string> patterns = name.StartsWith('/') ? watch.Cgroups
            : name.EndsWith(".slice", StringComparison.Ordinal) ? watch.Slices
            : watch.Units;
        return Glob.IsMatchAny(patterns, name) && !Glob.IsMatchAny(watch.Exclude, name);
    }
}
