using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

public sealed class SenSlopeTests
{
    // By hand, over the ten pairs of these five points.
    [Fact]
    public void TheMedianOfThePairs()
    {
        var line = SenSlope.Of([1, 2, 3, 4, 5], [1.26, 1.27, 1.12, 1.16, 1.03]);
        double[] slopes =
        [
            .01, -.07, -.1 / 3, -.0575, -.15, -.055, -.08, .04, -.045, -.13,
        ];
        Array.Sort(slopes);
        Assert.Equal((slopes[4] + slopes[5]) / 2, line.PerHour, 6);
        Assert.Equal((2 - 8) / 10.0, line.Tau);
    }

    [Fact]
    public void ALineIsItsSlope()
    {
        double[] hours = [.. Enumerable.Range(0, 144).Select(i => i / 2.0)];
        double[] bytes = [.. hours.Select(hour => 1e9 + (3e6 * hour))];
        var line = SenSlope.Of(hours, bytes);
        Assert.Equal(3e6, line.PerHour);
        Assert.Equal((3e6, 3e6, 1.0), (line.Low, line.High, line.Tau));
    }

    [Fact]
    public void AQuarterOfThePointsMayBeAnything()
    {
        double[] hours = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        double[] bytes = [.. hours.Select(hour => (hour % 4 == 1 ? 1e9 : 0) + hour)];
        Assert.Equal(1, SenSlope.Of(hours, bytes).PerHour, 1);
    }

    [Fact]
    public void WhatIsLevelHasNoOrder() => Assert.Equal(
        new SenSlope(0, 0, 0, 0), SenSlope.Of([0, 1, 2, 3], [5, 5, 5, 5]));

    // Of white noise around a line, about 95 of 100 intervals hold the true slope.
    [Fact]
    public void TheIntervalHoldsTheSlopeAsOftenAsItSays()
    {
        double[] hours = [.. Enumerable.Range(0, 60).Select(i => (double)i)];
        int held = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            var draw = new Draw(seed);
            double[] bytes = [.. hours.Select(hour => (2 * hour) + (50 * draw.Normal()))];
            var line = SenSlope.Of(hours, bytes);
            held += line.Low <= 2 && 2 <= line.High ? 1 : 0;
        }

        Assert.InRange(held, 365, 394);
    }
}
