using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Alerts;

/// <summary>
/// From the files of several cgroups to what is said of them together, over a recorded kernel's tree.
/// </summary>
public sealed class BudgetJudgeTests : IDisposable
{
    private const ulong MiB = 1 << 20;
    private const long Second = 1_000_000;
    private const string Failed = "there is no connection to systemd";

    private static readonly Rule Tier = new("tier", ["web-*.service"], new BudgetCondition(
        Metric.MemoryCurrent,
        [
            new Level(Bound.OfBytes(100 * MiB), Bound.OfBytes(80 * MiB), Severity.Warning),
            new Level(Bound.OfBytes(200 * MiB), Bound.OfBytes(180 * MiB), Severity.Critical),
        ]));

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _daemon;
    private long _nowUs = RecordedTree.NowUs;

    public BudgetJudgeTests()
    {
        foreach (string unit in (string[])["web-1.service", "web-2.service", "web-3.service"])
            _tree.Copy("/system.slice/api.service", $"/system.slice/{unit}");
        Write(10, 10, 10);
        _daemon = new RecordedTree(_tree);
    }

    private Budget Budget => _daemon.Budgets.Find("tier")!;

    [Fact]
    public void TheGroupHasOneAlertWhoseEntriesAreAboutTheGreatest()
    {
        Configure(Tier with { Summary = "the web tier" });
        Use(40, 50, 10);
        Assert.Empty(Said());
        Use(40, 50, 30);
        Use(150, 50, 30);
        Use(20, 20, 30);
        Assert.Equal(
            [
                "alert-firing web-2.service tier: memory.current of 3 units is 120M together, above 100M: "
                    + "web-2.service 50M, web-1.service 40M, web-3.service 30M: the web tier",
                "alert-escalated web-2.service tier: memory.current of 3 units is 230M together, above 200M: "
                    + "web-1.service 150M, web-2.service 50M, web-3.service 30M: the web tier",
            ],
            Said()[..2]);
        Assert.StartsWith(
            "alert-resolved web-2.service tier: budget.memory.current is no longer an alert, back at 70M; "
            + "it peaked at 230M", Said()[2], StringComparison.Ordinal);
        EventRecord fired = _daemon.Events.Events.First(said => said.Event == "alert-firing");
        Assert.Equal(
            $"web-2.service={50 * MiB}\nweb-1.service={40 * MiB}\nweb-3.service={30 * MiB}",
            fired.Fields["CGMEMD_CONTRIBUTORS"]);
        Assert.Equal(("budget.memory.current", $"{120 * MiB}", $"{100 * MiB}"),
            (fired.Fields["CGMEMD_ON"], fired.Fields["CGMEMD_VALUE"], fired.Fields["CGMEMD_THRESHOLD"]));
        Assert.All(_daemon.Watched.All, group => Assert.Empty(group.Rules));
    }

    [Fact]
    public void AUnitThatCannotBeReadLeavesTheAlertAsItIs()
    {
        Configure(Tier);
        Use(50, 50, 50);
        _tree.Write("/system.slice/web-2.service/memory.current", "nonsense\n");
        for (int i = 0; i < 3; i++)
            Use(10, null, 10);
        Assert.False(Budget.Sum.Track.Found.IsKnown);
        Assert.Single(Said());
        Assert.Contains(Budget.Sum.Members(), member => member is { Unit: "web-2.service", Value: null });
    }

    [Fact]
    public void AUnitThatRunsAndCouldNotBeOpenedIsMissing()
    {
        Configure(Tier);
        _tree.Copy("/system.slice/api.service", "/system.slice/web-4.service");
        _daemon.Watched.Unopened["web-4.service"] = new UnitChange(
            "web-4.service", UnitChangeKind.Present, "active", "running", "/system.slice/web-4.service",
            InvocationId: null, Result: null);
        Use(50, 50, 50);
        Assert.Empty(Said());
        // Its cgroup is gone: it does not run, and uses nothing.
        Directory.Delete(_tree.Root + "/system.slice/web-4.service", recursive: true);
        Use(50, 50, 50);
        Assert.Single(Said());
    }

