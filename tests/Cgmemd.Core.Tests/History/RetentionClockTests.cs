using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class RetentionClockTests
{
    private const long Second = 1_000_000;
    private const long Hour = 3600 * Second;
    private const long Year = 365 * 24 * Hour;
    private const long Start = 50 * Year;

    [Fact]
    public void ASteadyClockIsTaken()
    {
        var clock = new RetentionClock(Start - (5 * Second));

        Assert.Equal(Start, clock.Judge(new HistoryTime(Start, Second)));
        Assert.Equal(Start + Hour, clock.Judge(new HistoryTime(Start + Hour, Second + Hour)));
    }

    [Fact]
    public void WithoutAnythingKeptTheClockIsTaken() =>
        Assert.Equal(Start, new RetentionClock(null).Judge(new HistoryTime(Start, Second)));

    [Fact]
    public void AJumpAheadIsBelievedAfterAnHour()
    {
        var clock = new RetentionClock(Start);
        clock.Judge(new HistoryTime(Start, Second));

        Assert.Equal(Start + Second, clock.Judge(new HistoryTime(Start + Year, 2 * Second)));
        Assert.Equal(Start + Hour, clock.Judge(new HistoryTime(Start + Year + Hour - Second, Second + Hour)));
        Assert.Equal(Start + Year + Hour, clock.Judge(new HistoryTime(Start + Year + Hour, (2 * Second) + Hour)));
    }

    [Fact]
    public void AJumpThatIsTakenBackLeavesNothing()
    {
        var clock = new RetentionClock(Start);
        clock.Judge(new HistoryTime(Start, Second));
        clock.Judge(new HistoryTime(Start + Year, 2 * Second));

        Assert.Equal(Start + (2 * Second), clock.Judge(new HistoryTime(Start + (2 * Second), 3 * Second)));
        Assert.Equal(
            Start + (2 * Hour), clock.Judge(new HistoryTime(Start + Year + (2 * Hour), (2 * Hour) + Second)));
    }

    [Fact]
    public void AStepBackIsTakenAtOnce()
    {
        var clock = new RetentionClock(Start);
        clock.Judge(new HistoryTime(Start, Second));

        Assert.Equal(Start - Year, clock.Judge(new HistoryTime(Start - Year, 2 * Second)));
    }

    [Fact]
    public void AHostThatWasOffForLongIsGivenAnHour()
    {
        var clock = new RetentionClock(Start);

        Assert.Equal(Start, clock.Judge(new HistoryTime(Start + Year, Second)));
        Assert.Equal(Start + Year + Hour, clock.Judge(new HistoryTime(Start + Year + Hour, Second + Hour)));
    }
}
