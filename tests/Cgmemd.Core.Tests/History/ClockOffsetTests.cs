using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class ClockOffsetTests
{
    private const long True = 1_700_000_000_000_000;

    private readonly ClockOffset _offset = new();

    [Fact]
    public void The_nearest_to_the_truth_is_held()
    {
        long[] read = [True - 40, True - 7, True - 900, True - 2, True - 2, True - 999];
        Assert.Equal([True - 40, True - 7, True - 7, True - 2, True - 2, True - 2], read.Select(_offset.Hold));
    }

    [Theory]
    [InlineData(3_600_000_000)]
    [InlineData(-3_600_000_000)]
    [InlineData(-2_000)]
    [InlineData(5)]
    public void A_clock_that_is_set_is_followed(long stepUs)
    {
        Assert.Equal(True, _offset.Hold(True));
        Assert.Equal(True + stepUs, _offset.Hold(True + stepUs));
        Assert.Equal(True + stepUs, _offset.Hold(True + stepUs - 3));
    }

    [Fact]
    public void A_reading_that_was_held_up_is_forgotten_with_the_next()
    {
        Assert.Equal(True, _offset.Hold(True));
        Assert.Equal(True - 50_000, _offset.Hold(True - 50_000));
        Assert.Equal(True - 1, _offset.Hold(True - 1));
    }
}