    [Fact]
    public void AUnitThatStoppedUsesNothing()
    {
        Configure(Tier);
        Use(90, 10, 10);
        _daemon.Lifecycle.Stop(_daemon.Watched.Find("web-1.service")!, "success", _nowUs);
        Evaluate();
        Assert.StartsWith("alert-resolved web-1.service", Said()[^1], StringComparison.Ordinal);
        foreach (string unit in (string[])["web-2.service", "web-3.service"])
            _daemon.Lifecycle.Stop(_daemon.Watched.Find(unit)!, "success", _nowUs);
        Evaluate();
        Assert.Equal(0ul, Budget.Sum.Total);
    }

    [Fact]
    public void WhatLiesInASliceThatCountsIsNotCountedAgain()
    {
        foreach (string file in Directory.EnumerateFiles(_tree.Root + "/system.slice/api.service"))
            File.Copy(file, Path.Combine(_tree.Root + "/system.slice", Path.GetFileName(file)), overwrite: true);
        _tree.Write("/system.slice/memory.current", $"{130 * MiB}\n");
        Configure(Tier with { Units = ["*.slice", "web-*.service"] });
        Assert.Equal(["system.slice"], Budget.Members.ConvertAll(member => member.Name));
        Use(40, 40, 40);
        Assert.Contains("memory.current of 1 unit is 130M together", Assert.Single(Said()), StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyASilenceOfTheRuleOrOfAllHoldsIt()
    {
        Configure(Tier);
        Assert.NotNull(_daemon.Silencing.Begin("web-*.service", "*", 3_600 * Second, "deploy"));
        Use(50, 50, 50);
        Assert.Single(Said());
        Use(10, 10, 10);
        Silence silence = _daemon.Silencing.Begin("*", "tier", 3_600 * Second, "deploy")!;
        Use(50, 60, 50);
        Assert.StartsWith("alert-suppressed web-2.service", Said()[^1], StringComparison.Ordinal);
        _daemon.Silencing.End(silence.Id);
        Use(50, 60, 50);
        Assert.StartsWith("alert-firing web-2.service", Said()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void TheAlertIsStillOnAfterARestartOfTheDaemon()
    {
        Configure(Tier);
        Use(50, 60, 50);
        List<BudgetState> saved = _daemon.Budgets.Save();
        using var again = new RecordedTree(_tree);
        again.Budgets.Remember(saved);
        again.Configure(Watching(Tier));
        Read(again, _nowUs += 10 * Second);
        Assert.True(again.Budgets.Find("tier")!.Sum.Track.State.IsFiring);
        Assert.DoesNotContain(again.Events.Events, said => said.Event == "alert-firing");
        Write(10, 10, 10);
        Read(again, _nowUs += 10 * Second);
        EventRecord resolved = again.Events.Events.Last();
        Assert.Equal(("alert-resolved", "web-2.service"), (resolved.Event, resolved.Unit));
    }

    [Fact]
    public void AnAlertOfABudgetThatIsNotConfiguredAnyMoreEnds()
    {
        Configure(Tier);
        Use(50, 60, 50);
        List<BudgetState> saved = _daemon.Budgets.Save();
        Configure();
        Assert.Contains("the rule was removed", Said()[^1], StringComparison.Ordinal);
        _daemon.Budgets.Remember(saved);
        Configure();
        Assert.Contains("the rule was removed while cgmemd did not run", Said()[^1], StringComparison.Ordinal);
        Assert.Equal(3, Said().Count);
    }

    [Fact]
    public void TheGreatestIsActedUponUnderOneBudgetOfActions()
    {
        Configure(Tier with { DryRun = false, Actions = [new RestartAction()] });
        Use(50, 60, 50);
        Act();
        Assert.Equal(("web-2.service", $"restart: {Failed}"), Acted("action-failed"));
        Use(10, 10, 10);
        Act();
        Use(90, 60, 50);
        Act();
        (string unit, string detail) = Acted("action-skipped");
        Assert.Equal("web-1.service", unit);
        Assert.StartsWith("restart: cooldown:", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void BeforeAnActionAllUnitsAreReadAgain()
    {
        Configure(Tier with
        {
            DryRun = false,
            Actions = [new RestartAction()],
            Limits = ActionLimits.Default with { Jitter = TimeSpan.FromSeconds(60) },
        });
        Use(50, 60, 50);
        // Not the one that is acted upon has come down.
        Write(5, 60, 10);
        _nowUs += 61 * Second;
        _daemon.Actions.Saved();
        _daemon.Actions.Process(ReadOne, _nowUs);
        Assert.Equal(
            ("web-2.service", "restart: the condition has passed: budget.memory.current is 75M"),
            Acted("action-skipped"));
        Assert.Empty(_daemon.Actions.Ledger.Entries);
    }

    [Fact]
    public void NearItsBoundTheUnitsAreReadSooner()
    {
        Configure(Tier);
        // On the grid of readings, and when the units no longer start.
        _nowUs = ((_nowUs / (10 * Second)) + 2) * 10 * Second;
        Use(10, 10, 10);
        Assert.All(Budget.Members, member => Assert.True(member.DueUs >= _nowUs + Second));
        Use(40, 40, 19);
        Assert.All(Budget.Members, member => Assert.InRange(member.DueUs, _nowUs + 1, _nowUs + Second));
    }

    [Fact]
    public void ItIsJudgedWhenForRunsOut()
    {
        Configure(Tier with { For = TimeSpan.FromSeconds(3) });
        Use(50, 60, 50);
        Assert.Empty(Said());
        Assert.Equal(_nowUs + (3 * Second), _daemon.BudgetJudge.DueUs(_nowUs));
        Assert.All(Budget.Members, member => Assert.True(member.DueUs <= _nowUs + (3 * Second)));
        _nowUs += 3 * Second;
        _daemon.BudgetJudge.Evaluate(ReadOne, _nowUs);
        Assert.Single(Said());
        Assert.Null(_daemon.BudgetJudge.DueUs(_nowUs));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private static Configuration Watching(params Rule[] rules) => Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], ["*.slice"], [], [])],
        Rules = rules,
        Actions = ActionOptions.Default with { MinInterval = TimeSpan.Zero },
    };

    private void Configure(params Rule[] rules)
    {
        _daemon.Configure(Watching(rules));
        _daemon.Actions.Configure(Watching(rules).Actions, CaptureOptions.Default);
        _daemon.Budgets.Follow();
    }

    private void Write(params ReadOnlySpan<ulong?> mebibytes)
    {
        for (int i = 0; i < mebibytes.Length; i++)
        {
            if (mebibytes[i] is { } value)
                _tree.Write($"/system.slice/web-{i + 1}.service/memory.current", $"{value * MiB}\n");
        }
    }

    // Ten seconds later, when all are read again.
    private void Use(params ReadOnlySpan<ulong?> mebibytes)
    {
        Write(mebibytes);
        Read(_daemon, _nowUs += 10 * Second);
    }

    private void Evaluate() => Read(_daemon, _nowUs += 10 * Second);

    private static void Read(RecordedTree daemon, long nowUs)
    {
        foreach (WatchedGroup group in daemon.Watched.All)
            _ = daemon.Sampler.ReadFull(group, nowUs);
        foreach (WatchedGroup group in daemon.Watched.All)
            Sampler.Schedule(group, SamplingOptions.Default, nowUs);
        daemon.BudgetJudge.Evaluate((_, _) => Assert.Fail("all were read"), nowUs);
    }

    private void ReadOne(WatchedGroup group, long nowUs)
    {
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(group, nowUs));
        _daemon.Judge.Evaluate(group, isFull: true, nowUs);
    }

    private void Act()
    {
        for (int i = 0; i < 2; i++)
        {
            _daemon.Actions.Saved();
            _daemon.Actions.Process(ReadOne, _nowUs);
        }
    }

    private (string Unit, string Text) Acted(string kind)
    {
        EventRecord last = _daemon.Events.Events.Last(said => said.Event == kind);
        return (last.Unit!, $"{last.Fields["CGMEMD_DETAIL"]}: {last.Fields["CGMEMD_REASON"]}");
    }

    private List<string> Said() =>
    [
        .. _daemon.Events.Events.Where(said => said.Event.StartsWith("alert", StringComparison.Ordinal))
            .Select(said => $"{said.Event} {said.Unit} {said.Message}"),
    ];
}
