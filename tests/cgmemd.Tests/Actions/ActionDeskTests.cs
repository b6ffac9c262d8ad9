using Cgmemd.Core.Actions;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Actions;

/// <summary>
/// What is tried, left out and told, over a recorded kernel's tree and without a connection to systemd, so that all
/// that is tried fails at once. What systemd does when it is asked is in UnitControlTests, and the whole in the
/// scenario "actions".
/// </summary>
public sealed class ActionDeskTests : IDisposable
{
    private const string Unit = "api.service";
    private const ulong MiB = 1 << 20;
    private const long Second = 1_000_000;
    private const string Failed = "there is no connection to systemd";

    private static readonly Rule Above80 = new("big", ["*"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfBytes(80 * MiB), Bound.OfBytes(75 * MiB), Severity.Warning)],
        LimitFile.MemoryMax))
    {
        DryRun = false,
    };

    private static readonly Rule Put = Above80 with
    {
        Actions = [new RestartAction()],
        Limits = ActionLimits.Default with { Jitter = TimeSpan.FromSeconds(60) },
    };

    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _daemon;
    private long _nowUs;

    public ActionDeskTests()
    {
        _daemon = new RecordedTree(_tree);
        _nowUs = RecordedTree.NowUs;
    }

    private WatchedGroup Group => _daemon.Watched.Find(Unit)!;

    [Fact]
    public void ADryRunIsToldOfEachActionAndCostsNothing()
    {
        Configure(Above80 with { DryRun = true, Actions = [new ReloadAction(), new RestartAction()] });
        Use(90);
        Assert.Equal(
            [
                "action-skipped reload: dry run: the rule has dry_run = true",
                "action-skipped restart: dry run: the rule has dry_run = true",
            ], Said());
        Assert.Empty(_daemon.Actions.Ledger.Entries);
    }

    [Fact]
    public void AFallbackIsTriedWhereTheOneBeforeItFailedAndTheOthersInAnyCase()
    {
        Configure(Above80 with
        {
            Actions =
            [
                new ReloadAction(), new RestartAction { IsFallback = true },
                new SignalAction("SIGUSR1", SignalTo.Main), new ExecAction(["/bin/true"]) { IsFallback = true },
            ],
        });
        Use(90);
        Assert.Equal(
            [
                $"action-failed reload: {Failed}", $"action-failed restart: {Failed}",
                $"action-failed signal SIGUSR1 to main: {Failed}", $"action-failed exec /bin/true: {Failed}",
            ], Said());
        Assert.Single(_daemon.Actions.Ledger.Entries);
    }

    [Fact]
    public void NothingIsDoneBeforeTheStateIsSaved()
    {
        Configure(Above80 with { Actions = [new RestartAction()] });
        Write(90);
        Judge();
        _daemon.Actions.Process(Read, _nowUs);
        Assert.Empty(Said());
        Assert.True(_daemon.Actions is { NeedsSave: true, IsDirty: true });
        _daemon.Actions.Saved();
        _daemon.Actions.Process(Read, _nowUs);
        Assert.Equal([$"action-failed restart: {Failed}"], Said());
        Assert.Null(_daemon.Actions.DueUs);
    }

    [Fact]
    public void WhatTheBudgetRefusesIsToldOnceAndTriedAgainWhileTheAlertIsOn()
    {
        Configure(Above80 with { Actions = [new RestartAction()] });
        Use(90);
        Use(10);
        Use(90);
        Assert.Equal(
            [
                $"action-failed restart: {Failed}",
                "action-skipped restart: cooldown: 9min 58s left of action_cooldown; tried again while the alert is on",
            ], Said());
        Use(91);
        _nowUs += 700 * Second;
        Use(92);
        Assert.Equal(3, Said().Count);
        Assert.Equal($"action-failed restart: {Failed}", Said()[^1]);
    }

    [Fact]
    public void WhatWasRefusedIsForgottenWhenTheAlertIsOver()
    {
        Configure(Above80 with { Actions = [new RestartAction()] });
        Use(90);
        Use(10);
        Use(90);
        Use(10);
        _nowUs += 700 * Second;
        Use(10);
        Assert.Equal(2, Said().Count);
        Assert.Null(_daemon.Actions.DueUs);
    }

    [Fact]
    public void AValueThatHasPassedMeanwhileIsNotActedUponNorCounted()
    {
        Configure(Above80 with
        {
            Actions = [new RestartAction()],
            Limits = ActionLimits.Default with { Jitter = TimeSpan.FromSeconds(60) },
        });
        Use(90);
        Assert.Empty(Said());
        Assert.Single(_daemon.Actions.Ledger.Entries);
        Write(10);
        _nowUs += 61 * Second;
        _daemon.Actions.Process(Read, _nowUs);
        Assert.Equal(["action-skipped restart: the condition has passed: memory.current is 10M"], Said());
        Assert.Empty(_daemon.Actions.Ledger.Entries);
    }

    [Fact]
    public void AnotherRuleWaitsUntilTheFirstIsDone()
    {
        Rule put = Above80 with
        {
            Actions = [new RestartAction()],
            Limits = ActionLimits.Default with { Jitter = TimeSpan.FromSeconds(60) },
        };
        Configure(put, put with { Name = "other", Limits = ActionLimits.Default });
        Use(90);
        Assert.Equal(
            ["action-skipped restart: busy: the actions of the rule big for this unit are not done yet; tried again "
                + "while the alert is on"], Said());
        _nowUs += 61 * Second;
        Use(91);
        Assert.Equal(2, Said().Count(said => said.StartsWith("action-failed", StringComparison.Ordinal)));
    }

    [Fact]
    public void AStopTellsWhatWillNotBeDone()
    {
        Configure(Above80 with
        {
            Actions = [new RestartAction()],
            Limits = ActionLimits.Default with { Jitter = TimeSpan.FromSeconds(60) },
        });
        Use(90);
        _daemon.Actions.Stop(_nowUs);
        Assert.Equal(["action-skipped restart: cgmemd stops"], Said());
        Assert.Empty(_daemon.Actions.Ledger.Entries);
    }

    [Fact]
    public void TheLedgerOfAFormerRunHolds()
    {
        Configure(Above80 with { Actions = [new RestartAction()] });
        Use(90);
        ActionState saved = _daemon.Actions.Ledger.Save(realtimeUs: 5_000 * Second, _nowUs);
        _daemon.Actions.Ledger = new ActionLedger(saved, realtimeUs: 5_060 * Second, _nowUs + (60 * Second));
        Use(10);
        Use(90);
        Assert.Contains("cooldown", Said()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void ASilenceThatBeginsWhileTheActionsAreDeferredHoldsThemToo()
    {
        Configure(Above80 with { Actions = [new RestartAction()] });
        Use(90);
        Use(10);
        Use(90);
        Silence silence = _daemon.Silencing.Begin(Unit, "*", 7_200 * Second, "upgrade")!;
        _nowUs += 700 * Second;
        Use(91);
        _nowUs += 10 * Second;
        Use(92);
        Assert.Equal(3, Said().Count);
        Assert.Equal($"action-skipped restart: silence {silence.Id}: upgrade", Said()[^1]);
        Assert.Single(_daemon.Actions.Ledger.Entries);
        _daemon.Silencing.End(silence.Id);
        _nowUs += 10 * Second;
        Use(93);
        Assert.Equal($"action-failed restart: {Failed}", Said()[^1]);
    }

    [Fact]
    public void ASilenceThatBeginsWhileTheActionsWaitGivesTheirPlaceBack()
    {
        Configure(Put);
        Use(90);
        Silence silence = _daemon.Silencing.Begin(Unit, "*", 7_200 * Second, "upgrade")!;
        _nowUs += 61 * Second;
        Use(91);
        Assert.Equal([$"action-skipped restart: silence {silence.Id}: upgrade"], Said());
        Assert.Empty(_daemon.Actions.Ledger.Entries);
    }

    [Theory]
    [InlineData(true, "the rule was removed")]
    [InlineData(false, "dry run: the rule has dry_run = true")]
    public void ACommandThatWaitsIsHeldAgainstTheRuleAsItIsNow(bool isRemoved, string reason)
    {
        Rule rule = Put with { Actions = [new ExecAction(["/bin/true"])] };
        Configure(rule);
        Use(90);
        if (isRemoved)
            Configure();
        else
            Configure(rule with { DryRun = true });
        _nowUs += 61 * Second;
        Use(91);
        Assert.Equal([$"action-skipped exec /bin/true: {reason}"], Said());
    }

    [Fact]
    public void AValueThatIsAboutToBeOverPutsTheActionsOffUntilItIsBack()
    {
        Configure(Put with { KeepFiringFor = TimeSpan.FromMinutes(10) });
        Use(90);
        _nowUs += 61 * Second;
        Use(10);
        Assert.Empty(Said());
        Assert.Empty(_daemon.Actions.Ledger.Entries);
        Use(11);
        Use(90);
        Use(90);
        Assert.Equal([$"action-failed restart: {Failed}"], Said());
    }

    [Fact]
    public void ACaptureThatHangsDoesNotHoldTheList()
    {
        Configure(Above80 with { Actions = [new CaptureAction(), new RestartAction()] });
        Use(90);
        // Nobody takes the outcome of the capture here.
        Assert.Empty(Said());
        Assert.NotNull(_daemon.Actions.DueUs);
        _nowUs += 61 * Second;
        Use(91);
        Assert.Equal(
            ["action-failed capture: not done within 1min", $"action-failed restart: {Failed}"], Said());
    }

    [Fact]
    public void WithoutAStateFileAUnitIsLeftAloneAndACommandIsRun()
    {
        Configure(
            Above80 with { Name = "tell", Actions = [new ExecAction(["/bin/true"])] },
            Above80 with { Actions = [new RestartAction()] });
        Write(90);
        Judge();
        for (int i = 0; i < 3; i++)
        {
            _daemon.Actions.Unsaved(_nowUs);
            _daemon.Actions.Process(Read, _nowUs);
            _nowUs += 2 * Second;
            Judge();
        }

        Assert.Contains($"action-failed exec /bin/true: {Failed}", Said());
        Assert.Single(Said(), "action-skipped restart: the state cannot be saved; tried again");
        Assert.DoesNotContain($"action-failed restart: {Failed}", Said());
        _daemon.Actions.Saved();
        _daemon.Actions.Process(Read, _nowUs);
        Assert.Equal($"action-failed restart: {Failed}", Said()[^1]);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private static Configuration Watching(params Rule[] rules) => Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], [], [], [])],
        Rules = rules,
        Actions = ActionOptions.Default with { MinInterval = TimeSpan.Zero },
    };

    private void Configure(params Rule[] rules)
    {
        _daemon.Configure(Watching(rules));
        _daemon.Actions.Configure(Watching(rules).Actions, CaptureOptions.Default);
    }

    // A second later the unit uses so much, and the loop does a tick.
    private void Use(ulong mebibytes)
    {
        Write(mebibytes);
        _nowUs += Second;
        Judge();
        _daemon.Actions.Saved();
        _daemon.Actions.Process(Read, _nowUs);
        // What was begun in that, in the next.
        _daemon.Actions.Saved();
        _daemon.Actions.Process(Read, _nowUs);
    }

    private void Write(ulong mebibytes) =>
        _tree.Write($"/system.slice/{Unit}/memory.current", $"{mebibytes * MiB}\n");

    private void Judge() => Read(Group, _nowUs);

    private void Read(WatchedGroup group, long nowUs)
    {
        Assert.Equal(ReadStatus.Ok, _daemon.Sampler.ReadFull(group, nowUs));
        _daemon.Judge.Evaluate(group, isFull: true, nowUs);
    }

    private List<string> Said() =>
    [
        .. from EventRecord said in _daemon.Events.Events
           where said.Event.StartsWith("action", StringComparison.Ordinal)
           select $"{said.Event} {said.Fields["CGMEMD_DETAIL"]}: {said.Fields.GetValueOrDefault("CGMEMD_REASON")}",
    ];
}
