using System.CommandLine;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Rules;

/// <summary><c>cgmemctl rules</c>: the rules in force, those on disk, and why one does or does not fire.</summary>
internal static class RulesCommand
{
    internal static Command Create(Func<ParseResult, Session> session) =>
        new("rules", "List, check and explain the rules")
        {
            CreateList(session),
            CreateExplain(session),
            CheckCommand.Create(session),
            TestCommand.Create(session),
        };

    private static Command CreateList(Func<ParseResult, Session> session)
    {
        var command = new Command("list", "List the rules in force, and for how many units each fires");
        command.SetAction(parsed => List(session(parsed)));
        return command;
    }

    private static Command CreateExplain(Func<ParseResult, Session> session)
    {
        var unit = new Argument<string>("UNIT|BUDGET")
        {
            Description = "A unit, \".service\" may be left out, a cgroup path from its slash on, or a budget",
        };
        var rule = new Argument<string?>("RULE")
        {
            Description = "One rule alone",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("explain", "Tell why rules fire for a unit or do not, and what they wait for")
        {
            unit, rule,
        };
        command.SetAction(parsed => ExplainAny(session(parsed), parsed.GetValue(unit)!, parsed.GetValue(rule)));
        return command;
    }

    private static int List(Session session) => session.Ask(
        DaemonInterface.ListRules, ReplyJson.Default.ListRulesReply, reply =>
        {
            if (session.WantsJson)
            {
                session.WriteJson(reply.Rules, ReplyJson.Default.IReadOnlyListRuleSummary);
                return ExitCode.Success;
            }

            Table table = new Table().Left("RULE").Left("SEVERITY").Right("UNITS").Right("PENDING").Right("FIRING")
                .Left("ACTIONS").Left("CONDITION");
            foreach (RuleSummary rule in reply.Rules)
            {
                string actions = rule.Actions.Count == 0
                    ? Quantity.Absent
                    : string.Join(", ", rule.Actions) + (rule.DryRun ? " (dry run)" : "");
                table.Add(
                    rule.Rule, rule.Severity, $"{rule.Watched}", Count(rule.Pending, session.Terminal.Yellow),
                    Count(rule.Firing, session.Terminal.Red), actions, rule.Condition);
            }

            table.WriteTo(session.Terminal, session.Legend);
            return ExitCode.Success;
        });

    private static Cell Count(int count, Func<string, string> tone) =>
        count == 0 ? Quantity.Absent : new Cell($"{count}", tone);

    // The name of a rule has no suffix; a budget is of no one unit that could be named.
    private static int ExplainAny(Session session, string name, string? rule)
    {
        string unit = UnitName.Full(name);
        if (rule is not null || unit == name)
            return Explain(session, unit, rule);
        return session.Ask(DaemonInterface.ListRules, ReplyJson.Default.ListRulesReply, reply =>
            reply.Rules.Any(other => other.Rule == name && other.Kind == "budget")
                ? Explain(session, unit: null, name)
                : Explain(session, unit, rule: null));
    }

    private static int Explain(Session session, string? unit, string? rule) => session.Ask(
        DaemonInterface.ExplainRules, new ExplainRulesCall(unit, rule), VarlinkJson.Default.ExplainRulesCall,
        ReplyJson.Default.ExplainRulesReply, reply =>
        {
            if (session.WantsJson)
                session.WriteJson(reply.Rules, ReplyJson.Default.IReadOnlyListRuleExplanation);
            else if (reply.Rules.Count == 0)
                session.Say($"No rule is for {unit}. What there is: cgmemctl rules list");
            else
                Print(session, reply.Rules);
            return ExitCode.Success;
        });

    private static void Print(Session session, IReadOnlyList<RuleExplanation> rules)
    {
        Terminal terminal = session.Terminal;
        for (int i = 0; i < rules.Count; i++)
        {
            RuleExplanation rule = rules[i];
            if (i > 0)
                terminal.Out.WriteLine();
            string state = rule.State switch
            {
                "firing" or "clearing" => terminal.Red(rule.State),
                "pending" => terminal.Yellow(rule.State),
                _ => rule.State,
            };
            string episode = rule.Episode == 0 ? "" : $", fired {Quantity.Count((int)rule.Episode, "time")} so far";
            terminal.Out.WriteLine($"{terminal.Bold(rule.Rule)}: {state} ({rule.Kind}, {rule.Severity}{episode})");
            foreach (RuleClause clause in rule.Clauses)
                terminal.Out.WriteLine($"  {Mark(terminal, clause.Holds)} {clause.Text}: {clause.Now}");
            PrintMembers(terminal, rule.Members ?? []);
            if (rule.SuppressedBy is { } reason)
                terminal.Out.WriteLine($"  {terminal.Yellow("not told")}: {reason}");
            if (rule.Tripwire is { } tripwire)
                terminal.Out.WriteLine($"  tripwire {tripwire}");
            terminal.Out.WriteLine($"  {rule.Next}");
        }
    }

    private static void PrintMembers(Terminal terminal, IReadOnlyList<BudgetMember> members)
    {
        int width = members.Count == 0 ? 0 : members.Max(member => member.Unit.Length);
        foreach (BudgetMember member in members)
        {
            string value = member.Value is { } bytes ? $"{Quantity.Bytes(bytes),7}"
                : $"{terminal.Yellow("unknown")}: {member.Unknown}";
            terminal.Out.WriteLine($"      {member.Unit.PadRight(width)} {value}");
        }

    }

    private static string Mark(Terminal terminal, bool? holds) => holds switch
    {
        true => terminal.Red("yes"),
        false => " no",
        null => terminal.Yellow("  ?"),
    };
}
