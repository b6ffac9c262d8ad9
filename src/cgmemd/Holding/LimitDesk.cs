using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.State;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Holding;

/// <summary>
/// Holds memory.high of units for a while, through systemd: as a tripwire, which tells of a threshold at once and is
/// taken away by its first event, or to enforce a size while an alert is on. What is held is on file before it is set,
/// so that it is set back whatever becomes of the daemon.
/// </summary>
internal sealed class LimitDesk(
    UnitControl control, HeldLimitsFile file, RuntimeDropIn dropIn, WatchList watched, ILogger log)
{
    /// <summary>
    /// After a tripwire was taken away, and after systemd refused. So a unit that hovers about its threshold costs
    /// systemd no more than two calls in this time.
    /// </summary>
    private const long PauseUs = 10_000_000;

    /// <summary>systemd writes a file for each: at the start it is not asked for hundreds at once.</summary>
    private const int MostSetting = 8;

    private readonly List<HeldHigh> _held = [];
    private int _setting;
    private string? _fileProblem;

    /// <summary>How many are held, or not yet set back.</summary>
    public int Count => _held.Count;

    /// <summary>
    /// When <see cref="Process"/> has something to do, CLOCK_MONOTONIC in microseconds; null for never.
    /// </summary>
    public long? DueUs
    {
        get
        {
            long? dueUs = null;
            foreach (HeldHigh held in _held)
            {
                if (held.Phase == HeldPhase.Releasing)
                    dueUs = Math.Min(dueUs ?? long.MaxValue, held.RetryUs);
            }

            return _held.Count == 0 ? null : Math.Min(dueUs ?? long.MaxValue, control.DueUs ?? long.MaxValue);
        }
    }

    /// <summary>What a former run held and could not be set back at the start: it is tried again.</summary>
    public void Restore(IReadOnlyList<(HeldLimit Limit, string Problem)> left, long nowUs)
    {
        foreach ((HeldLimit limit, _) in left)
        {
            _held.Add(new HeldHigh(limit, cgroupId: 0)
            {
                Phase = HeldPhase.Releasing,
                RetryUs = nowUs + PauseUs,
                IsProblemTold = true,
            });
        }
    }

    /// <summary>After a full reading, and before it is judged: whether the kernel told of a threshold.</summary>
    public void Look(WatchedGroup group, long nowUs)
    {
        if (group.Held is not { } held || !held.HasTripped(group.Sample))
            return;
        group.Crossed = Tripwire.Crossed(held.Bytes);
        Release(held, group, nowUs);
    }

    /// <summary>After a full reading was judged: sets what is to be held, and takes back what is no longer.</summary>
    public void Follow(WatchedGroup group, long nowUs)
    {
        group.Crossed = 0;
        if (group.Held is { Phase: HeldPhase.Releasing })
            return;
        if (group.Held is { Rule: { } rule } enforced)
        {
            if (!IsEnforced(group.FindRule(rule)))
                Release(enforced, group, nowUs);
            return;
        }

        ulong? place = group.Kind == GroupKind.Unit ? Tripwire.Place(group.Rules, group.Observe(nowUs)) : null;
        if (group.Held is { } tripwire)
        {
            if (place != tripwire.Bytes)
                Release(tripwire, group, nowUs);
        }
        else if (place is { } bytes && WhyNotNow(group, bytes, nowUs) is null)
        {
            Arm(group, bytes, nowUs);
        }
    }

    /// <summary>How a tripwire stands for a rule, for people.</summary>
    public string Standing(WatchedGroup group, RuleTrack track, long nowUs)
    {
        if (group.Held is { IsTripwire: true, Phase: HeldPhase.Held } held)
            return $"armed: memory.high is {ByteSize.ToHuman(held.Bytes)}";
        string? reason = group.Kind != GroupKind.Unit ? "only a unit that is no slice can have one"
            : Tripwire.WhyNot(track, group.Observe(nowUs))
                ?? (Tripwire.Place(group.Rules, group.Observe(nowUs)) is { } place
                    ? WhyNotNow(group, place, nowUs)
                    : null);
        reason ??= _fileProblem;
        return reason is null ? "about to be armed" : $"not armed: {reason}";
    }

    /// <summary>Sets memory.high for an alert; the handler gets null, or why it could not be.</summary>
    public void Enforce(WatchedGroup group, EnforceAction action, string rule, long nowUs, Action<string?> done)
    {
        ByteLimit before = group.Held?.Before ?? group.Limits.High;
        if (!control.IsConnected)
            done("there is no connection to systemd");
        else if (group.Kind != GroupKind.Unit)
            done("only a unit that is no slice can have it");
        else if (action.High.Resolve(group.Limits.EffectiveMax) is not { } wanted)
            done("there is no memory.max for a share of it");
        else if (before <= ByteLimit.Of(wanted))
            done($"the unit has a memory.high of its own, {ByteSize.ToHuman(before.Bytes)}");
        else if (group.Held is { Rule: { } other } && other != rule)
            done($"the rule {other} enforces {ByteSize.ToHuman(group.Held.Bytes)} already");
        else if (Hold(group, out string reason) is not { } held)
            done(reason);
        else
            Set(held, AtLeast(wanted, group), rule, nowUs, done);
    }

    /// <summary>Goes on with what systemd has not done yet, and lets go what is left of units that ended.</summary>
    public void Process(long nowUs)
    {
        if (_held.Count == 0)
            return;
        control.Expire(nowUs);
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            HeldHigh held = _held[i];
            bool isOver = held.Phase == HeldPhase.Releasing
                ? nowUs >= held.RetryUs
                : watched.Find(held.Unit) is not { VanishedUs: null } group || group.Held != held;
            if (isOver)
                Release(held, watched.Find(held.Unit), nowUs);
        }
    }

    private static bool IsEnforced(RuleTrack? track)
    {
        if (track is not { State.IsFiring: true, Rule.DryRun: false })
            return false;
        foreach (RuleAction action in track.Rule.Actions)
        {
            if (action is EnforceAction)
                return true;
        }

        return false;
    }

    // The kernel would reclaim what is above it in the thread that writes the file, which is systemd's.
    private static ulong AtLeast(ulong wanted, WatchedGroup group) =>
        Math.Max(wanted, group.Sample[Metric.MemoryCurrent] ?? 0);

    private string? WhyNotNow(WatchedGroup group, ulong place, long nowUs)
    {
        if (nowUs < group.TripwireDueUs)
            return "it was armed a moment ago";
        if (!control.IsConnected)
            return "there is no connection to systemd";
        if (_setting >= MostSetting)
            return "others are being armed";
        // By the time that systemd has written it the unit would be above it: see AtLeast.
        if (group.Sample[Metric.MemoryCurrent] + Math.Max(0, group.Rate) >= place)
            return "memory.current rises towards it too fast";
        return group.Protection;
    }

    private void Arm(WatchedGroup group, ulong bytes, long nowUs)
    {
        group.TripwireDueUs = nowUs + PauseUs;
        if (Hold(group, out _) is not { } held)
            return;
        held.EventsBefore = group.Sample[Metric.EventsLocalHigh] ?? ulong.MaxValue;
        Set(held, bytes, rule: null, nowUs, failure =>
        {
            if (failure is not null)
                log.TripwireFailed(group.Name, failure);
        });
    }

    // On file before anything is set.
    private HeldHigh? Hold(WatchedGroup group, out string reason)
    {
        reason = "";
        if (group.Held is { } held)
            return held;
        if (_held.Exists(other => other.Unit == group.Name))
        {
            reason = "what the invocation before had held is not set back yet";
            return null;
        }

        if (NewLimit(group) is { } limit)
        {
            held = new HeldHigh(limit, group.Cgroup.Id);
            _held.Add(held);
            if (Save())
                return group.Held = held;
            _held.Remove(held);
        }

        reason = _fileProblem!;
        return null;
    }

    private HeldLimit? NewLimit(WatchedGroup group)
    {
        try
        {
            string? problem = dropIn.WhyNotWritable();
            if (problem is null)
                return new HeldLimit(group.Name, group.Limits.High, dropIn.Exists(group.Name));
            Fail(problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e.Message);
        }

        return null;
    }

    private void Set(HeldHigh held, ulong bytes, string? rule, long nowUs, Action<string?> done)
    {
        (held.Bytes, held.Rule, held.Phase) = (bytes, rule, HeldPhase.Setting);
        _setting++;
        int question = ++held.Question;
        control.SetMemoryHigh(held.Unit, ByteLimit.Of(bytes), nowUs, failure =>
        {
            _setting--;
            if (held.Question == question && failure is null)
                held.Phase = HeldPhase.Held;
            else if (held.Question == question)
                Release(held, group: null, nowUs);
            done(failure);
        });
    }

    // Where the unit may be slowed down this moment, the kernel is told first: systemd may have much to do just then.
    private void Release(HeldHigh held, WatchedGroup? group, long nowUs)
    {
        group?.Cgroup.WriteHigh(held.Before);
        (held.Phase, held.RetryUs) = (HeldPhase.Releasing, nowUs + PauseUs);
        int question = ++held.Question;
        control.SetMemoryHigh(held.Unit, held.Before, nowUs, failure =>
        {
            if (held.Question == question)
                Released(held, UnitControl.IsNoSuchUnit(failure) ? null : failure);
        });
    }

    private void Released(HeldHigh held, string? problem)
    {
        problem ??= held.Limit.HadDropIn ? null : dropIn.Clear(held.Unit);
        if (problem is not null)
        {
            if (!held.IsProblemTold)
                log.LimitNotRestored(held.Unit, problem);
            held.IsProblemTold = true;
            return;
        }

        _held.Remove(held);
        if (watched.Find(held.Unit) is { } group && group.Held == held)
            group.Held = null;
        if (held.Rule is { } rule)
            log.LimitRestored(held.Unit, rule, held.Before.ToString());
        Save();
    }

    private bool Save()
    {
        string? problem = file.Save(_held.ConvertAll(held => held.Limit));
        Fail(problem);
        return problem is null;
    }

    // Said once, until there is none.
    private void Fail(string? problem)
    {
        if (problem is not null && problem != _fileProblem)
            log.HeldUnsaved(problem);
        _fileProblem = problem;
    }
}
