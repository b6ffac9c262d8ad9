using Cgmemd.Core.Actions;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>What rules do, and how often they may.</summary>
public sealed partial class ConfigurationReader
{
    /// <summary>An alert has no use for more, and a list that long is a program.</summary>
    private const int MostActions = 8;

    /// <summary>So that the ledger, which is bounded, remembers all that counts.</summary>
    private const int MostTimes = 200;

    private static readonly TimeSpan LongestAction = TimeSpan.FromHours(1);

    // Every alert is logged: "log" is taken, and means nothing more.
    private static readonly (string Word, Func<TimeSpan, RuleAction>? Make)[] ActionWords =
    [
        ("capture", timeout => new CaptureAction { Timeout = timeout }),
        ("log", null),
        ("reload", timeout => new ReloadAction { Timeout = timeout }),
        ("restart", timeout => new RestartAction { Timeout = timeout }),
        ("recycle", timeout => new RecycleAction(
            new RestartAction { Timeout = timeout }, RecycleAction.DefaultSettle) { Timeout = timeout }),
    ];

    internal static readonly (string Word, SignalTo Value)[] SignalToWords =
        [("main", SignalTo.Main), ("all", SignalTo.All)];

    private static ActionOptions BindActionOptions(Section section)
    {
        ActionOptions absent = ActionOptions.Default;
        ActionOptions options = new(
            Times(section, "max_per_host", absent.MaxPerHost),
            section.Time("window", absent.Window, longest: ActionLimits.Longest),
            section.Time("min_interval", absent.MinInterval, isZeroAllowed: true, longest: LongestAction));
        section.RefuseUnknown();
        return options;
    }

    private static ActionLimits BindLimits(Section section)
    {
        ActionLimits absent = ActionLimits.Default;
        return new ActionLimits(
            section.Time("action_cooldown", absent.Cooldown, isZeroAllowed: true, longest: ActionLimits.Longest),
            Times(section, "action_limit", absent.Limit),
            section.Time("action_window", absent.Window, longest: ActionLimits.Longest),
            section.Time("action_jitter", absent.Jitter, isZeroAllowed: true, longest: LongestAction));
    }

    private static int Times(Section section, string key, int absent)
    {
        int times = section.Count(key, absent);
        return times <= MostTimes
            ? times
            : section.Fail(section.Find(key)!, $"{key} must be {MostTimes} at most", absent);
    }

    private List<RuleAction> BindActions(Section section, IReadOnlyList<string> units)
    {
        List<RuleAction> actions = [];
        if (section.Find("actions") is not { } entry)
            return actions;
        if (entry.Value is not TomlArray { Items: var items })
            return section.Fail(entry,
                $"actions takes a list, such as [\"capture\", \"restart\"], not {entry.Value.Kind}", actions);
        if (items.Count > MostActions)
            return section.Fail(entry, $"actions has {MostActions} items at most", actions);
        foreach (TomlValue item in items)
        {
            if (BindAction(section, item) is not { } action || actions.Contains(action))
                continue;
            if (action.IsFallback && actions.Count == 0)
                _problems.Add(item.Position, "the first action is nothing's fallback");
            actions.Add(action);
        }

        RefuseProtected(section, actions, units);
        return actions;
    }

    // Where a unit is named in full, it is known now that nothing will be done; else at run time.
    private void RefuseProtected(Section section, List<RuleAction> actions, IReadOnlyList<string> units)
    {
        if (actions.Find(action => action.ActsOnUnit) is not { } acting)
            return;
        for (int i = 0; i < units.Count; i++)
        {
            if (units[i].AsSpan().ContainsAny('*', '?', '[') || ProtectedUnits.Refusal(units[i]) is not { } refusal)
                continue;
            SourcePosition place = ((TomlArray)section.Find("units")!.Value).Items[i].Position;
            _problems.Add(place, $"{refusal}: no rule may {acting.Word} it");
        }
    }

