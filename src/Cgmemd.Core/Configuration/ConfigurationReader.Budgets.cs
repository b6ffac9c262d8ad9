using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Configuration;

/// <summary>Rules: budgets, which hold for all their units together.</summary>
public sealed partial class ConfigurationReader
{
    private BudgetCondition? BindBudget(TomlEntry entry, Section section, Severity severity)
    {
        Metric? on = section.Choice("on", null, BudgetMetricWords);
        Need(entry, section, "units");
        return BindLadder(entry, section, severity) is { } levels && on is { } metric
            ? new BudgetCondition(metric, levels)
            : null;
    }

    // What a rule may have where it is of one unit, and what it must be of where it is of many.
    private static void CheckBudget(Section section, Rule rule)
    {
        if (rule.StartupGrace > TimeSpan.Zero)
        {
            section.Fail(section.Find("startup_grace")!,
                "startup_grace: the units of a budget start at different times; use for", 0);
        }

        if (rule.InhibitedBy.Count > 0)
        {
            section.Fail(section.Find("inhibited_by")!,
                "inhibited_by: an alert of a budget is of no one unit that another rule could fire for", 0);
        }

        foreach (RuleAction action in rule.Actions)
        {
            if (action is EnforceAction)
                section.Fail(section.Find("actions")!, "actions: enforce is for rules on single units", 0);
        }

        foreach (string outer in rule.Units)
        {
            if (rule.Units.FirstOrDefault(unit => IsWithin(unit, outer)) is { } inner)
                section.Fail(section.Find("units")!, $"units: {inner} is in {outer}, and would be counted twice", 0);
        }
    }

    // As far as the names tell: where the units are is known only as they run, and then each is counted once.
    private static bool IsWithin(string unit, string outer) =>
        unit.AsSpan().ContainsAny('*', '?', '[') || outer.AsSpan().ContainsAny('*', '?', '[') ? false
            : outer.StartsWith('/') ? unit.StartsWith(outer.TrimEnd('/') + "/", StringComparison.Ordinal)
            : Nesting.IsInSlice(unit, outer);
}
