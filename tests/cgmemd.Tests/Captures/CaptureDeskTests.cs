using System.Globalization;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.Tests.Attribution;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Captures;

/// <summary>Who waits for whom at the desk, while a process keeps its thread waiting.</summary>
public sealed class CaptureDeskTests : IDisposable
{
    private const int Pid = 42;

    private readonly MadeProcfs _proc = new();
    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly Poller _poller = new();
    private readonly CaptureDesk _desk;
    private long _timeUs;

    public CaptureDeskTests()
    {
        foreach (string file in Directory.EnumerateFiles(_tree.Root, "cgroup.procs", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
        var directory = new CaptureDirectory(_proc.Root + "/captures");
        Assert.Null(directory.Prepare());
        _desk = new CaptureDesk(
            new SmapsCapture(
                _tree.Root, _proc.Root, directory, new HostRedaction(_proc.Root), TimeProvider.System),
            directory, _poller);
    }

    [Fact]
    public void A_breakdown_alone_neither_waits_nor_takes_a_place()
    {
        _tree.Write(MeasuredTree.Unit + "/cgroup.procs", Pid.ToString(CultureInfo.InvariantCulture));
        _proc.Write(Pid, startTicks: 1, residentPages: 1_000, rollupKilobytes: null);
        _proc.WriteStatus(Pid, residentKilobytes: 4_000);
        _proc.Block(_proc.Rollup(Pid));
        Assert.True(_desk.TryBegin(Plan()));
        int begun = 1;
        do
            Assert.False(_desk.TryBegin(Plan() with { IsBreakdownOnly = true }));
        while (_desk.TryBegin(Plan()) && ++begun < 100);
        // The thread may or may not have taken the first.
        Assert.InRange(begun, 8, 9);

        Thread.Sleep(200);
        _proc.Release(_proc.Rollup(Pid));
        List<CaptureOutcome> outcomes = Take(begun);
        Assert.All(outcomes, outcome => Assert.Equal((false, null), (outcome.Plan.IsBreakdownOnly, outcome.Failure)));

        Assert.True(_desk.TryBegin(Plan() with { IsBreakdownOnly = true }));
        CaptureOutcome breakdown = Assert.Single(Take(1));
        Assert.Equal((true, null, MeasuredTree.Unit), (
            breakdown.Plan.IsBreakdownOnly, breakdown.Path, breakdown.Breakdown!.Cgroup));
    }

    [Fact]
    public void A_capture_waits_for_a_breakdown_alone_that_was_there_first()
    {
        _tree.Write(MeasuredTree.Unit + "/cgroup.procs", Pid.ToString(CultureInfo.InvariantCulture));
        _proc.Write(Pid, startTicks: 1, residentPages: 1_000, rollupKilobytes: null);
        _proc.WriteStatus(Pid, residentKilobytes: 4_000);
        _proc.Block(_proc.Rollup(Pid));
        Assert.True(_desk.TryBegin(Plan() with { IsBreakdownOnly = true }));
        Assert.False(_desk.TryBegin(Plan() with { IsBreakdownOnly = true }));
        Assert.True(_desk.TryBegin(Plan()));
        Thread.Sleep(200);
        _proc.Release(_proc.Rollup(Pid));
        Assert.Equal([true, false], Take(2).Select(outcome => outcome.Plan.IsBreakdownOnly));
    }

    public void Dispose()
    {
        _desk.Dispose();
        _poller.Dispose();
        _tree.Dispose();
        _proc.Dispose();
    }

    private CapturePlan Plan()
    {
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(_tree.Root, MeasuredTree.Unit, out Cgroup? cgroup));
        using (cgroup)
        {
            return new CapturePlan(
                "api.service", MeasuredTree.Unit, cgroup!.Id, null, new string('0', 32), ++_timeUs,
                new CaptureTrigger("rule", Severity.Critical, "memory.current", ValueUnit.Bytes, 2, 1, 1), default,
                default, []);
        }
    }

    private List<CaptureOutcome> Take(int count)
    {
        var outcomes = new List<CaptureOutcome>();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                while (_desk.TryTakeOutcome(out CaptureOutcome? outcome))
                    outcomes.Add(outcome!);
                return outcomes.Count == count;
            },
            60_000));
        return outcomes;
    }
}
