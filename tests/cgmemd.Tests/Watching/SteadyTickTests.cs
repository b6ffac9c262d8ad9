using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.State;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Tests.Cgroups;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Daemon.Tests.Watching;

/// <summary>What the loop does in every tick while nothing happens, over a recorded kernel's cgroups.</summary>
public sealed class SteadyTickTests : IDisposable
{
    private const long IntervalUs = 60_000_000; // so long that every tick has all to do

    private static readonly Configuration Everything = Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], [], [], [])],
        Rules =
        [
            ScheduleTests.MakeRule(Metric.MemoryCurrent, 1UL << 50, TimeSpan.FromSeconds(1)) with { Tripwire = true },
            ScheduleTests.MakeRule(Metric.WorkingSet, 1UL << 50, TimeSpan.Zero),
            new Rule("event", ["*"], new EventCondition(
                EventSource.Counter, Metric.EventsHigh, Count: 1, TimeSpan.FromMinutes(5))),
            new Rule("pressure", ["*"], new PressureCondition(
                IsFull: true, Bound.OfShare(1000), Bound.OfShare(500), TimeSpan.FromSeconds(10))),
            new Rule("time-to-limit", ["*"], new TimeToLimitCondition(
                Metric.MemoryCurrent, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromHours(24),
                LimitFile.MemoryMax)),
            new Rule("spike", ["*"], new SpikeCondition(
                Metric.MemoryCurrent, new SpikeBaseline(BaselineKind.Rolling), Bound.OfBytes(1UL << 40),
                Bound.OfBytes(1UL << 39))),
            new Rule("budget", ["*.service"], new BudgetCondition(
                Metric.MemoryCurrent, [new Level(Bound.OfShare(9000), Bound.OfShare(8000), Severity.Warning)])),
            new Rule("budget-of-anon", ["*.service"], new BudgetCondition(
                Metric.Anon, [new Level(Bound.OfBytes(1UL << 50), Bound.OfBytes(1UL << 49), Severity.Warning)])),
            new Rule("leak", ["*"], new LeakCondition(Above: 0, ExpectStable: TimeSpan.FromHours(1))),
        ],
    };

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly Poller _poller = new();
    private readonly ChildWatcher _children;
    private readonly HistoryRecorder _recorder;
    private readonly Recording _recording;
    private readonly WatchList _watched;
    private readonly AncestorLimits _ancestors;
    private readonly Sampler _sampler;
    private readonly Measuring _measuring;
    private readonly CaptureDesk _desk;
    private readonly SystemdUnits _units = new(_ => false, NullLogger.Instance, "unix:path=/nonexistent/bus");
    private readonly ActionDesk _actions;
    private readonly LimitDesk _limits;
    private readonly Judge _judge;
    private readonly BudgetList _budgets;
    private readonly BudgetJudge _budgetJudge;
    private readonly Action<WatchedGroup, long> _read = (_, _) => Assert.Fail("nothing is to be told");

    public SteadyTickTests()
    {
        Assert.Equal(ReadStatus.Ok, ChildWatcher.TryCreate(out ChildWatcher? children, out Errno _));
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _));
        (_children, _measuring) = (
            children!, new Measuring(new CgroupMembers(_tree.Root), proc!, TimeProvider.System));
        _recorder = new HistoryRecorder(
            _tree.Root + "/history.db", new string('0', 32), TimeProvider.System, _poller.Wake);
        _recording = new Recording(_recorder, new string('0', 32), TimeProvider.System);
        _watched = new WatchList(_tree.Root, _poller, _children, _recording);
        _ancestors = new AncestorLimits(_tree.Root);
        _limits = new LimitDesk(
            _units, new HeldLimitsFile(_tree.Root + "/held-limits", new string('0', 32)),
            new HeldFiles(_tree.Root, new RuntimeDropIn(_tree.Root)), _watched, NullLogger.Instance);
        _sampler = new Sampler(_ancestors, _measuring, _limits);
        var directory = new CaptureDirectory(_tree.Root + "/captures");
        _desk = new CaptureDesk(
            new SmapsCapture(_tree.Root, "/proc", directory, new HostRedaction("/"), TimeProvider.System), directory,
            _poller);
        var records = new Records(NullLogger.Instance, _recording, TimeProvider.System);
        var silencing = new Silencing(NullLogger.Instance, TimeProvider.System);
        _budgets = new BudgetList(_watched);
        _actions = new ActionDesk(
            _units.Control, _limits, _desk, _watched, _budgets, silencing, records,
            new ActionRecords(NullLogger.Instance));
        _judge = new Judge(
            _desk, _actions, _measuring, silencing, new string('0', 32), records, TimeProvider.System);
        _budgetJudge = new BudgetJudge(
            _budgets, _watched, _judge, silencing, new BudgetRecords(NullLogger.Instance, _recording));
        _recorder.Configure(Everything.History);
        _watched.Configure(Everything, dropped: (_, _) => { });
        _budgetJudge.Configure(Everything.Sampling, ByteLimit.Of(1UL << 40), nowUs: 0);
        _watched.OpenByPath(unitsToo: true, nowUs: 0, []);
        foreach (WatchedGroup group in _watched.All.ToArray())
            _watched.OpenChildren(group, nowUs: 0);
    }

    [Fact]
    public void AllocatesNothing()
    {
        long nowUs = IntervalUs;
        // What is made on first use: buffers, rings, open files.
        for (int i = 0; i < 20; i++)
            Tick(nowUs += IntervalUs);
        // The queue to the history's writer grows here, where hours of samples come in a second, by doubling: in no
        // two rounds after one another.
        long[] allocated = new long[24];
        for (int round = 0; round < allocated.Length; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
                Tick(nowUs += IntervalUs);
            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(allocated.Contains(0), string.Join(" ", allocated));
    }

    [Fact]
    public void ReadsEveryGroup()
    {
        Tick(IntervalUs);
        Assert.All(
            _watched.All.Where(group => group.Kind == GroupKind.Unit),
            group => Assert.Equal(IntervalUs, group.FullReadUs));
    }

    public void Dispose()
    {
        _desk.Dispose();
        _units.Dispose();
        _watched.Dispose();
        _recorder.Dispose();
        _ancestors.Dispose();
        _children.Dispose();
        _measuring.Dispose();
        _poller.Dispose();
        _tree.Dispose();
    }

    private void Tick(long nowUs)
    {
        _ancestors.BeginPass();
        foreach (WatchedGroup group in _watched.All)
        {
            if (_sampler.ReadFull(group, nowUs) != ReadStatus.Ok)
                continue;
            _recording.Sample(group, isFull: true, nowUs);
            _ = _sampler.ReadQuick(group, nowUs);
            _recording.Sample(group, isFull: false, nowUs);
            Assert.False(Judge.WouldAct(group, nowUs));
            _limits.Look(group);
            _judge.Evaluate(group, isFull: true, nowUs);
            _limits.Follow(group, nowUs);
            Measuring.Prefer(group);
            _recording.Processes(group, nowUs);
            Sampler.Schedule(group, Everything.Sampling, nowUs);
        }

        _budgetJudge.Evaluate(_read, nowUs);
        Assert.Null(_budgetJudge.DueUs(nowUs));
        foreach (Budget budget in _budgets.All)
            Assert.True(budget.Sum.Total > 0);
        _measuring.Follow(_watched);
        _measuring.Tell(NullLogger.Instance, _watched);
        Assert.False(_actions.NeedsSave);
        _actions.Process((_, _) => { }, nowUs);
        Assert.Null(_actions.DueUs);
        _limits.Process(nowUs);
        Assert.Null(_limits.DueUs);
    }
}
