using System.Runtime.InteropServices;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Alerts;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Holding;
using Cgmemd.Daemon.Prekill;
using Cgmemd.Daemon.Status;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Configuration;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.State;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Varlink;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

/// <summary>Puts the daemon together and runs it: the one place where its parts meet.</summary>
internal static class Host
{
    private const string SystemBusSocket = "run/dbus/system_bus_socket";
    private const UnixFileMode Anybody = (UnixFileMode)0x1b6; // 0666: callers are told apart by SO_PEERCRED

    /// <summary>Runs until SIGTERM or SIGINT; an exit code.</summary>
    public static int Run(Options options)
    {
        TimeProvider time = TimeProvider.System;
        ConfigurationResult loaded = Load(options);
        if (loaded.Configuration is not { } configuration)
        {
            foreach (Diagnostic diagnostic in loaded.Diagnostics)
                Console.Error.WriteLine(diagnostic);
            return ExitCode.Configuration;
        }

        string procRoot = Path.Combine(options.Root, "proc");
        if (Find(options) is not { } cgroupRoot
            || ProcDirectory.TryOpen(procRoot, out ProcDirectory? proc, out _) != ReadStatus.Ok || proc is null)
        {
            return ExitCode.Unavailable;
        }

        try
        {
            return Run(options, configuration, loaded, cgroupRoot, proc, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"cgmemd: {e.Message}");
            return ExitCode.Failure;
        }
    }

    private static int Run(
        Options options, Configuration configuration, ConfigurationResult loaded, string cgroupRoot,
        ProcDirectory proc, TimeProvider time)
    {
        string bootId = options.BootId;
        options.MakeDirectories();
        using var poller = new Poller();
        string historyPath = Path.Combine(options.StateDirectory, "history.db");
        using var recorder = new HistoryRecorder(historyPath, bootId, time, poller.Wake);
        var recording = new Recording(recorder, bootId, time);
        var events = new EventHistory(OpenLog(options, time), recording, time);
        events.Restore(Recording.LastEvents(historyPath, EventHistory.Capacity));
        // Now, so that what is found at the start is recorded too.
        recorder.Configure(configuration.History);
        using ChildWatcher childWatcher = WatchChildren();
        using var watched = new WatchList(cgroupRoot, poller, childWatcher, recording);
        using var ancestors = new AncestorLimits(cgroupRoot);
        using var units = new SystemdUnits(watched.Wants, events);
        var records = new Records(events, recording, time);
        using Measuring measuring = StartMeasuring(cgroupRoot, options.ProcRoot, time);
        var releasing = new Releasing(options, cgroupRoot);
        var limits = new LimitDesk(units, releasing.File, releasing.Files, watched, events);
        var sampler = new Sampler(ancestors, measuring, limits);
        var directory = new CaptureDirectory(Path.Combine(options.StateDirectory, "captures"));
        string? captureProblem = directory.Prepare();
        HostRedaction redaction = Redaction(options, configuration);
        var capture = new SmapsCapture(cgroupRoot, options.ProcRoot, directory, redaction, time);
        using var desk = new CaptureDesk(capture, directory, poller);
        var silencing = new Silencing(events, time);
        var budgets = new BudgetList(watched);
        var actions = new ActionDesk(
            units.Control, limits, desk, watched, budgets, silencing, records, new ActionRecords(events));
        var judge = new Judge(desk, actions, measuring, silencing, bootId, records, time);
        var budgetJudge = new BudgetJudge(budgets, watched, judge, silencing, new BudgetRecords(events, recording));
        var lifecycle = new Lifecycle(watched, sampler, judge, records, recording);
        using var prekill = new PrekillHook(
            Path.Combine(options.Root, PrekillInterface.Directory), poller, Daemon.PrekillKey, watched, sampler, desk,
            records, recording, bootId, time);
        var outcomes = new CaptureOutcomes(desk, directory, records, actions, prekill);
        var cost = new OwnCost(proc);
        var state = new StateKeeper(
            new StateFile(Path.Combine(options.StateDirectory, "state.json")), bootId, watched, budgets, desk,
            silencing, actions, events, time);

        Daemon? daemon = null;
        List<PreflightFinding> findings = CheckHost(options, cgroupRoot, proc, captureProblem, events);
        var reloading = new Reloading(() => Load(options, redaction), events, time);
        var statusReport = new StatusReport(
            watched, budgets, units, directory, events, sampler, measuring, cost, state, recording, prekill, findings,
            reloading, bootId, time);
        var handlers = new VarlinkHandlers(
            watched, events, recording, new UnitReport(budgets, time),
            new ProcessReport(watched, measuring.Table, time),
            new RuleHandlers(watched, budgets, judge, budgetJudge, silencing, limits, time), sampler, time,
            statusReport.Report, () => reloading.Reload(daemon!));
        using VarlinkServer varlink = Listen(options, handlers);

        daemon = new Daemon(
            poller, watched, childWatcher, ancestors, units, lifecycle, sampler, measuring, judge, budgetJudge,
            () => HostMemory(proc), silencing, actions, limits, records, recording, outcomes, prekill, varlink, cost,
            state, reloading, events, time);
        state.Restore(lifecycle, time.GetUtcNow());
        // A former run that was killed may have left some, if its ExecStopPost= failed too.
        limits.Restore(releasing.Run(events), time.NowUs());
        reloading.Loaded(loaded, daemon);
        RunUntilSignal(daemon);
        _ = releasing.Run(events);
        events.Stopping();
        return ExitCode.Success;
    }

