using Cgmemd.Core.Captures;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// An alert that rules would have raised over recorded history. Times are CLOCK_REALTIME in microseconds.
/// </summary>
public sealed record ReplayedAlert
{
    public required string Unit { get; init; }

    public required string Rule { get; init; }

    /// <summary>The gravest it became.</summary>
    public required string Severity { get; init; }

    public required long FiredUsec { get; init; }

    /// <summary>Null where it was still on at the end.</summary>
    public long? ResolvedUsec { get; init; }

    /// <summary>The key of the value judged.</summary>
    public required string On { get; init; }

    /// <summary>What the values are: <c>bytes</c>, <c>count</c>, <c>permyriad</c> or <c>usec</c>.</summary>
    public required string ValueUnit { get; init; }

    public required ulong Value { get; init; }

    public required ulong Threshold { get; init; }

    /// <summary>The worst value meanwhile.</summary>
    public required ulong Peak { get; init; }

    /// <summary>Why it would not have been told; null where it would.</summary>
    public string? SuppressedBy { get; init; }

    /// <summary><c>taken</c>, or why there would have been no capture; null where the rule takes none.</summary>
    public string? Capture { get; init; }
}

/// <summary>
/// Rules at work over the samples of one life of one unit, as they were recorded: what would have fired, when, and what
/// would have been captured. The engine and the conditions are the daemon's own.
/// </summary>
public sealed class RuleReplay
{
    private readonly string _unit;
    private readonly long _startedUs;
    private readonly bool _isFresh;
    private readonly TimeSpan _cooldown;
    private readonly CaptureLedger _ledger;
    private readonly RuleTrack[] _tracks;
    private readonly ReplayedAlert?[] _open;
    private readonly List<ReplayedAlert> _alerts;
    private ulong? _oomKillsBefore;
    private ulong _oomKills;
    private Sample _sample;
    private Limits _limits;

    /// <param name="life">Whose samples come.</param>
    /// <param name="isFresh">Whether it began under watch: what the kernel counts first is news.</param>
    /// <param name="rules">The rules for the unit.</param>
    /// <param name="cooldown">The shortest time between captures of one rule.</param>
    /// <param name="ledger">What was captured in its former lives.</param>
    /// <param name="alerts">Takes what is found.</param>
    public RuleReplay(
        Invocation life, bool isFresh, IReadOnlyList<Rule> rules, TimeSpan cooldown, CaptureLedger ledger,
        List<ReplayedAlert> alerts)
    {
        (_unit, _startedUs, _isFresh) = (life.Unit, life.Start.MonotonicUs, isFresh);
        (_cooldown, _ledger, _alerts) = (cooldown, ledger, alerts);
        _tracks = [.. rules.Select(rule => new RuleTrack(rule))];
        _open = new ReplayedAlert?[_tracks.Length];
    }

    /// <summary>Takes one recorded sample.</summary>
    /// <param name="sample">Its values.</param>
    /// <param name="limits">The limits at that time.</param>
    /// <param name="time">When it was read.</param>
    public void Add(in Sample sample, in Limits limits, HistoryTime time)
    {
        (_sample, _limits) = (sample, limits);
        if (sample.TryGet(Metric.EventsOomKill, out ulong kills))
        {
            _oomKillsBefore ??= _isFresh ? 0 : kills;
            _oomKills = Math.Max(_oomKills, kills - Math.Min(kills, _oomKillsBefore.Value));
        }

        // A quick reading has memory.current alone.
        bool isFull = sample.TryGet(Metric.Anon, out _);
        Step(isFull ? _ => true : condition => condition.IsQuick, time);
    }

    /// <summary>The life ends, or all that is recorded of it: alerts that are on end with the life.</summary>
    /// <param name="life">As it is known at its end.</param>
    public void End(Invocation life)
    {
        if (life.End is not { } end)
        {
            foreach (ReplayedAlert? open in _open)
            {
                if (open is not null)
                    _alerts.Add(open);
            }

            return;
        }

        _oomKills = Math.Max(_oomKills, life.OomKills);
        Step(condition => condition is EventCondition { IsOnKills: true }, end);
        for (int i = 0; i < _open.Length; i++)
            Close(i, end);
    }

    private void Step(Func<Condition, bool> isDue, HistoryTime time)
    {
        var seen = new Observation(_sample, _limits, time.MonotonicUs)
        {
            IsFresh = _isFresh,
            StartedUs = _startedUs,
            OomKills = _oomKills,
        };
        RuleRound.Step(_tracks, seen, _startedUs, isDue);
        for (int i = 0; i < _tracks.Length; i++)
        {
            RuleTrack track = _tracks[i];
            if (track.HasNews)
                Tell(i, track, time);
            if (_open[i] is { } open && track.State.IsFiring)
                _open[i] = open with { Peak = track.State.PeakValue };
        }
    }

    private void Tell(int i, RuleTrack track, HistoryTime time)
    {
        string? muted = RuleRound.InhibitedBy(_tracks, track.Rule);
        switch (RuleEngine.Tell(ref track.State, track.Transition, muted is not null, time.MonotonicUs))
        {
            case RuleNotice.Suppress:
                _open[i] = Alert(track, time) with { SuppressedBy = muted };
                break;
            case RuleNotice.Fire:
                _open[i] = Alert(track, time) with { Capture = Capture(track.Rule, time) };
                break;
            case RuleNotice.Escalate when _open[i] is { } open:
                // As grave as it became; a capture is taken again, if the cooldown lets it.
                string? capture = Capture(track.Rule, time, hasRisen: true);
                _open[i] = open with
                {
                    Severity = SeverityText.Of(track.Rule.SeverityAt(track.State.Level)),
                    Capture = open.Capture == "taken" ? open.Capture : capture,
                };
                break;
            default:
                break;
        }

        if (track.Transition == RuleTransition.Resolved)
            Close(i, time);
    }

    private void Close(int i, HistoryTime time)
    {
        if (_open[i] is not { } open)
            return;
        _alerts.Add(open with { ResolvedUsec = time.RealtimeUs });
        _open[i] = null;
    }

    private ReplayedAlert Alert(RuleTrack track, HistoryTime time) => new()
    {
        Unit = _unit,
        Rule = track.Rule.Name,
        Severity = SeverityText.Of(track.Rule.SeverityAt(track.State.Level)),
        FiredUsec = time.RealtimeUs,
        On = track.Rule.Condition.On,
        ValueUnit = ValueText.Name(track.Rule.Condition.Unit),
        Value = track.Found.Value,
        Threshold = track.Found.Threshold,
        Peak = track.State.PeakValue,
    };

    private string? Capture(Rule rule, HistoryTime time, bool hasRisen = false)
    {
        if (!rule.Actions.Any(action => action is CaptureAction))
            return null;
        if (rule.DryRun)
            return "dry run";
        if (!hasRisen && _ledger.CooldownLeft(_unit, rule.Name, _cooldown, time.RealtimeUs) > TimeSpan.Zero)
            return "cooldown";
        _ledger.Add(_unit, rule.Name, time.RealtimeUs);
        return "taken";
    }
}
