using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class ClockWatchTests
{
    private const long Second = 1_000_000;
    private const long Epoch = 1_700_000_000 * Second;

    private readonly ClockWatch _watch = new();

    public ClockWatchTests()
    {
        // The first reading has nothing to be held against; the host had been suspended for 40 s before.
        Assert.True(_watch.HasJumped(At(0, 100)));
        Assert.Equal((null, null), _watch.Explain(At(0, 100), 140 * Second));
    }

    [Fact]
    public void Clocks_that_go_together_are_no_news()
    {
        for (int i = 1; i < 100; i++)
            Assert.False(_watch.HasJumped(At(5 * i, 100 + (5 * i))));
    }

    [Fact]
    public void A_clock_that_is_slewed_is_no_news()
    {
        // 500 ppm, the most adjtimex(2) does, for an hour.
        for (int i = 1; i < 720; i++)
        {
            HistoryTime even = At(5 * i, 100 + (5 * i));
            Assert.False(_watch.HasJumped(even with { RealtimeUs = even.RealtimeUs + (i * 2_500) }));
        }
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(2)]
    public void A_clock_that_is_set_is_a_gap(int stepSeconds)
    {
        HistoryTime before = At(5, 105), after = At(10 + stepSeconds, 110);
        Assert.False(_watch.HasJumped(before));
        Assert.True(_watch.HasJumped(after));
        Assert.Equal((null, new Gap(before, after, "clock-step")), _watch.Explain(after, 150 * Second));
        Assert.False(_watch.HasJumped(At(15 + stepSeconds, 115)));
    }

    [Fact]
    public void A_suspend_is_a_gap()
    {
        HistoryTime before = At(5, 105), after = At(610, 110);
        Assert.False(_watch.HasJumped(before));
        Assert.True(_watch.HasJumped(after));
        Assert.Equal((new Gap(before, after, "suspend"), null), _watch.Explain(after, 750 * Second));
        Assert.False(_watch.HasJumped(At(615, 115)));
    }

    [Fact]
    public void A_suspend_with_a_clock_set_meanwhile_is_both()
    {
        HistoryTime after = At(605 - 3600, 105);
        Assert.True(_watch.HasJumped(after));
        (Gap? suspend, Gap? step) = _watch.Explain(after, 745 * Second);
        Assert.Equal("suspend", suspend?.Reason);
        Assert.Equal("clock-step", step?.Reason);
    }

    private static HistoryTime At(long realSeconds, long monoSeconds) =>
        new(Epoch + (realSeconds * Second), monoSeconds * Second);
}
