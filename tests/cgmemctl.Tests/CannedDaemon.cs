using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control.Tests;

/// <summary>A daemon that always sees the same host, at Sat 2026-11-21 10:00:00 UTC.</summary>
internal static class CannedDaemon
{
    internal const long NowUsec = 1_795_255_200_000_000;

    private const ulong M = 1024 * 1024;
    private const long Second = 1_000_000;

    private static readonly UnitSummary[] Units =
    [
        new()
        {
            Unit = "api.service", Cgroup = "/system.slice/api.service", CgroupId = 4711, Active = true,
            MemoryCurrent = 420 * M, MemoryPeak = 480 * M, MemoryMax = 512 * M, Anon = 300 * M, Pss = 398 * M,
            PssAgeUsec = 12 * Second, Rate = 1_258_291, Alerts = 1, SampledUsec = NowUsec - (2 * Second),
        },
        new()
        {
            Unit = "system-postgresql.slice/postgresql@16-main.service",
            Cgroup = "/system.slice/postgresql@16-main.service", CgroupId = 4712, Active = true,
            MemoryCurrent = 2048 * M, MemoryPeak = 2200 * M, Anon = 512 * M, Rate = -4096,
            SampledUsec = NowUsec - (2 * Second), Alerts = 0,
        },
        new()
        {
            Unit = "cron.service", Cgroup = "/system.slice/cron.service", CgroupId = 4713, Active = true,
            MemoryCurrent = 1500, Rate = 0, Alerts = 0, SampledUsec = NowUsec - (2 * Second),
        },
        new()
        {
            Unit = "batch.service", Cgroup = "/system.slice/batch.service", CgroupId = 4714, Active = false,
            MemoryPeak = 90 * M, Alerts = 0, SampledUsec = NowUsec - (3600 * Second),
        },
    ];

    private static readonly ProcessMemory[] Processes =
    [
        Process(4242, 4240, "api", 301, 12, "dotnet"),
        Process(4240, 1, "sh", 1, 95, "native"),
        Process(4250, 4242, "api-worker", 80, 7250, "native") with { Problem = "undercounted" },
        new()
        {
            Pid = 4260, Ppid = 4242, Comm = "evil\e[2J", StartTimeTicks = 4260, Rss = 20 * M,
        },
        Process(4300, 4242, "helper", 9, 30, null) with { EscapedTo = "/user.slice/user-0.slice/session-3.scope" },
    ];

    private static readonly EventRecord[] Events =
    [
        Event(1, 7200, "unit-started", "api.service", null, "api.service: started"),
        Event(2, 180, "alert-firing", "api.service", "memory-80",
            "api.service: memory-80: memory.current 412M is above 80% of 512M"),
        Event(3, 178, "capture-taken", "api.service", "memory-80", "api.service: capture written, 14.2K"),
    ];

    internal static VarlinkReply Handle(VarlinkCall call) => call.Method switch
    {
        DaemonInterface.GetStatus =>
            VarlinkReply.Of(new GetStatusReply(Status()), ReplyJson.Default.GetStatusReply),
        DaemonInterface.ListUnits =>
            VarlinkReply.Of(new ListUnitsReply(Units), ReplyJson.Default.ListUnitsReply),
        DaemonInterface.GetUnit => GetUnit(call),
        DaemonInterface.ListEvents => ListEvents(call),
        DaemonInterface.ListProcesses => VarlinkReply.Of(
            new ListProcessesReply(Processes, Processes.Count(process => process.EscapedTo is null)),
            ReplyJson.Default.ListProcessesReply),
        DaemonInterface.RecordBreakdown => VarlinkReply.Nothing,
        DaemonInterface.Reload =>
            VarlinkReply.Of(new ReloadReply(["a.toml:1:1: warning: old"]), ReplyJson.Default.ReloadReply),
        _ => VarlinkReply.MethodNotFound(call.Method),
    };

