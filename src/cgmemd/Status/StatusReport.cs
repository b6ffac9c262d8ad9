using Cgmemd.Core.Captures;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Prekill;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Status;

/// <summary>The daemon as it is now, as the varlink interface shows it.</summary>
internal sealed class StatusReport(
    WatchList watched,
    BudgetList budgets,
    SystemdUnits units,
    CaptureDirectory captures,
    EventHistory events,
    Sampler sampler,
    Measuring measuring,
    OwnCost cost,
    StateKeeper state,
    Recording recording,
    PrekillHook prekill,
    IReadOnlyList<PreflightFinding> findings,
    Reloading configuration,
    string bootId,
    TimeProvider time)
{
    private readonly long _startedUs = time.NowUs();

    public DaemonStatus Report()
    {
        long uptimeUs = time.NowUs() - _startedUs;
        List<CaptureFile> files = captures.List();
        return new DaemonStatus
        {
            Version = ProductVersion.Version,
            Framework = ProductVersion.Framework,
            Pid = Environment.ProcessId,
            BootId = bootId,
            StartedUsec = time.RealtimeUs() - uptimeUs,
            UptimeUsec = uptimeUs,
            Units = watched.All.Count(group => group.Kind is GroupKind.Unit or GroupKind.Slice),
            Cgroups = watched.All.Count,
            Rules = configuration.Rules,
            AlertsFiring = watched.All.Sum(group => group.AlertsFiring) + budgets.Firing,
            Captures = files.Count,
            CaptureBytes = files.Aggregate(0UL, (sum, file) => sum + file.Bytes),
            OldestEventId = events.OldestId,
            LastEventId = events.LastId,
            BusConnected = units.IsConnected,
            ConfigurationFiles = configuration.Files,
            ConfigurationLoadedUsec = configuration.LoadedUs,
            Preflight = findings,
            History = HistoryReport.Of(recording.Status),
            Pss = measuring.Report(),
            Cost = cost.Report(sampler, measuring, state.Bytes, events.Entries),
            Prekill = prekill.Status,
        };
    }
}
