using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class WatchBeginsTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(990, true)]
    [InlineData(996, false)]
    [InlineData(1000, false)]
    [InlineData(1029, false)]
    [InlineData(1031, true)]
    [InlineData(2000, false)]
    [InlineData(9000, true)]
    public void WhatBeginsWithTheWatchingMayHaveRunBefore(long second, bool isSeen)
    {
        var begins = new WatchBegins([2000 * Second, 1000 * Second]);
        Assert.Equal(isSeen, begins.Saw(Rows.First with { Start = new HistoryTime(second * Second, 0) }));
    }

    [Fact]
    public void WithoutABeginningAllIsSeen() => Assert.True(new WatchBegins([]).Saw(Rows.First));
}