    private static VarlinkReply GetUnit(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.GetUnitCall, out GetUnitCall wanted, out VarlinkReply refusal))
            return refusal;
        return wanted.Unit == "api.service"
            ? VarlinkReply.Of(new GetUnitReply(Api()), ReplyJson.Default.GetUnitReply)
            : VarlinkReply.OfError(
                DaemonInterface.NoSuchUnit, new NoSuchUnitError(wanted.Unit), ReplyJson.Default.NoSuchUnitError);
    }

    private static VarlinkReply ListEvents(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.ListEventsCall, out ListEventsCall wanted, out var refusal))
            return refusal;
        EventRecord[] found =
        [
            .. Events.Where(e => e.TimeUsec >= (wanted.SinceUsec ?? 0) && (wanted.Unit ?? e.Unit) == e.Unit)
                .TakeLast(wanted.Limit ?? int.MaxValue),
        ];
        return VarlinkReply.Of(new ListEventsReply(found), ReplyJson.Default.ListEventsReply);
    }

    private static ProcessMemory Process(
        int pid, int parent, string comm, ulong mib, long age, string? runtime) => new()
        {
            Pid = pid,
            Ppid = parent,
            Comm = comm,
            StartTimeTicks = (ulong)pid,
            Rss = (mib + 20) * M,
            Pss = mib * M,
            PssAnon = mib * M / 4 * 3,
            PssFile = mib * M / 4,
            PssShmem = 0,
            PssDirty = mib * M / 2,
            SwapPss = 0,
            AgeUsec = age * Second,
            Runtime = runtime,
        };

    private static EventRecord Event(
        ulong id, long ageSeconds, string kind, string unit, string? rule, string message) =>
        new()
        {
            Id = id,
            TimeUsec = NowUsec - (ageSeconds * Second),
            Event = kind,
            Unit = unit,
            Rule = rule,
            Message = message,
            Fields = new Dictionary<string, string> { ["CGMEMD_RULE"] = rule ?? "" },
        };

    internal static DaemonStatus Status() => new()
    {
        Version = "0.1.0",
        Framework = "net9.0 NativeAOT",
        Pid = 812,
        BootId = "0c5f2ea4a0ab4e7a8b0cf50e2ec0f4a1",
        StartedUsec = NowUsec - (7500 * Second),
        UptimeUsec = 7500 * Second,
        Units = 4,
        Cgroups = 9,
        Rules = 2,
        AlertsFiring = 1,
        Captures = 1,
        CaptureBytes = 14540,
        OldestEventId = 1,
        LastEventId = 3,
        BusConnected = true,
        ConfigurationFiles = ["/usr/lib/cgmemd/cgmemd.toml", "/etc/cgmemd/rules.d/memory.toml"],
        ConfigurationLoadedUsec = NowUsec - (7500 * Second),
        Preflight = [new PreflightFinding("kernel 6.1, before 6.12", "peaks between samples are not exact")],
        Prekill = new DaemonPrekill("listening", 2, null),
        History = new DaemonHistory
        {
            State = "recording",
            SinceUsec = NowUsec - (7500 * Second),
            File = "/var/lib/cgmemd/history.db",
            Bytes = 41 * (long)M,
            OldestUsec = NowUsec - (172_800 * Second),
            SamplesWritten = 13_500,
            SamplesLost = 0,
            RecordsLost = 0,
            QueueBytes = 4096,
            Commits = 1500,
            CommitLastUsec = 8_310,
            CommitMaxUsec = 41_200,
            ChunksSealed = 20,
            CpuUsec = 940_000,
        },
        Pss = new DaemonMeasuring
        {
            State = "measuring",
            Processes = 31,
            NeverRead = 2,
            Unreadable = 0,
            Undercounted = 1,
            Untracked = 0,
            OldestAgeUsec = 44 * Second,
            Readings = 7_200,
            Undercounts = 3,
            SpentUsec = 1_100_000,
            ShareUsed = 0.0013,
        },
        Cost = new DaemonCost
        {
            Pss = 6_710_886,
            PrivateDirty = 3_250_585,
            CpuUsec = 9_400_000,
            CpuUsecPerSecond = 1250,
            Ticks = 1500,
            TickLastUsec = 410,
            TickMeanUsec = 396,
            TickMaxUsec = 2104,
            Reads = 81_000,
            Fds = 64,
            GcAllocatedBytes = 524_288,
            StateFileBytes = 4096,
            JournalEntries = 27,
        },
    };

    internal static UnitDetail Api() => new()
    {
        Unit = "api.service",
        Cgroup = "/system.slice/api.service",
        CgroupId = 4711,
        Active = true,
        InvocationId = "6a1b6e4bbd3c4f5f9d1f6a2b8c7d9e0f",
        SinceUsec = NowUsec - (7200 * Second),
        SampledUsec = NowUsec - (2 * Second),
        IntervalPeakExact = false,
        Sample = new Dictionary<string, ulong>
        {
            ["memory.current"] = 420 * M,
            ["memory.peak"] = 480 * M,
            ["memory.peak.interval"] = 421 * M,
            ["memory.swap.current"] = 0,
            ["memory.stat.anon"] = 300 * M,
            ["memory.stat.file"] = 88 * M,
            ["memory.stat.shmem"] = 0,
            ["memory.stat.kernel"] = 24 * M,
            ["working_set"] = 350 * M,
            ["pss"] = 398 * M,
            ["memory.pressure.some.avg10"] = 12,
            ["memory.pressure.full.avg10"] = 0,
            ["memory.events.high"] = 0,
            ["memory.events.max"] = 3,
            ["memory.events.oom"] = 0,
            ["memory.events.oom_kill"] = 0,
            ["pids.current"] = 17,
        },
        Limits = new Dictionary<string, ulong?>
        {
            ["memory.high"] = null,
            ["memory.max"] = null,
            ["memory.swap.max"] = null,
            ["effective_memory.high"] = null,
            ["effective_memory.max"] = 512 * M,
        },
        Rate = 1_258_291,
        PssAgeUsec = 12 * Second,
        OomKills = 0,
        Processes = [new ProcessUsage(4242, "api", 320 * M, 300 * M), new ProcessUsage(4250, "evil\e[2J", 20 * M)],
        Alerts =
        [
            new AlertStatus
            {
                Rule = "memory-80", State = "firing", Severity = "warning", Metric = "memory.current",
                SinceUsec = NowUsec - (180 * Second), Value = 420 * M, Threshold = 429_496_729, Episode = 1,
            },
        ],
        Children = [],
    };
}