    /// <summary>Sets back what a daemon held that is no more, and does nothing else; an exit code.</summary>
    public static int Release(Options options)
    {
        if (VarlinkServer.Answers(Path.Combine(options.RunDirectory, DaemonInterface.Name)))
        {
            Console.Error.WriteLine("cgmemd: a daemon runs, and sets back what it holds when it stops");
            return ExitCode.Failure;
        }

        try
        {
            var releasing = new Releasing(options, Detect(options)?.Root);
            return releasing.Run(OpenLog(options, TimeProvider.System)).Count == 0
                ? ExitCode.Success
                : ExitCode.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"cgmemd: {e.Message}");
            return ExitCode.Failure;
        }
    }

    // No bound is a share of what cannot be read.
    private static ByteLimit HostMemory(ProcDirectory proc) =>
        proc.TryReadMemoryInfo(out MemoryInfo info) == ReadStatus.Ok ? ByteLimit.Of(info.MemTotal) : ByteLimit.Max;

    private static ILogger OpenLog(Options options, TimeProvider time) => options.LogTarget switch
    {
        LogTargetChoice.Journal => new JournalLogger(),
        LogTargetChoice.Console => new ConsoleLogger(Console.Error, time),
        _ => LogTarget.Open(time),
    };

    private static VarlinkServer Listen(Options options, VarlinkHandlers handlers) => VarlinkServer.Listen(
        Path.Combine(options.RunDirectory, DaemonInterface.Name), Anybody,
        VarlinkService.ForDaemon(ProductVersion.Version, handlers.Handle).Handle);

    private static ChildWatcher WatchChildren() =>
        ChildWatcher.TryCreate(out ChildWatcher? children, out var errno) == ReadStatus.Ok && children is not null
            ? children
            : throw new IOException($"inotify_init1: {Linux.Native.Errnos.Text(errno)}");

    // It has its own descriptors: a thread that is stuck in one of them keeps nobody else from his.
    private static Measuring StartMeasuring(string cgroupRoot, string procRoot, TimeProvider time)
    {
        var cgroups = new CgroupMembers(cgroupRoot);
        if (ProcDirectory.TryOpen(procRoot, out ProcDirectory? proc, out var errno) != ReadStatus.Ok || proc is null)
            throw new IOException($"{procRoot}: {Linux.Native.Errnos.Text(errno)}");
        return new Measuring(cgroups, proc, time);
    }

    private static void RunUntilSignal(Daemon daemon)
    {
        using PosixSignalRegistration term = OnSignal(PosixSignal.SIGTERM, daemon.Stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, daemon.Stop);
        using PosixSignalRegistration hangUp = OnSignal(PosixSignal.SIGHUP, daemon.RequestReload);
        daemon.Run();
        Notify.Stopping();
    }

    private static ConfigurationResult Load(Options options) => options.ConfigurationFiles.Count == 0
        ? ConfigurationFiles.Load(options.Root)
        : ConfigurationFiles.LoadFiles(options.ConfigurationFiles);

    private static HostRedaction Redaction(Options options, Configuration configuration)
    {
        var redaction = new HostRedaction(options.StateDirectory);
        redaction.Configure(configuration.Breakdown.Redact);
        return redaction;
    }

    private static ConfigurationResult Load(Options options, HostRedaction redaction)
    {
        ConfigurationResult loaded = Load(options);
        if (loaded.Configuration is { } configuration)
            redaction.Configure(configuration.Breakdown.Redact);
        return loaded;
    }

    // Where cgroup v2 is, if it has what we live on.
    private static string? Find(Options options)
    {
        CgroupMount? mount = Detect(options);
        if (mount is { HasMemory: true })
            return mount.Root;
        Console.Error.WriteLine(mount is null
            ? "cgmemd: no cgroup v2 is mounted: there is nothing that could be watched"
            : $"cgmemd: {mount.Root}: cgroup v2 has no memory controller here: boot with "
                + "systemd.unified_cgroup_hierarchy=1, and without cgroup_disable=memory");
        return null;
    }

    private static CgroupMount? Detect(Options options)
    {
        if (options.Root != "/")
            return CgroupMount.TryOpen(Path.Combine(options.Root, "sys/fs/cgroup"));
        _ = CgroupMount.TryDetect("/proc", out CgroupMount? mount);
        return mount;
    }

    private static List<PreflightFinding> CheckHost(
        Options options, string cgroupRoot, ProcDirectory proc, string? captureProblem, ILogger log)
    {
        Cgroup? any = null;
        foreach (string path in CgroupTree.Find(cgroupRoot, ["/*"], []).Take(1))
            _ = Cgroup.TryOpen(cgroupRoot, path, out any);
        // What the kernel's files can do is known after the first read.
        var sample = default(Sample);
        any?.Read(ref sample);
        using (any)
        {
            List<PreflightFinding> findings = Preflight.Check(
                any, proc, File.ReadAllText("/proc/self/status"),
                File.Exists(Path.Combine(options.Root, SystemBusSocket)));
            if (captureProblem is not null)
                findings.Add(new PreflightFinding("a captures directory", $"captures will fail: {captureProblem}"));
            findings.ForEach(finding => log.Preflight(finding.Finding, finding.Consequence));
            return findings;
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, Action action) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        });
}
