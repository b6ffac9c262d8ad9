using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Status;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
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
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Daemon.Tests.History;

/// <summary>The parts of the daemon that record, over a recorded kernel's cgroups and a history of their own.</summary>
internal sealed class RecordedTree : IDisposable
{
    public const string BootId = "0123456789abcdef0123456789abcdef";

    private static readonly HistoryPace Soon = HistoryPace.Default with
    {
        CommitInterval = TimeSpan.FromMilliseconds(20),
        EventInterval = TimeSpan.FromMilliseconds(10),
    };

    private readonly FixtureTree _tree;
    private readonly Poller _poller = new();
    private readonly ChildWatcher _children;
    private readonly AncestorLimits _ancestors;
    private readonly Measuring _measuring;
    private readonly CaptureDesk _desk;

    private readonly SystemdUnits _units;

    /// <param name="tree">The cgroups and, below them, the history; the caller's.</param>
    /// <param name="bus">Where systemd is asked; where there is none, whatever it is asked fails at once.</param>
    public RecordedTree(FixtureTree tree, string bus = "unix:path=/nonexistent/bus")
    {
        _units = new SystemdUnits(_ => false, NullLogger.Instance, bus);
        _tree = tree;
        Assert.Equal(ReadStatus.Ok, ChildWatcher.TryCreate(out ChildWatcher? children, out Errno _));
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _));
        (_children, _measuring) = (
            children!, new Measuring(new CgroupMembers(tree.Root), proc!, TimeProvider.System));
        _ancestors = new AncestorLimits(tree.Root);
        Recorder = new HistoryRecorder(Path, BootId, TimeProvider.System, _poller.Wake, Soon);
        Recording = new Recording(Recorder, BootId, TimeProvider.System);
        Watched = new WatchList(tree.Root, _poller, _children, Recording);
        Events = new EventHistory(new Sink(), Recording, TimeProvider.System);
        Records = new Records(Events, Recording, TimeProvider.System);
        var directory = new CaptureDirectory(_tree.Root + "/captures");
        _desk = new CaptureDesk(
            new SmapsCapture(_tree.Root, "/proc", directory, new HostRedaction("/"), TimeProvider.System), directory,
            _poller);
        Silencing = new Silencing(Events, TimeProvider.System);
        Limits = new LimitDesk(
            _units, new HeldLimitsFile(_tree.Root + "/held-limits", BootId),
            new HeldFiles(_tree.Root, new RuntimeDropIn(_tree.Root)), Watched, Events);
        Sampler = new Sampler(_ancestors, _measuring, Limits);
        Budgets = new BudgetList(Watched);
        Actions = new ActionDesk(
            _units.Control, Limits, _desk, Watched, Budgets, Silencing, Records, new ActionRecords(Events));
        Judge = new Judge(_desk, Actions, _measuring, Silencing, BootId, Records, TimeProvider.System);
        BudgetJudge = new BudgetJudge(
            Budgets, Watched, Judge, Silencing, new BudgetRecords(Events, Recording));
        Lifecycle = new Lifecycle(Watched, Sampler, Judge, Records, Recording);
        Configure(Configuration.Default with { Watches = [new Watch("all", ["*.service"], [], [], [])] });
    }

    public SystemdUnits Units => _units;

    public string Path => _tree.Root + "/history.db";

    public HistoryRecorder Recorder { get; }

    public Recording Recording { get; }

    public WatchList Watched { get; }

    public Sampler Sampler { get; }

    public Records Records { get; }

    /// <summary>What was said.</summary>
    public EventHistory Events { get; }

    public Silencing Silencing { get; }

    public ActionDesk Actions { get; }

    public LimitDesk Limits { get; }

    public Judge Judge { get; }

    public BudgetList Budgets { get; }

    public BudgetJudge BudgetJudge { get; }

    /// <summary>The memory of the host that it runs on.</summary>
    public ByteLimit HostMemory { get; set; } = ByteLimit.Of(1UL << 30);

    public ProcessTable Processes => _measuring.Table;

    public Lifecycle Lifecycle { get; }

    public static long NowUs => TimeProvider.System.NowUs();

    public void Configure(Configuration configuration)
    {
        Recording.Configure(configuration.History, Watched.All);
        Lifecycle.Configure(configuration, NowUs);
        BudgetJudge.Configure(configuration.Sampling, HostMemory, NowUs);
        Lifecycle.Rescan(unitsToo: true, NowUs);
        Lifecycle.EndFirstPass(NowUs);
    }

    /// <summary>Reads and records every group, as the loop does when all are due.</summary>
    public void Read()
    {
        _ancestors.BeginPass();
        foreach (WatchedGroup group in Watched.All)
        {
            long nowUs = NowUs;
            if (Sampler.ReadFull(group, nowUs) == ReadStatus.Ok)
                Recording.Sample(group, isFull: true, nowUs);
        }
    }

    /// <summary>Ends the daemon; what it has recorded is in the file.</summary>
    public void Dispose()
    {
        _desk.Dispose();
        _units.Dispose();
        Recorder.Dispose();
        Watched.Dispose();
        _ancestors.Dispose();
        _children.Dispose();
        _measuring.Dispose();
        _poller.Dispose();
    }

    // Where the journal would be.
    private sealed class Sink : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
        }
    }
}
