using System.CommandLine;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Configuration;

namespace Cgmemd.Control.Rules;

/// <summary>
/// <c>cgmemctl rules test</c>: what rules would have raised over the recorded history, and how two sets of them differ.
/// </summary>
internal static class TestCommand
{
    // What is told where nothing else is asked for.
    private const long DefaultUs = 7 * 24 * 3600 * 1_000_000L;

    // The history is read unit by unit, and a budget is of many at each instant.
    private const string NotReplayed = "a budget cannot be replayed over the history, as it is of many units";

    internal static Command Create(Func<ParseResult, Session> session)
    {
        var what = new Argument<string>("RULE|FILE")
        {
            Description = "A rule on disk, \"*\" for all of them, or a file with rules (its name ends in .toml)",
        };
        var unit = new Option<string?>("--unit", "-u") { Description = "Only these units", HelpName = "GLOB" };
        var against = new Option<string?>("--against")
        {
            Description = "Show what this file with rules would have raised otherwise",
            HelpName = "FILE",
        };
        var range = new RangeOptions();
        var command = new Command("test", "Replay rules over the recorded history") { what, unit, against };
        range.AddTo(command);
        command.SetAction(parsed => Run(
            session(parsed), parsed, range, parsed.GetValue(what)!, parsed.GetValue(unit), parsed.GetValue(against)));
        return command;
    }

    private static int Run(
        Session session, ParseResult parsed, RangeOptions options, string what, string? unit, string? against)
    {
        if (!TryLoad(session, what, out Configuration? rules, out int failure)
            || !TryLoad(session, against ?? what, out Configuration? others, out failure))
            return failure;
        if (rules!.Rules.All(IsOfMany) && rules.Rules.Count > 0)
            return session.Fail(ExitCode.Failure, $"{what}: {NotReplayed}");
        foreach (Rule budget in rules.Rules.Where(IsOfMany))
            session.Say($"{budget.Name} is left out: {NotReplayed}");
        return HistorySource.Read(session, options.From(parsed), source =>
        {
            if (!options.TryRead(session, parsed, source.NowUs, out long? sinceUs, out long? untilUs))
                return ExitCode.Usage;
            long from = sinceUs ?? (untilUs ?? source.NowUs) - DefaultUs;
            var range = new HistoryRange(from, untilUs ?? source.NowUs + 1);
            string? name = unit is null ? null : UnitName.Full(unit);
            List<ReplayedAlert> found = Replay(source, rules, name, range);
            if (against is null)
                return RuleTestReport.Print(session, source, found);
            List<ReplayedAlert> other = Replay(source, others!, name, range);
            return RuleTestReport.PrintDifference(session, source, found, other);
        });
    }

    // A file, or of the rules on disk those of a name.
    private static bool TryLoad(Session session, string what, out Configuration? configuration, out int failure)
    {
        bool isFile = what.EndsWith(".toml", StringComparison.Ordinal) || what.Contains('/');
        ConfigurationResult result = isFile
            ? ConfigurationFiles.LoadFiles([what])
            : ConfigurationFiles.Load(session.Host.ConfigurationRoot);
        (configuration, failure) = (result.Configuration, ExitCode.Configuration);
        foreach (Diagnostic diagnostic in result.Diagnostics)
            session.Terminal.Error.WriteLine(diagnostic);
        if (configuration is null)
            return false;
        if (isFile)
            return true;
        configuration = configuration with
        {
            Rules = [.. configuration.Rules.Where(rule => Glob.IsMatch(what, rule.Name))],
        };
        if (configuration.Rules.Count > 0)
            return true;
        failure = session.Fail(
            ExitCode.Failure, $"{what}: no rule on disk has that name. What there is: cgmemctl rules check");
        return false;
    }

    private static List<ReplayedAlert> Replay(
        HistorySource source, Configuration configuration, string? glob, HistoryRange range)
    {
        List<ReplayedAlert> alerts = [];
        UnitChoice? choice = glob is null ? null : source.Reader.Choose(glob);
        WatchBegins begins = source.Reader.WatchBegins();
        var units = source.Reader.Invocations(choice, range)
            .Where(life => life.Kind != InvocationKind.Child)
            .GroupBy(life => life.Unit)
            .ToList();
        for (int i = 0; i < units.Count; i++)
        {
            IReadOnlyList<Rule> rules =
                [.. configuration.Rules.Where(rule => !IsOfMany(rule) && Glob.IsMatchAny(rule.Units, units[i].Key))];
            if (rules.Count > 0)
            {
                Replay(source, units[i].Key, rules, configuration.Captures.Cooldown, begins, range, alerts,
                    done => source.Progress.Report((i + done) / units.Count));
            }
        }

        alerts.Sort((a, b) => a.FiredUsec.CompareTo(b.FiredUsec));
        return alerts;
    }

    private static bool IsOfMany(Rule rule) => rule.Condition is BudgetCondition;

    private static bool IsSame(Invocation one, Invocation other) =>
        one.IsOfSameCgroup(other) && one.InvocationId == other.InvocationId && one.Start == other.Start;

    private static void Replay(
        HistorySource source, string unit, IReadOnlyList<Rule> rules, TimeSpan cooldown, WatchBegins begins,
        HistoryRange range, List<ReplayedAlert> alerts, Action<double> progress)
    {
        var ledger = new CaptureLedger([]);
        Invocation? life = null;
        RuleReplay? replay = null;
        foreach (HistoryRow row in PiecewiseRows.Read(
            source.Reader, unit, range, step: null, HistorySamples.Fields, progress))
        {
            // Each piece of the history has a record of its own of the same life.
            if (life is null || !IsSame(row.Invocation, life))
            {
                replay?.End(life!);
                bool isFresh = begins.Saw(row.Invocation);
                replay = new RuleReplay(row.Invocation, isFresh, rules, cooldown, ledger, alerts);
            }

            life = row.Invocation;
            replay!.Add(HistorySamples.Read(row, out var limits), limits, row.Time);
        }

        replay?.End(life!.End is { } end && end.RealtimeUs >= range.UntilUs ? life with { End = null } : life);
    }
}
