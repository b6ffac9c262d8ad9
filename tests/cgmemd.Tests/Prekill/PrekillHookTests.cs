using System.Globalization;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Prekill;
using Cgmemd.Daemon.Tests.Attribution;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Tests.Cgroups;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Tests.Prekill;

/// <summary>What systemd-oomd is answered before it kills, and when; a capture may hang in a process's file.</summary>
public sealed class PrekillHookTests : IDisposable
{
    private const int Pid = 42;
    private const string Path = "/system.slice/api.service";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly MadeProcfs _proc = new();
    private readonly Poller _poller = new();
    private readonly RecordedTree _daemon;
    private readonly CaptureDesk _desk;
    private readonly CaptureDirectory _directory;
    private readonly PrekillHook _hook;
    private readonly (ulong Key, PollEvents Events)[] _ready = new (ulong, PollEvents)[8];

    public PrekillHookTests()
    {
        foreach (string file in Directory.EnumerateFiles(_tree.Root, "cgroup.procs", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
        _tree.Write(Path + "/cgroup.procs", Pid.ToString(CultureInfo.InvariantCulture));
        _proc.Write(Pid, startTicks: 1, residentPages: 1_000, rollupKilobytes: null);
        _proc.WriteStatus(Pid, residentKilobytes: 4_000);
        _daemon = new RecordedTree(_tree);
        _directory = new CaptureDirectory(_proc.Root + "/captures");
        Assert.Null(_directory.Prepare());
        _desk = new CaptureDesk(
            new SmapsCapture(_tree.Root, _proc.Root, _directory, new HostRedaction(_proc.Root), TimeProvider.System),
            _directory, _poller);
        Directory.CreateDirectory(HookDirectory);
        _hook = new PrekillHook(
            HookDirectory, _poller, Daemon.PrekillKey, _daemon.Watched, _daemon.Sampler, _desk, _daemon.Records,
            _daemon.Recording, RecordedTree.BootId, TimeProvider.System);
    }

    private string HookDirectory => _proc.Root + "/hook";

    private static long NowUs => RecordedTree.NowUs;

    [Fact]
    public void AUnitWithARuleThatCapturesIsCapturedBeforeTheReply()
    {
        Configure(Rule("near", dryRun: false, EventSource.OomKill), Rule("oomd", dryRun: false, EventSource.OomdKill));
        Assert.Null(Ask(Path).Error);
        Assert.Single(_directory.List());
        EventRecord said = Assert.Single(Said());
        Assert.Equal(
            ("oomd", Path, false),
            (said.Rule, said.Fields["CGMEMD_KILLED_CGROUP"], said.Fields.ContainsKey("CGMEMD_REASON")));
        Assert.Equal(new DaemonPrekill("listening", 1, null), _hook.Status);
    }

    [Fact]
    public void ACaptureThatHangsIsNotWaitedForBeyondTheBound()
    {
        Configure(TimeSpan.FromMilliseconds(200), Rule("oomd", dryRun: false, EventSource.OomdKill));
        _proc.Block(_proc.Rollup(Pid));
        Assert.Null(Ask(Path).Error);
        Assert.Equal([false, true], Said().Select(said => said.Fields.ContainsKey("CGMEMD_REASON")));
        Assert.Contains("not done within 200ms", Said()[1].Message, StringComparison.Ordinal);
        _proc.Release(_proc.Rollup(Pid));
    }

    [Theory]
    [InlineData("/system.slice/api.service/workers/one")]
    [InlineData("/system.slice")]
    public void AKillBelowOrAboveIsTheUnitsToo(string path)
    {
        Configure(Rule("oomd", dryRun: true, EventSource.OomdKill));
        Ask(path);
        EventRecord said = Assert.Single(Said(), said => said.Unit == "api.service");
        Assert.Equal(path, said.Fields["CGMEMD_KILLED_CGROUP"]);
        Assert.Contains("dry run", said.Fields["CGMEMD_REASON"], StringComparison.Ordinal);
        Assert.Empty(_directory.List());
    }

    [Fact]
    public void WhatIsNotWatchedIsAnsweredAtOnceAndNotTold()
    {
        Configure(Rule("oomd", dryRun: false, EventSource.OomdKill));
        Assert.Null(Ask("/system.slice/api.service2").Error);
        Assert.Empty(Said());
    }

    [Fact]
    public void WithinTheCooldownThereIsNoOtherCapture()
    {
        Configure(Rule("oomd", dryRun: false, EventSource.OomdKill));
        Ask(Path);
        Ask(Path);
        Assert.Contains("cooldown", Said()[1].Fields["CGMEMD_REASON"], StringComparison.Ordinal);
        Assert.Single(_directory.List());
    }

    [Fact]
    public void WithoutARuleThatCapturesThereIsNone()
    {
        Configure();
        Ask(Path);
        Assert.Equal("no capture: no rule of the unit captures", Assert.Single(Said()).Fields["CGMEMD_REASON"]);
    }

    [Fact]
    public void TheSocketComesWithTheDirectoryAndGoesWithTheHook()
    {
        Directory.Delete(HookDirectory);
        Configure();
        Assert.Equal("absent", _hook.Status.State);
        Directory.CreateDirectory(HookDirectory);
        _hook.Tend(NowUs);
        Assert.Equal("listening", _hook.Status.State);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(HookDirectory + "/cgmemd"));
        File.Delete(HookDirectory + "/cgmemd");
        _hook.Tend(NowUs);
        Assert.True(File.Exists(HookDirectory + "/cgmemd"));
        Directory.Delete(HookDirectory, recursive: true);
        _hook.Tend(NowUs);
        Assert.Equal("absent", _hook.Status.State);
        Directory.CreateDirectory(HookDirectory);
        _hook.Tend(NowUs);
        Configure(TimeSpan.Zero);
        Assert.Equal("disabled", _hook.Status.State);
        Assert.False(File.Exists(HookDirectory + "/cgmemd"));
    }

    public void Dispose()
    {
        _hook.Dispose();
        _desk.Dispose();
        _daemon.Dispose();
        _poller.Dispose();
        _proc.Dispose();
        _tree.Dispose();
    }

    private static Rule Rule(string name, bool dryRun, EventSource on) => new(
        name, ["*"], new EventCondition(on, Metric.EventsOomKill, Count: 1, TimeSpan.FromMinutes(5)))
    {
        Actions = [new CaptureAction()],
        DryRun = dryRun,
    };

    private void Configure(params Rule[] rules) => Configure(Patience, rules);

    private void Configure(TimeSpan patience, params Rule[] rules)
    {
        Configuration configuration = Configuration.Default with
        {
            Watches = [new Watch("all", ["*.service"], [], [], [])],
            Rules = rules,
            Captures = CaptureOptions.Default with { KeepFree = 0, BeforeOomdKill = patience },
        };
        _daemon.Configure(configuration);
        _hook.Configure(configuration.Captures, NowUs);
    }

    // As systemd-oomd does, while the loop goes round.
    private VarlinkResult Ask(string cgroup)
    {
        Task<VarlinkResult> asked = Task.Run(() =>
        {
            using var client = VarlinkClient.Connect(HookDirectory + "/cgmemd", TimeSpan.FromMinutes(1));
            return client.Call(PrekillInterface.Notify, new PrekillCall(cgroup), VarlinkJson.Default.PrekillCall);
        });
        while (!asked.IsCompleted)
        {
            int count = _poller.Wait(10, _ready);
            foreach ((ulong key, _) in _ready.AsSpan(0, count))
            {
                if (key == Daemon.PrekillKey)
                    _hook.OnReady(NowUs);
            }

            while (_desk.TryTakeOutcome(out var outcome))
                _hook.Captured(outcome!);
            _hook.Expire(NowUs);
        }

        return asked.Result;
    }

    private EventRecord[] Said() => [.. _daemon.Events.Events.Where(said => said.Event == "prekill")];
}