    private RuleAction? BindAction(Section section, TomlValue item)
    {
        if (item is TomlString)
            return section.Choice("an action", item, null, ActionWords)?.Invoke(AbsentTimeout(item));
        if (item is not TomlTable table)
        {
            _problems.Add(item.Position, $"an action is a word, such as \"restart\", or a table, such as "
                + $"{{ signal = \"SIGUSR2\" }}, not {item.Kind}");
            return null;
        }

        var keys = new Section(table, "the action", _problems);
        TimeSpan timeout = keys.Time(
            "timeout", AbsentTimeout(keys.Find("action")?.Value), longest: LongestAction);
        bool isFallback = keys.Flag("fallback", false);
        RuleAction? action = BindActionTable(keys, table, timeout);
        keys.RefuseUnknown();
        return action is null ? null : action with { IsFallback = isFallback };
    }

    private static TimeSpan AbsentTimeout(TomlValue? word) =>
        word is TomlString { Value: "capture" } ? CaptureAction.UsualTimeout : RuleAction.DefaultTimeout;

    private RuleAction? BindActionTable(Section keys, TomlTable table, TimeSpan timeout)
    {
        TomlEntry? exec = keys.Find("exec"), signal = keys.Find("signal"), recycle = keys.Find("recycle");
        TomlEntry? word = keys.Find("action"), enforce = keys.Find("enforce");
        int count = (exec is null ? 0 : 1) + (signal is null ? 0 : 1) + (recycle is null ? 0 : 1)
            + (word is null ? 0 : 1) + (enforce is null ? 0 : 1);
        if (count != 1)
        {
            _problems.Add(
                table.Position,
                "an action has one of \"action\", \"enforce\", \"exec\", \"signal\" and \"recycle\"");
            return null;
        }

        if (enforce is not null)
            return keys.Bound("enforce") is { } high ? new EnforceAction(high) { Timeout = timeout } : null;

        if (exec is not null)
            return BindCommand(keys, exec, timeout);
        if (signal is not null)
            return BindSignal(keys, signal, timeout);
        return recycle is not null
            ? BindRecycle(keys, recycle, timeout)
            : keys.Choice("action", null, ActionWords)?.Invoke(timeout);
    }

    private RecycleAction? BindRecycle(Section keys, TomlEntry recycle, TimeSpan timeout)
    {
        TimeSpan settle = keys.Time("settle", RecycleAction.DefaultSettle, longest: LongestAction);
        RuleAction? by = recycle.Value switch
        {
            TomlArray => BindCommand(keys, recycle, timeout),
            TomlString { Value: "restart" } => new RestartAction { Timeout = timeout },
            TomlString { Value: "reload" } => new ReloadAction { Timeout = timeout },
            TomlString { Value: var name } when name.StartsWith("SIG", StringComparison.Ordinal) =>
                BindSignal(keys, recycle, timeout),
            _ => keys.Fail<RuleAction?>(recycle,
                "recycle is \"restart\", \"reload\", a signal such as \"SIGUSR1\", or a command as a list", null),
        };
        return by is null ? null : new RecycleAction(by, settle) { Timeout = timeout };
    }

    private static SignalAction? BindSignal(Section keys, TomlEntry signal, TimeSpan timeout)
    {
        SignalTo to = keys.Choice("to", SignalTo.Main, SignalToWords);
        if (signal.Value is TomlString { Value: var name } && SignalNumber.Find(name) is not null)
            return new SignalAction(name, to) { Timeout = timeout };
        return keys.Fail<SignalAction?>(signal, $"{signal.Name} takes the name of a signal, such as \"SIGUSR2\"", null,
            Spelling.Nearest((signal.Value as TomlString)?.Value ?? "", SignalNumber.Names));
    }

    // systemd looks for no program along a PATH here, and neither does it take a relative one.
    private ExecAction? BindCommand(Section keys, TomlEntry exec, TimeSpan timeout)
    {
        IReadOnlyList<string> command = keys.Strings(exec.Name, []);
        if (command.Count == 0)
            return null;
        if (!command[0].StartsWith('/'))
        {
            _problems.Add(((TomlArray)exec.Value).Items[0].Position, $"{exec.Name} begins with an absolute path");
            return null;
        }

        foreach (string word in command)
        {
            if (word.Contains('\0', StringComparison.Ordinal))
                return keys.Fail<ExecAction?>(exec, $"{exec.Name} holds a NUL", null);
        }

        return new ExecAction(command) { Timeout = timeout };
    }
}
