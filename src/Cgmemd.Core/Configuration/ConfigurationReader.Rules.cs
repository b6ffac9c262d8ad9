using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>Rules: <c>[rule.NAME]</c>, what all kinds have in common.</summary>
public sealed partial class ConfigurationReader
{
    internal static readonly (string Word, Severity Value)[] SeverityWords =
        [("info", Severity.Info), ("warning", Severity.Warning), ("critical", Severity.Critical)];

    private Rule? BindRule(TomlEntry entry, Section section)
    {
        Severity severity = section.Choice("severity", Severity.Warning, SeverityWords);
        IReadOnlyList<string> units = section.Strings("units", ["*"]);
        Condition? condition = BindCondition(entry, section, severity);
        var rule = new Rule(entry.Name, units, condition!)
        {
            Severity = severity,
            For = section.Time("for", TimeSpan.Zero, isZeroAllowed: true),
            KeepFiringFor = section.Time("keep_firing_for", TimeSpan.Zero, isZeroAllowed: true),
            StartupGrace = section.Time("startup_grace", TimeSpan.Zero, isZeroAllowed: true),
            RepeatInterval = section.Time("repeat_interval", TimeSpan.Zero, isZeroAllowed: true),
            InhibitedBy = section.Strings("inhibited_by", [], isEmptyAllowed: true),
            Labels = BindNotes(section, "labels"),
            Annotations = BindNotes(section, "annotations"),
            Actions = BindActions(section, units),
            Limits = BindLimits(section),
            DryRun = section.Flag("dry_run", true),
            Summary = section.Text("summary"),
            Tripwire = section.Flag("tripwire", false),
        };
        RefuseTripwire(section, rule);
        if (condition is BudgetCondition)
            CheckBudget(section, rule);
        section.RefuseUnknown();
        return condition is null ? null : rule;
    }

    // memory.high tells of memory.current alone, and cannot stand at a share of itself.
    private static void RefuseTripwire(Section section, Rule rule)
    {
        bool isPossible = rule.Condition
            is null or ThresholdCondition { Metric: Metric.MemoryCurrent, Of: LimitFile.MemoryMax };
        if (rule.Tripwire && !isPossible)
        {
            section.Fail(section.Find("tripwire")!,
                "a tripwire is for a threshold on memory.current, in bytes or of memory.max", false);
        }
    }

    // A rule that no other of the file bears inhibits nothing: most likely it is misspelt.
    private void CheckInhibitions(IReadOnlyList<Rule> rules, Section top)
    {
        foreach (Rule rule in rules)
        {
            foreach (string pattern in rule.InhibitedBy)
            {
                IEnumerable<Rule> others =
                    rules.Where(other => other != rule && Units.Glob.IsMatch(pattern, other.Name));
                if (others.Any(other => other.Condition is not BudgetCondition))
                    continue;
                if (others.FirstOrDefault() is { } budget)
                {
                    _problems.Add(Inhibition(top, rule),
                        $"inhibited_by: {budget.Name} is a budget, whose alert is of no one unit");
                    continue;
                }

                _problems.Add(
                    Inhibition(top, rule), $"inhibited_by: no other rule is named \"{pattern}\"", Spelling.Nearest(
                        pattern, [.. rules.Where(other => other != rule).Select(other => other.Name)]));
            }

            // If all of a circle fired, none would be told.
            if (InhibitorsOf(rule, rules).Contains(rule))
                _problems.Add(Inhibition(top, rule), "inhibited_by: the rule would inhibit itself, by way of others");
        }
    }

    private static SourcePosition Inhibition(Section top, Rule rule)
    {
        var tables = (TomlTable)top.Find("rule")!.Value;
        return ((TomlTable)tables.Find(rule.Name)!.Value).Find("inhibited_by")!.Value.Position;
    }

    // Those that inhibit a rule, those that inhibit them, and so on.
    private static HashSet<Rule> InhibitorsOf(Rule rule, IReadOnlyList<Rule> rules)
    {
        HashSet<Rule> found = new(ReferenceEqualityComparer.Instance);
        Queue<Rule> next = new([rule]);
        while (next.TryDequeue(out Rule? current))
        {
            foreach (Rule other in rules)
            {
                if (other != current && Units.Glob.IsMatchAny(current.InhibitedBy, other.Name) && found.Add(other))
                    next.Enqueue(other);
            }
        }

        return found;
    }

    // Names and texts of the operator's own. A name becomes a word of a line, a text a part of it.
    private List<Note> BindNotes(Section section, string key)
    {
        List<Note> notes = [];
        if (section.Find(key) is not { } entry)
            return notes;
        if (entry.Value is not TomlTable table)
            return section.Fail(entry, $"{key} is a table, such as {{ team = \"core\" }}", notes);
        foreach (TomlEntry note in table.Entries)
        {
            if (!IsName(note.Name))
                _problems.Add(note.Position, $"a name is up to 64 letters, digits, '-' and '_', not \"{note.Name}\"");
            else if (note.Value is not TomlString text || text.Value.AsSpan().ContainsAny('\n', '\0'))
                _problems.Add(note.Value.Position, $"{key}.{note.Name} is a string of one line");
            else
                notes.Add(new Note(note.Name, text.Value));
        }

        return notes;
    }
}
