using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Core.Tests.History;

public class TimelineTests
{
    private const long Second = 1_000_000;

    private static readonly HistoryRange Range = new(100 * Second, 200 * Second);

    [Fact]
    public void AllThatHappenedIsInTimeOrder()
    {
        Invocation died = Rows.First with
        {
            Start = At(50),
            End = At(150),
            Result = "oom-kill",
            Peak = 512 << 20,
            OomKills = 1,
            Limits = new Limits { EffectiveMax = ByteLimit.Of(512 << 20) },
        };
        var notes = Timeline.Notes(
            Range,
            [Rows.Second with { Start = At(151) }, died],
            [
                Event(149, "oom-kill", "api.service: the OOM killer"), Event(150, "stopped", "x"),
                Event(10, "capture", "y"),
            ],
            [new Mark(At(120), "load test", null, 5000), new Mark(At(121), "done", "api.service", null)],
            [new Gap(At(60), At(130), "not-running"), new Gap(At(20), At(100), "reboot")]);
        Assert.Equal(
        [
            new(100 * Second, "gap", "nothing recorded for 1min 10s: cgmemd did not run"),
            new(120 * Second, "mark", "load test (count 5000)"),
            new(121 * Second, "mark", "done"),
            new(149 * Second, "oom-kill", "the OOM killer"),
            new(150 * Second, "stopped", "oom-kill, peak 512M of 512M, 1 OOM kill"),
            new(151 * Second, "started", "invocation bbbbbbbb"),
        ], notes);
    }

    [Fact]
    public void ANoteStandsBeforeWhatBeginsWithIt()
    {
        HistoryRow[] rows = [Rows.Of(100), Rows.Of(110)];
        TimelineNote[] notes = [new(100 * Second, "a", ""), new(105 * Second, "b", ""), new(120 * Second, "c", "")];
        string order = string.Concat(
            Timeline.Merge(rows, notes).Select(entry => entry.Row is null ? entry.Note!.Kind : "."));
        Assert.Equal("a.b.c", order);
        Assert.Equal("abc", string.Concat(Timeline.Merge([], notes).Select(entry => entry.Note!.Kind)));
    }

    [Fact]
    public void ALifeThatBeganWithinAStepBeginsItsRow()
    {
        var row = new HistoryRow
        {
            Time = At(100),
            LastUs = 109 * Second,
            Samples = 1,
            Invocation = Rows.Second with { Start = At(107) },
            Values = [],
        };
        TimelineNote[] notes = [new(106 * Second, "a", ""), new(107 * Second, "b", ""), new(108 * Second, "c", "")];
        string order = string.Concat(
            Timeline.Merge([row], notes).Select(entry => entry.Row is null ? entry.Note!.Kind : "."));
        Assert.Equal("ab.c", order);
        Assert.Equal(107 * Second, Timeline.BeginUs(row));
    }

    private static HistoryTime At(long second) => new(second * Second, 0);

    private static EventRecord Event(long second, string kind, string message) => new()
    {
        Id = 1,
        TimeUsec = second * Second,
        Event = kind,
        Unit = "api.service",
        Message = message,
        Fields = new Dictionary<string, string>(),
    };
}
