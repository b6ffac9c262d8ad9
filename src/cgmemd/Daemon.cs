using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Prekill;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Varlink;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

/// <summary>
/// The loop: waits, notes what has happened, and then, in one tick with one time, reads, decides and writes. Everything
/// but captures, PSS and the history's disk happens here, on one thread. Times are CLOCK_MONOTONIC in microseconds.
/// </summary>
internal sealed class Daemon(
    Poller poller,
    WatchList watched,
    ChildWatcher childWatcher,
    AncestorLimits ancestors,
    SystemdUnits units,
    Lifecycle lifecycle,
    Sampler sampler,
    Measuring measuring,
    Judge judge,
    BudgetJudge budgets,
    Func<ByteLimit> hostMemory,
    Silencing silencing,
    ActionDesk actions,
    LimitDesk limits,
    Records records,
    Recording recording,
    CaptureOutcomes captureOutcomes,
    PrekillHook prekill,
    VarlinkServer varlink,
    OwnCost cost,
    StateKeeper state,
    Reloading reloading,
    ILogger log,
    TimeProvider time)
{
    private const ulong BusKey = 1;
    private const ulong ChildrenKey = 2;
    private const ulong VarlinkKey = 3;

    /// <summary>The poll key of <see cref="PrekillHook"/>.</summary>
    public const ulong PrekillKey = 4;

    private const int ReadyBatch = 64;
    private const long HousekeepingUs = 5_000_000;
    private const long BusPatienceUs = 10_000_000;

    /// <summary>What must not be forgotten is saved within this.</summary>
    private const long SaveIntervalUs = 1_000_000;

    private readonly Footprint _footprint = new();
    private readonly List<ulong> _changedParents = [];
    private readonly (ulong Key, PollEvents Events)[] _ready = new (ulong, PollEvents)[ReadyBatch];
    private Configuration? _configuration;
    private Action<WatchedGroup, long>? _sample;
    private int _busFd = -1;
    private uint _busEvents;
    private bool _busIsReady = true;
    private bool _isStarted;
    private long? _catchingUpSinceUs;
    private long _rescanDueUs;
    private long _housekeepingDueUs;
    private long _housekeptUs;
    private long _watchdogUs;
    private volatile bool _isStopping;
    private volatile bool _isReloadRequested;

    private bool IsDirty => lifecycle.IsDirty || judge.IsDirty || budgets.IsDirty || silencing.IsDirty
        || captureOutcomes.IsDirty || actions.IsDirty;

    private Configuration Current => _configuration!;

    /// <summary>Ends <see cref="Run"/>. Any thread may call it.</summary>
    public void Stop()
    {
        _isStopping = true;
        poller.Wake();
    }

    /// <summary>Has the configuration read anew by the loop. Any thread may call it.</summary>
    public void RequestReload()
    {
        _isReloadRequested = true;
        poller.Wake();
    }

    /// <summary>Takes over a configuration, at the start and on every reload.</summary>
    public void Configure(Configuration configuration)
    {
        _configuration = configuration;
        recording.Configure(configuration.History, watched.All);
        measuring.Configure(configuration.Pss);
        actions.Configure(configuration.Actions, configuration.Captures);
        _catchingUpSinceUs = time.NowUs();
        prekill.Configure(configuration.Captures, _catchingUpSinceUs.Value);
        lifecycle.Configure(configuration, _catchingUpSinceUs.Value);
        budgets.Configure(configuration.Sampling, hostMemory(), _catchingUpSinceUs.Value);
        units.Refilter();
        _rescanDueUs = 0;
        _housekeepingDueUs = 0;
    }

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public void Run()
    {
        poller.Add(childWatcher.Descriptor, PollEvents.Readable, ChildrenKey);
        poller.Add(varlink.Fd, PollEvents.Readable, VarlinkKey);
        _watchdogUs = (long)(Notify.WatchdogInterval?.TotalMicroseconds ?? 0);
        while (!_isStopping)
        {
            int count = poller.Wait(WaitMs(time.NowUs()), _ready);
            long nowUs = time.NowUs();
            for (int i = 0; i < count; i++)
                Note(_ready[i].Key, nowUs);
            Tick(nowUs);
            cost.EndTick(nowUs, time.NowUs());
        }

        actions.Stop(time.NowUs());
        state.Save(time.NowUs());
    }

    // Only notes: what is to be done is decided in the tick. The varlink calls are answered there and then; they read,
    // and those of systemd-oomd begin captures.
    private void Note(ulong key, long nowUs)
    {
        switch (key)
        {
            case BusKey:
                _busIsReady = true;
                break;
            case ChildrenKey:
                childWatcher.Drain(_changedParents);
                break;
            case VarlinkKey:
                varlink.OnReady(nowUs);
                break;
            case PrekillKey:
                prekill.OnReady(nowUs);
                break;
            default:
                if (watched.FindByPollKey(key) is { } group)
                    NoteEvent(group);
                break;
        }
    }

    // memory.events or the pressure of a group: it is read in full, but not more often than the shortest interval. What
    // a tripwire tells is worth more than that, and comes once; memory.events tells of the cgroups below it too.
    private void NoteEvent(WatchedGroup group)
    {
        group.EventsPending = true;
        bool hasTripped = group.Held is { IsArmed: true } held && held.HasTripped(group.Cgroup.ReadEventsLocalHigh());
        long soonest = hasTripped ? 0 : group.FullReadUs + ToUs(Current.Sampling.MinInterval);
        group.FullDueUs = Math.Min(group.FullDueUs, soonest);
        group.DueUs = Math.Min(group.DueUs, soonest);
    }

    private void Tick(long nowUs)
    {
        if (_isReloadRequested)
        {
            _isReloadRequested = false;
            _ = reloading.Reload(this);
        }

        FollowUnits(nowUs);
        FollowCgroups(nowUs);
        ancestors.BeginPass();
        // Backwards: a group that is gone leaves the list.
        for (int i = watched.All.Count - 1; i >= 0; i--)
        {
            if (i < watched.All.Count && watched.All[i].DueUs <= nowUs)
                Sample(watched.All[i], nowUs);
        }

        // A sum over units that were not all found yet would be too small.
        if (_catchingUpSinceUs is null)
            budgets.Evaluate(_sample ??= Sample, nowUs);
        measuring.Follow(watched);
        measuring.Tell(log, watched);
        captureOutcomes.Record(Current.Captures);
        prekill.Expire(nowUs);
        Act(nowUs);
        recording.TellNotices(log);
        if (nowUs >= _housekeepingDueUs || (IsDirty && nowUs >= _housekeptUs + SaveIntervalUs))
            Housekeep(nowUs);
    }

    // What is admitted is on file before it is done: a crash that it brought about must not admit it again.
    private void Act(long nowUs)
    {
        if (actions.NeedsSave)
        {
            if (state.Save(nowUs))
                actions.Saved();
            else
                actions.Unsaved(nowUs);
        }

        actions.Process(_sample ??= Sample, nowUs);
        limits.Process(nowUs);
        // What was sent may wait for room in the socket.
        WatchBus();
    }

    private void FollowUnits(long nowUs)
    {
        bool isDue = _busIsReady || units.TimeoutUs <= nowUs || units.RetryAtUs <= nowUs;
        if (isDue)
        {
            units.Process(nowUs);
            _busIsReady = false;
        }

        while (units.TryTake(out UnitChange change))
            lifecycle.Apply(change, nowUs);
        WatchBus();
        bool hasCaughtUp = _rescanDueUs > 0 && (units.IsSettled || IsWithoutBus(nowUs));
        if (_catchingUpSinceUs is null || !hasCaughtUp)
            return;
        lifecycle.EndFirstPass(nowUs);
        _catchingUpSinceUs = null;
        if (!_isStarted)
        {
            _isStarted = true;
            log.Started(ProductVersion.Version, ProductVersion.Framework, watched.All.Count);
            Notify.Ready($"Watching {watched.All.Count} cgroups");
        }
    }

    // At the start and after a reload the bus is given time to answer: what it says of units is more than their
    // cgroups' names tell, which containers use too.
    private bool IsWithoutBus(long nowUs) => !units.IsConnected
        && (units.RetryAtUs is not null || _catchingUpSinceUs is null
            || nowUs - _catchingUpSinceUs > BusPatienceUs);

    private void FollowCgroups(long nowUs)
    {
        foreach (ulong id in _changedParents)
            lifecycle.RescanChildren(id, nowUs);
        _changedParents.Clear();
        if (nowUs < _rescanDueUs)
            return;
        lifecycle.Rescan(unitsToo: IsWithoutBus(nowUs), nowUs);
        _rescanDueUs = nowUs + ToUs(Current.Sampling.Interval);
    }

    private void Sample(WatchedGroup group, long nowUs)
    {
        bool isFull = group.FullDueUs <= nowUs;
        ReadStatus status = isFull ? sampler.ReadFull(group, nowUs) : sampler.ReadQuick(group, nowUs);
        if (status == ReadStatus.Ok && !isFull && Judge.WouldAct(group, nowUs))
        {
            isFull = true;
            status = sampler.ReadFull(group, nowUs);
        }

        switch (status)
        {
            case ReadStatus.Ok:
                group.Rearm(poller);
                if (group.Cgroup.FailedFile is not null)
                    ReportFailure(group);
                recording.Sample(group, isFull, nowUs);
                if (isFull)
                {
                    limits.Look(group);
                    lifecycle.ReportOomKills(group);
                }

                judge.Evaluate(group, isFull, nowUs);
                if (isFull)
                    limits.Follow(group, nowUs);
                Measuring.Prefer(group);
                recording.Processes(group, nowUs);
                RecordUsage(group, nowUs);
                Sampler.Schedule(group, Current.Sampling, nowUs);
                break;
            case ReadStatus.Vanished:
                lifecycle.Vanished(group, units.IsConnected, nowUs);
                break;
            default:
                group.DueUs = group.FullDueUs = nowUs + ToUs(Current.Sampling.Interval);
                // A delegated child without the memory controller, until somebody enables it there, is no failure.
                if (status == ReadStatus.Failed)
                    ReportFailure(group);
                break;
        }
    }

    private void ReportFailure(WatchedGroup group)
    {
        if (group.HasFailed)
            return;
        group.HasFailed = true;
        log.ReadFailed(
            $"{group.Cgroup.Path}/{group.Cgroup.FailedFile ?? "memory.current"}",
            Linux.Native.Errnos.Text(group.Cgroup.LastErrno), (int)group.Cgroup.LastErrno);
    }

    private void RecordUsage(WatchedGroup group, long nowUs)
    {
        long intervalUs = ToUs(Current.Journal.UsageInterval);
        if (intervalUs == 0 || group.Kind == GroupKind.Child)
            return;
        // The interval may have become shorter since it was set.
        if (group.UsageDueUs == 0 || group.UsageDueUs > nowUs + intervalUs)
            group.UsageDueUs = nowUs + intervalUs;
        if (nowUs < group.UsageDueUs)
            return;
        group.UsageDueUs = nowUs + intervalUs;
        records.Usage(group);
    }

    private void Housekeep(long nowUs)
    {
        _housekeptUs = nowUs;
        _housekeepingDueUs = nowUs + HousekeepingUs;
        varlink.DropSlow(nowUs);
        prekill.Tend(nowUs);
        if (_watchdogUs > 0)
        {
            Notify.Watchdog();
            _housekeepingDueUs = Math.Min(_housekeepingDueUs, nowUs + _watchdogUs);
        }

        silencing.EndThoseOver();
        if (IsDirty || state.IsOld(nowUs))
            state.Save(nowUs);
        lifecycle.IsDirty = judge.IsDirty = budgets.IsDirty = silencing.IsDirty = captureOutcomes.IsDirty
            = actions.IsDirty = false;
        _footprint.ShrinkIfGrown();
    }

    private void WatchBus()
    {
        int fd = units.PollFd;
        uint events = units.PollEvents;
        if (fd == _busFd && events == _busEvents)
            return;
        if (fd >= 0 && fd == _busFd)
            poller.Modify(fd, (PollEvents)events, BusKey);
        else if (fd >= 0)
            poller.Add(fd, (PollEvents)events, BusKey);
        (_busFd, _busEvents) = (fd, events);
    }

    private int WaitMs(long nowUs)
    {
        long dueUs = Math.Min(_housekeepingDueUs, _rescanDueUs);
        dueUs = Math.Min(dueUs, units.TimeoutUs ?? long.MaxValue);
        dueUs = Math.Min(dueUs, units.RetryAtUs ?? long.MaxValue);
        dueUs = Math.Min(dueUs, actions.DueUs ?? long.MaxValue);
        dueUs = Math.Min(dueUs, limits.DueUs ?? long.MaxValue);
        dueUs = Math.Min(dueUs, budgets.DueUs(nowUs) ?? long.MaxValue);
        dueUs = Math.Min(dueUs, prekill.DueUs ?? long.MaxValue);
        if (IsDirty)
            dueUs = Math.Min(dueUs, _housekeptUs + SaveIntervalUs);
        foreach (WatchedGroup group in watched.All)
            dueUs = Math.Min(dueUs, group.DueUs);
        // Rounded up: a millisecond early would be a tick for nothing.
        return (int)Math.Clamp((dueUs - nowUs + 999) / 1_000, 0, HousekeepingUs / 1_000);
    }

    private static long ToUs(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan ? 0 : (long)span.TotalMicroseconds;
}
