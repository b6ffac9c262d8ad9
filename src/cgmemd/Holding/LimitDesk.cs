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
/// so that it is set back whatever becomes of the daemon; what somebody else sets meanwhile stays.
/// </summary>
internal sealed partial class LimitDesk(
    SystemdUnits units, HeldLimitsFile file, HeldFiles files, WatchList watched, ILogger log)
{
    /// <summary>
    /// After a tripwire was taken away. So a unit that hovers about its threshold costs systemd no more than two calls
    /// in this time; and before what systemd refused to set back is tried again.
    /// </summary>
    private const long PauseUs = 10_000_000;

    /// <summary>After systemd refused to set one: it may be a unit whose file is gone.</summary>
    private const long RefusedUs = 3_600_000_000;

    /// <summary>systemd writes a file for each, and a message bus bounds the replies outstanding.</summary>
    private const int MostSetting = 8;
    private const int MostReleasing = 32;

    private readonly Dictionary<string, HeldHigh> _held = new(StringComparer.Ordinal);
    private readonly List<HeldHigh> _due = [];
    private int _setting;
    private int _releasing;
    private bool _needsSave;
    private string? _problem;

    private bool HasRoom => units.IsConnected && _releasing < MostReleasing;

    /// <summary>
    /// When <see cref="Process"/> has something to do, CLOCK_MONOTONIC in microseconds; null for never. What waits for
    /// systemd's answer, or for a connection, is woken by that.
    /// </summary>
    public long? DueUs
    {
        get
        {
            if (_held.Count == 0)
                return _needsSave ? 0 : null;
            long? dueUs = _needsSave ? 0 : units.Control.DueUs;
            foreach (HeldHigh held in _held.Values)
            {
                if (held.Phase == HeldPhase.Due && HasRoom)
                    dueUs = Math.Min(dueUs ?? long.MaxValue, held.DueUs);
            }

            return dueUs;
        }
    }

    /// <summary>What a former run held and could not be set back at the start: it is tried again.</summary>
    public void Restore(IReadOnlyList<(HeldLimit Limit, string Problem)> left, long nowUs)
    {
        foreach ((HeldLimit limit, _) in left)
        {
            _held[limit.Unit] = new HeldHigh(limit)
            {
                Phase = HeldPhase.Due,
                DueUs = nowUs + PauseUs,
                IsProblemTold = true,
            };
        }
    }

    /// <summary>A unit's own memory.high where another is held; else null. Allocates nothing.</summary>
    public ByteLimit? OwnHigh(string unit) =>
        _held.Count > 0 && _held.TryGetValue(unit, out HeldHigh? held) ? held.Before : null;

    /// <summary>After a full reading, and before it is judged: whether the kernel told of a threshold.</summary>
    public void Look(WatchedGroup group)
    {
        if (group.Held is not { } held || !held.HasTripped(group.Sample[Metric.EventsLocalHigh]))
            return;
        group.Crossed = Tripwire.Crossed(held.Bytes);
        Drop(held);
    }

    /// <summary>After a full reading was judged: sets what is to be held, and takes back what is no longer.</summary>
    public void Follow(WatchedGroup group, long nowUs)
    {
        group.Crossed = 0;
        if (group.Held is { IsOn: false })
            return;
        bool isOverridden = group.Held is { Phase: HeldPhase.Held } set
            && set.Limit.By(group.Cgroup.High) != HeldNow.Held;
        if (group.Held is { Rule: { } rule } enforced)
        {
            if (isOverridden || !IsEnforced(group.FindRule(rule)))
                Drop(enforced);
            else
                Tighten(enforced, group, nowUs);
            return;
        }

        ulong? place = group.Kind == GroupKind.Unit ? Tripwire.Place(group.Rules, group.Observe(nowUs)) : null;
        if (group.Held is { } tripwire)
        {
            if (isOverridden || place != tripwire.Bytes)
                Drop(tripwire);
        }
        else if (place is { } bytes && WhyNotNow(group, bytes, nowUs) is null)
        {
            Arm(group, bytes, nowUs);
        }
    }

    /// <summary>How a tripwire stands for a rule, for people.</summary>
    public string Standing(WatchedGroup group, RuleTrack track, long nowUs)
    {
        Observation seen = group.Observe(nowUs);
        string? reason = group.Kind != GroupKind.Unit
            ? "only a unit that is no slice can have one"
            : Tripwire.WhyNot(track, seen);
        if (reason is null && Tripwire.Place(group.Rules, seen) is { } place)
        {
            if (group.Held is { IsArmed: true } held && Tripwire.PlaceOf(track, seen) > held.Bytes)
                reason = $"that of another rule comes first, at {ByteSize.ToHuman(held.Bytes)}";
            else if (group.Held is { Phase: HeldPhase.Held, Rule: null })
                return $"armed: memory.high is {ByteSize.ToHuman(group.Held.Bytes)}";
            else if (group.Held is { Rule: { } rule })
                reason = $"the rule {rule} enforces a memory.high";
            else if (group.Held is null)
                reason = WhyNotNow(group, place, nowUs) ?? _problem;
        }

        return reason is null ? "about to be armed" : $"not armed: {reason}";
    }

    /// <summary>Sets memory.high for an alert; the handler gets null, or why it could not be.</summary>
    public void Enforce(WatchedGroup group, EnforceAction action, string rule, long nowUs, Action<string?> done)
    {
        if (!units.IsConnected)
            done("there is no connection to systemd");
        else if (WhyNever(group) is { } never)
            done(never);
        else if (action.High.Resolve(group.Limits.EffectiveMax) is not { } wanted)
            done("there is no memory.max for a share of it");
        else if (AtLeast(wanted, group) is var bytes && group.Limits.High <= ByteLimit.Of(bytes))
            done($"the unit has a memory.high of its own, {ByteSize.ToHuman(group.Limits.High.Bytes)}");
        else if (group.Held is { IsOn: true, Rule: { } other } && other != rule)
            done($"the rule {other} enforces {ByteSize.ToHuman(group.Held.Bytes)} already");
        else if (!Hold(group, bytes, out HeldHigh? held, out string reason))
            done(reason);
        else
            Set(held!, rule, wanted, nowUs, done);
    }

    /// <summary>Goes on with what is to be set back, and lets go what is held of units that ended.</summary>
    public void Process(long nowUs)
    {
        if (_held.Count > 0)
        {
            units.Control.Expire(nowUs);
            foreach (HeldHigh held in _held.Values)
            {
                bool isOver = held.IsOn
                    && (watched.Find(held.Unit) is not { VanishedUs: null } group || group.Held != held);
                if (isOver)
                    Drop(held);
                if (held.Phase == HeldPhase.Due && nowUs >= held.DueUs)
                    _due.Add(held);
            }

            foreach (HeldHigh held in _due)
            {
                if (HasRoom)
                    Release(held, nowUs);
            }

            _due.Clear();
        }

        if (_needsSave)
            Save();
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

    // The kernel would reclaim what is above it in the thread that writes the file, which is systemd's: where the unit
    // will be by then.
    private static ulong AtLeast(ulong wanted, WatchedGroup group) => Math.Max(
        wanted, (group.Sample[Metric.MemoryCurrent] ?? 0) + (ulong)Math.Max(0, group.Rate));

    // Down to what is wanted, as the unit comes to rest or gives back.
    private void Tighten(HeldHigh held, WatchedGroup group, long nowUs)
    {
        ulong bytes = AtLeast(held.Wanted, group);
        bool isWorthIt = bytes < held.Bytes && (bytes == held.Wanted || held.Bytes - bytes > held.Bytes / 16);
        if (isWorthIt && held.Phase == HeldPhase.Held && Hold(group, bytes, out _, out _))
            Set(held, held.Rule, held.Wanted, nowUs, _ => { });
    }

    // A group found by its name alone may be another's than the unit of that name: systemd has to have told of it.
    private static string? WhyNever(WatchedGroup group) =>
        group.Kind != GroupKind.Unit ? "only a unit that is no slice can have it"
        : group.InvocationId is null ? "systemd has not told of it"
        : group.Protection;

    private string? WhyNotNow(WatchedGroup group, ulong place, long nowUs)
    {
        if (WhyNever(group) is { } never)
            return never;
        if (nowUs < group.TripwireDueUs)
            return "it was armed a moment ago, or systemd refused";
        if (!units.IsConnected)
            return "there is no connection to systemd";
        if (_setting >= MostSetting)
            return "others are being armed";
        return AtLeast(0, group) >= place ? "memory.current rises towards it too fast" : null;
    }

    private void Arm(WatchedGroup group, ulong bytes, long nowUs)
    {
        group.TripwireDueUs = nowUs + PauseUs;
        if (!Hold(group, bytes, out HeldHigh? held, out _))
            return;
        held!.EventsBefore = group.Sample[Metric.EventsLocalHigh];
        Set(held, rule: null, bytes, nowUs, failure =>
        {
            if (failure is null)
                return;
            group.TripwireDueUs = nowUs + RefusedUs;
            log.TripwireFailed(group.Name, failure);
        });
    }
}
