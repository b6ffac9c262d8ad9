using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Tests.Watching;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.History;

/// <summary>What the loop hands in is in the file, as a reader finds it.</summary>
public sealed class RecordingTests : IDisposable
{
    private const string Unit = "api.service";

    private readonly FixtureTree _tree = new("recorded-6.12");

    [Fact]
    public void AUnitsLifeHasItsSamplesAndItsEnd()
    {
        Sample last;
        using (var daemon = new RecordedTree(_tree))
        {
            daemon.Read();
            daemon.Read();
            WatchedGroup group = daemon.Watched.Find(Unit)!;
            last = group.Sample;
            daemon.Lifecycle.Stop(group, "oom-kill", RecordedTree.NowUs);
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Invocation life = Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All));
        Assert.Equal((InvocationKind.Unit, RecordedTree.BootId), (life.Kind, life.BootId));
        Assert.Equal("/system.slice/api.service", life.Cgroup);
        Assert.Equal(("oom-kill", 1UL), (life.Result, life.OomKills));
        Assert.NotNull(life.End);
        Assert.Equal(last[Metric.MemoryPeak], life.Peak);
        Assert.Equal(last[Metric.MemorySwapPeak], life.SwapPeak);
        HistoryRow[] rows = [.. reader.Rows(
            Unit, HistoryRange.All, null,
            [HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.Anon)!, HistoryFields.EffectiveMax])];
        // The third is the last reading before the end.
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(last[Metric.MemoryCurrent], row.Values[0]!.Value.Last));
        Assert.All(rows, row => Assert.Equal(last[Metric.Anon], row.Values[1]!.Value.Last));
        Assert.All(rows, row => Assert.Equal(
            life.Limits.EffectiveMax.IsFinite ? life.Limits.EffectiveMax.Bytes : HistoryFields.NoLimit,
            row.Values[2]!.Value.Last));
    }

    [Fact]
    public void ChildrenAreRecordedAndEndWithTheirUnit()
    {
        using (var daemon = new RecordedTree(_tree))
        {
            daemon.Read();
            daemon.Lifecycle.Stop(daemon.Watched.Find(Unit)!, "success", RecordedTree.NowUs);
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Invocation child = Assert.Single(reader.Invocations(UnitChoice.Named(Unit + "/workers/one"), HistoryRange.All));
        Assert.Equal((InvocationKind.Child, null), (child.Kind, child.Result));
        Assert.NotNull(child.End);
    }

    [Fact]
    public void ALifeGoesOnOverARestartOfTheDaemon()
    {
        for (int run = 0; run < 2; run++)
        {
            using var daemon = new RecordedTree(_tree);
            daemon.Read();
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Invocation life = Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All));
        Assert.Null(life.End);
        Assert.Equal(2, reader.Rows(Unit, HistoryRange.All, null, []).Count());
        Assert.Equal("not-running", Assert.Single(reader.Gaps(HistoryRange.All)).Reason);
    }

    [Fact]
    public void ALifeThatWentOnOverARestartEndsWithAllItsSamples()
    {
        for (int run = 0; run < 2; run++)
        {
            using var daemon = new RecordedTree(_tree);
            daemon.Read();
            Assert.True(SpinWait.SpinUntil(() => daemon.Recording.Status.SamplesWritten > 0, 60_000));
            if (run == 1)
                daemon.Lifecycle.Stop(daemon.Watched.Find(Unit)!, "success", RecordedTree.NowUs);
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Assert.Equal("success", Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All)).Result);
        Assert.Equal(3, reader.Rows(Unit, HistoryRange.All, null, []).Count());
    }

    [Fact]
    public void WhatIsGoneWhenTheDaemonComesBackIsLost()
    {
        using (var daemon = new RecordedTree(_tree))
            daemon.Read();
        Directory.Delete(_tree.Root + "/system.slice/api.service", recursive: true);
        using (var daemon = new RecordedTree(_tree))
            daemon.Read();

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Invocation life = Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All));
        Assert.Equal("lost", life.Result);
        Assert.NotNull(life.End);
    }

    [Fact]
    public void WhatIsNoLongerWatchedEnds()
    {
        using (var daemon = new RecordedTree(_tree))
        {
            daemon.Read();
            daemon.Configure(Configuration.Default);
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Assert.All(reader.Invocations(null, HistoryRange.All), life => Assert.Equal("unwatched", life.Result));
        Assert.NotNull(Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All)).End);
    }

    [Fact]
    public void SwitchedOffAndOnItGoesOnWithTheSameLives()
    {
        using (var daemon = new RecordedTree(_tree))
        {
            Configuration on = Configuration.Default with { Watches = [new Watch("all", ["*.service"], [], [], [])] };
            daemon.Read();
            daemon.Configure(on with { History = HistoryOptions.Default with { Enabled = false } });
            daemon.Read();
            daemon.Configure(on);
            daemon.Read();
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Assert.Null(Assert.Single(reader.Invocations(UnitChoice.Named(Unit), HistoryRange.All)).End);
        Assert.Equal(2, reader.Rows(Unit, HistoryRange.All, null, []).Count());
    }

    [Fact]
    public void AnAlertHasItsEndAndItsCaptureItsReason()
    {
        using (var daemon = new RecordedTree(_tree))
        {
            daemon.Read();
            WatchedGroup group = daemon.Watched.Find(Unit)!;
            Rule rule = ScheduleTests.MakeRule(Metric.MemoryCurrent, 1 << 20, TimeSpan.Zero);
            var track = new RuleTrack(rule);
            track.State = new RuleState { Episode = 3, PeakValue = 5 << 20, FiringSinceUs = RecordedTree.NowUs };
            var trigger = new CaptureTrigger(
                "rule", Severity.Critical, "memory.current", ValueUnit.Bytes, 2 << 20, 1 << 20, 3);
            daemon.Records.Firing(group, track, RuleNotice.Fire, trigger, RecordedTree.NowUs);
            var plan = new CapturePlan(
                Unit, group.Cgroup.Path, group.Cgroup.Id, group.InvocationId, RecordedTree.BootId, 0, trigger,
                group.Limits, group.Sample, []);
            daemon.Records.CaptureSkipped(plan, "dry run");
            daemon.Records.Captured(new CaptureOutcome(plan, "/a.json", 7, 8, null)
            {
                Breakdown = Breakdowns.Api(1, 200),
            });
            daemon.Records.Resolved(group, track, null, RecordedTree.NowUs);
        }

        using HistoryReader reader = HistoryReader.Open(_tree.Root + "/history.db");
        Alert alert = Assert.Single(reader.Alerts(UnitChoice.Named(Unit), HistoryRange.All));
        Assert.Equal(("rule", 3U, 2UL << 20, 1UL << 20), (alert.Rule, alert.Episode, alert.Value, alert.Threshold));
        Assert.Equal(("memory.current", 5UL << 20), (alert.On, alert.Peak));
        Assert.NotNull(alert.Resolved);
        IReadOnlyList<RecordedCapture> captures = reader.Captures(UnitChoice.Named(Unit), HistoryRange.All);
        Assert.Equal(["skipped", "taken"], captures.Select(capture => capture.Outcome));
        Assert.Equal(("dry run", "/a.json"), (captures[0].Reason, captures[1].Path));
        BreakdownEntry breakdown = Assert.Single(reader.Breakdowns(null, HistoryRange.All));
        Assert.Equal(("capture", "rule"), (breakdown.Cause, breakdown.Rule));
    }

    [Fact]
    public void TheIntervalsPeakOfAReadingThatWasOnlyShownIsNotLost()
    {
        using var daemon = new RecordedTree(_tree);
        daemon.Read();
        WatchedGroup group = daemon.Watched.Find(Unit)!;
        _tree.Write("/system.slice/api.service/memory.current", "900000000\n");
        Assert.Equal(ReadStatus.Ok, daemon.Sampler.ReadFull(group, RecordedTree.NowUs));
        _tree.Write("/system.slice/api.service/memory.current", "1000\n");
        daemon.Read();
        daemon.Read();
        ulong after = group.Sample[Metric.IntervalPeak]!.Value;
        _tree.Write("/system.slice/api.service/memory.current", "800000000\n");
        Assert.Equal(ReadStatus.Ok, daemon.Sampler.ReadFull(group, RecordedTree.NowUs));
        _tree.Write("/system.slice/api.service/memory.current", "1000\n");
        Assert.Equal(ReadStatus.Ok, daemon.Sampler.ReadFull(group, RecordedTree.NowUs));
        Assert.Equal(ReadStatus.Ok, daemon.Sampler.ReadFull(group, RecordedTree.NowUs));
        Assert.True(after < 800_000_000);
        Assert.Equal(800_000_000UL, group.Sample[Metric.IntervalPeak]);
    }

    [Fact]
    public void TheLastEventsOfAFormerRunAreThere()
    {
        using (var daemon = new RecordedTree(_tree))
        {
            long nowUs = TimeProvider.System.RealtimeUs();
            for (ulong i = 1; i <= 5; i++)
            {
                daemon.Recording.Event(
                    new EventRecord
                    {
                        Id = i,
                        TimeUsec = nowUs + (long)i,
                        Event = "started",
                        Message = $"m{i}",
                        Fields = new Dictionary<string, string>(),
                    },
                    invocationId: null);
            }
        }

        Assert.Equal(
            ["m3", "m4", "m5"],
            Recording.LastEvents(_tree.Root + "/history.db", 3).Select(record => record.Message));
        Assert.Empty(Recording.LastEvents(_tree.Root + "/none.db", 3));
    }

    public void Dispose() => _tree.Dispose();
}
