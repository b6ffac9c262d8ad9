using Xunit;

namespace Cgmemd.Control.Tests;

public class SparklineTests
{
    [Fact]
    public void HeightsGoFromZeroToTheTop() =>
        Assert.Equal("▁▁▂▃▄▅▆▇██", Sparkline.Render([0, 99, 100, 200, 300, 400, 500, 600, 700, 800], 800));

    [Fact]
    public void WhatIsAbsentIsBlankAndWhatIsAboveIsFull() => Assert.Equal(" █▁", Sparkline.Render([null, 9, 0], 8));

    [Fact]
    public void NumbersOfAnySizeAreDrawn()
    {
        Assert.Equal("█▅▁", Sparkline.Render([ulong.MaxValue, ulong.MaxValue / 2 + 1, 1], ulong.MaxValue));
        Assert.Equal("▁▁", Sparkline.Render([0, 5], 0));
        Assert.Equal(1000, Sparkline.Render(new ulong?[1000], 1).Length);
    }
}
