using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Alerts;

/// <summary>From a cgroup's files to what is said: the rules of a unit over a recorded kernel's tree.</summary>
public sealed class JudgeTests : IDisposable
{
    private const string Unit = "api.service";
    private const ulong MiB = 1 << 20;
    private const long Second = 1_000_000;

    private static readonly Rule Ladder = new("ladder", ["*"], new ThresholdCondition(
        Metric.MemoryCurrent,
        [
            new Level(Bound.OfBytes(80 * MiB), Bound.OfBytes(75 * MiB), Severity.Info),
            new Level(Bound.OfBytes(90 * MiB), Bound.OfBytes(85 * MiB), Severity.Critical),
        ],
        LimitFile.MemoryMax))
    {
        Labels = [new Note("team", "core"), new Note("tier", "gold")],
    };

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _daemon;
    private long _nowUs;

    public JudgeTests()
    {
        _daemon = new RecordedTree(_tree);
        _nowUs = RecordedTree.NowUs;
    }

    private WatchedGroup Group => _daemon.Watched.Find(Unit)!;

    [Fact]
    public void ALadderIsOneAlertThatRisesAndIsToldAtEachLevel()
    {
        Configure(Ladder);
        Use(70);
        Use(82);
        Use(95);
        Use(88);
        Use(95);
        Use(80);
        Use(74);
        Assert.Equal(
            ["alert-firing info", "alert-escalated critical", "alert-resolved info"], Said(withSeverity: true));
        EventRecord fired = _daemon.Events.Events.First(said => said.Event == "alert-firing");
        Assert.Equal("team=core\ntier=gold", fired.Fields["CGMEMD_LABELS"]);
        Assert.Equal("bytes", fired.Fields["CGMEMD_VALUE_UNIT"]);
        Assert.Equal($"{80 * MiB}", fired.Fields["CGMEMD_THRESHOLD"]);
    }

    [Fact]
    public void WhileAnotherRuleFiresAnInhibitedOneIsNotTold()
    {
        Rule grave = Ladder with { Name = "grave", Condition = Above(90) };
        Rule slight = Ladder with { Name = "slight", Condition = Above(80), InhibitedBy = ["gr*"] };
        Configure(slight, grave);
        Use(95);
        Assert.Equal(["alert-suppressed slight", "alert-firing grave"], Said());
        Use(96);
        Use(82);
        Assert.Equal(
            ["alert-suppressed slight", "alert-firing grave", "alert-firing slight", "alert-resolved grave"],
            Said().Order(StringComparer.Ordinal).OrderBy(said => said.EndsWith("slight", StringComparison.Ordinal)
                ? said.StartsWith("alert-s", StringComparison.Ordinal) ? 0 : 2
                : said.StartsWith("alert-f", StringComparison.Ordinal) ? 1 : 3));
        Use(10);
        Assert.Equal("alert-resolved slight", Said()[^1]);
    }

    [Fact]
    public void WhatWasNeverToldResolvesWithoutAWord()
    {
        Assert.NotNull(_daemon.Silencing.Begin("api.*", "*", durationUs: 3600 * Second, "deploy"));
        Configure(Ladder);
        Use(95);
        Use(10);
        Assert.Equal(["silence-begun *", "alert-suppressed ladder"], Said());
        Assert.Contains("deploy", _daemon.Events.Events.Last().Fields["CGMEMD_REASON"], StringComparison.Ordinal);
    }

    [Fact]
    public void AnAlertThatOutlastsItsSilenceIsToldThen()
    {
        Silence silence = _daemon.Silencing.Begin("*", "ladder", durationUs: 3600 * Second, "deploy")!;
        Configure(Ladder);
        Use(95);
        Assert.NotNull(_daemon.Silencing.End(silence.Id));
        Use(95);
        Assert.Equal(
            ["silence-begun ladder", "alert-suppressed ladder", "silence-ended ladder", "alert-firing ladder"], Said());
        Assert.Equal(1u, Group.Rules[0].State.Episode);
    }

