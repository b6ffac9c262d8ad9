using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class IntervalPeakTests
{
    [Fact]
    public void ALifetimePeakThatRoseIsTheIntervalsPeak()
    {
        var peak = new IntervalPeak();
        Assert.Equal(100ul, peak.Close(100, 150, null, out bool first));
        Assert.False(first);
        Assert.Equal(300ul, peak.Close(110, 300, null, out bool second));
        Assert.True(second);
    }

    [Fact]
    public void OtherwiseTheHighestSampledIsAllThatIsKnown()
    {
        var peak = new IntervalPeak();
        peak.Close(100, 300, null, out _);
        peak.Observe(180);
        Assert.Equal(180ul, peak.Close(120, 300, null, out bool exact));
        Assert.False(exact);
        Assert.Equal(130ul, peak.Close(130, 300, null, out _));
    }

    [Fact]
    public void TheEndOfOneIntervalIsTheStartOfTheNext()
    {
        var peak = new IntervalPeak();
        peak.Close(200, 300, null, out _);
        Assert.Equal(200ul, peak.Close(50, 300, null, out _));
    }

    [Fact]
    public void AtItsLifetimePeakTheCounterIsExact()
    {
        var peak = new IntervalPeak();
        peak.Close(300, 300, null, out bool exact);
        Assert.True(exact);
    }

    [Fact]
    public void AResettablePeakIsExact()
    {
        var peak = new IntervalPeak();
        peak.Close(100, 300, null, out _);
        Assert.Equal(250ul, peak.Close(120, 300, 250, out bool exact));
        Assert.True(exact);
    }

    [Fact]
    public void WhatRoseBetweenReadingAndResettingIsNotLost()
    {
        var peak = new IntervalPeak();
        peak.Close(100, 300, null, out _);
        Assert.Equal(400ul, peak.Close(120, 400, 250, out _));
    }

    [Fact]
    public void WithoutAPeakFileNothingIsExact()
    {
        var peak = new IntervalPeak();
        peak.Close(100, null, null, out bool exact);
        Assert.False(exact);
        Assert.Equal(140ul, peak.Close(140, null, null, out exact));
        Assert.False(exact);
    }
}
