using Cgmemd.Core.Actions;
using Cgmemd.Core.State;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.State;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

/// <summary>Brings what must not be forgotten into the state file, and back at the start.</summary>
internal sealed class StateKeeper(
    StateFile file, string bootId, WatchList watched, BudgetList budgets, CaptureDesk desk, Silencing silencing,
    ActionDesk actions, ILogger log, TimeProvider time)
{
    /// <summary>Without any event, peaks and baselines are saved this often.</summary>
    private const long SaveIntervalUs = 60_000_000;

    private long _savedUs;
    private string? _lastProblem;

    public ulong? Bytes => file.Bytes;

    /// <summary>Whether the file is due to be written although nothing of note has happened.</summary>
    public bool IsOld(long nowUs) => nowUs - _savedUs > SaveIntervalUs;

    /// <summary>
    /// Reads the file of a former run. Groups of another boot are forgotten; captures are not.
    /// </summary>
    public void Restore(Lifecycle lifecycle, DateTimeOffset now)
    {
        DaemonState? state = file.Load(now, out string? problem);
        if (problem is not null)
            log.StateRefused(problem);
        if (state is null)
            return;
        desk.Ledger = new(state.Captures);
        silencing.Restore(state.Silences ?? []);
        if (state.Actions is { } done)
            actions.Ledger = new ActionLedger(done, time.RealtimeUs(), time.NowUs());
        if (state.BootId != bootId)
            return;
        lifecycle.Remember(state);
        budgets.Remember(state.Budgets ?? []);
    }

    /// <summary>Writes the file. A disk that is full is said once, and the watch goes on.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Save(long nowUs)
    {
        _savedUs = nowUs;
        string? problem = file.Save(new DaemonState(
            DaemonState.CurrentVersion, bootId, [.. watched.All.Where(IsJudged).Select(ToState)],
            desk.Ledger.Entries)
        {
            Silences = silencing.Silences.All,
            Budgets = budgets.Save(),
            Actions = actions.Ledger.Save(time.RealtimeUs(), time.NowUs()),
        });
        if (problem is not null && problem != _lastProblem)
            log.StateUnsaved(problem);
        _lastProblem = problem;
        return problem is null;
    }

    // A child has neither rules nor reports of its own.
    private static bool IsJudged(WatchedGroup group) => group.Kind != GroupKind.Child;

    private static GroupState ToState(WatchedGroup group)
    {
        var rules = new NamedRuleState[group.Rules.Length];
        for (int i = 0; i < rules.Length; i++)
            rules[i] = NamedRuleState.From(group.Rules[i]);
        return new GroupState(
            group.Name, group.Cgroup.Id, group.InvocationId, group.SinceUs, group.Peak, group.OomKillsReported,
            group.OomKills, rules)
        {
            OomdKillsReported = group.OomdKillsReported,
            OomdKills = group.OomdKills,
        };
    }
}