    [Fact]
    public void ItIsToldAgainAfterItsRepeatInterval()
    {
        Configure(Ladder with { RepeatInterval = TimeSpan.FromSeconds(25) });
        for (int i = 0; i < 7; i++)
            Use(82);
        Assert.Equal(["alert-firing ladder", "alert-repeated ladder", "alert-repeated ladder"], Said());
    }

    [Fact]
    public void DuringItsStartupAUnitFiresNothing()
    {
        Configure(Ladder with { StartupGrace = TimeSpan.FromSeconds(35) });
        Group.SinceUs = _nowUs;
        Use(82);
        Use(82);
        Use(82);
        Assert.Empty(Said());
        Use(82);
        Assert.Equal(["alert-firing ladder"], Said());
    }

    [Fact]
    public void WhatTheKernelCountsFiresAndPasses()
    {
        Configure(new Rule("reclaim", ["*"], new EventCondition(
            EventSource.Counter, Metric.EventsHigh, Count: 3, TimeSpan.FromSeconds(60))));
        Events(high: 1000);
        Events(high: 1002);
        Assert.Empty(Said());
        Events(high: 1003);
        Assert.Equal(["alert-firing reclaim"], Said());
        for (int i = 0; i < 8; i++)
            Events(high: 1003);
        Assert.Equal(["alert-firing reclaim", "alert-resolved reclaim"], Said());
    }

    [Fact]
    public void AnOomKillThatOnlySystemdTellsOfFiresAtTheEnd()
    {
        Configure(new Rule("killed", ["*"], new EventCondition(
            EventSource.OomKill, Metric.EventsOomKill, Count: 1, TimeSpan.FromMinutes(5))));
        Use(70);
        _daemon.Lifecycle.Stop(Group, "oom-kill", _nowUs);
        Assert.Equal(["alert-firing killed", "alert-resolved killed"], Said());
    }

    [Fact]
    public void WhatARuleRemembersOutlivesTheDaemon()
    {
        Rule rule = new("reclaim", ["*"], new EventCondition(
            EventSource.Counter, Metric.EventsHigh, Count: 3, TimeSpan.FromSeconds(60)));
        Configure(rule);
        Events(high: 1000);
        Events(high: 1002);
        var saved = Core.State.NamedRuleState.From(Group.Rules[0]);
        Configure();
        Configure(rule);
        saved.Restore(Group.Rules[0]);
        Events(high: 1003);
        Assert.Equal(["alert-firing reclaim"], Said());
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private static ThresholdCondition Above(ulong mib) => new(
        Metric.MemoryCurrent, [new Level(Bound.OfBytes(mib * MiB), Bound.OfBytes((mib - 5) * MiB), Severity.Warning)],
        LimitFile.MemoryMax);

    private void Configure(params Rule[] rules) => _daemon.Configure(Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], [], [], [])],
        Rules = rules,
    });

    private void Use(ulong mib)
    {
        _tree.Write($"/system.slice/{Unit}/memory.current", $"{mib * MiB}\n");
        Evaluate();
    }

    private void Events(ulong high)
    {
        _tree.Write(
            $"/system.slice/{Unit}/memory.events", $"low 0\nhigh {high}\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n");
        Evaluate();
    }

    private void Evaluate()
    {
        _nowUs += 10 * Second;
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(Group, _nowUs));
        _daemon.Judge.Evaluate(Group, isFull: true, _nowUs);
    }

    // The alerts and silences that were said, each with its rule, or with its severity.
    private List<string> Said(bool withSeverity = false) =>
    [
        .. _daemon.Events.Events
            .Where(said => said.Event.StartsWith("alert", StringComparison.Ordinal)
                || said.Event.StartsWith("silence", StringComparison.Ordinal))
            .Select(said => $"{said.Event} {said.Fields[withSeverity ? "CGMEMD_SEVERITY" : "CGMEMD_RULE"]}"),
    ];
}
