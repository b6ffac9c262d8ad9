using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

public sealed class FabricTrendTests
{
    private const long Minute = 60_000_000;
    private const ulong MB = 1_000_000;

    [Theory]
    // Minutes between, MB before and after.
    [InlineData(9, 100, 900, FabricPairVerdict.Unknown)]
    [InlineData(10, 100, 900, FabricPairVerdict.Leaking)]
    [InlineData(30, 1_000, 1_049, FabricPairVerdict.Stable)] // 98 MB/h, and "stable": what fabric-web suffered from
    [InlineData(60, 1_000, 951, FabricPairVerdict.Stable)]
    [InlineData(60, 1_000, 1_050, FabricPairVerdict.Leaking)] // 5 % is not less than 5 %
    [InlineData(60, 40, 50, FabricPairVerdict.Growing)] // 10 MB/h is not more than 10 MB/h, but a quarter
    [InlineData(60, 40, 51, FabricPairVerdict.Leaking)]
    [InlineData(60, 50, 60, FabricPairVerdict.Stable)] // a fifth is not more than a fifth
    [InlineData(600, 100, 119, FabricPairVerdict.Stable)]
    [InlineData(600, 100, 121, FabricPairVerdict.Growing)]
    [InlineData(60, 1_000, 100, FabricPairVerdict.Stable)] // whatever falls
    [InlineData(600, 0, 1, FabricPairVerdict.Growing)]
    [InlineData(600, 0, 0, FabricPairVerdict.Stable)]
    public void APairByTheFirstRule(int minutes, int before, int after, FabricPairVerdict expected) => Assert.Equal(
        expected, FabricTrend.PairOf(new(0, (ulong)before * MB), new(minutes * Minute, (ulong)after * MB)));

    [Fact]
    public void BelowTwoSnapshotsThereIsTooLittle()
    {
        var none = new FabricTrend(FabricVerdict.InsufficientData, 0, null, null);
        Assert.Equal(none, FabricTrend.Of([]));
        Assert.Equal(none, FabricTrend.Of([new(0, 1)]));
    }

    [Theory]
    // MB at every hour.
    [InlineData(FabricVerdict.Leaking, 100, 200, 200)] // half of the pairs
    [InlineData(FabricVerdict.Stable, 100, 200, 200, 200)]
    [InlineData(FabricVerdict.Stable, 20, 25, 31, 38, 38, 38)] // 60 % grow
    [InlineData(FabricVerdict.Growing, 10, 13, 17, 22, 22)] // 75 % grow
    [InlineData(FabricVerdict.Growing, 10, 13, 17, 40, 40)] // one of them leaks
    [InlineData(FabricVerdict.Stable, 500, 400, 300)]
    public void TheTrendIsOfAllPairs(FabricVerdict expected, params int[] series) =>
        Assert.Equal(expected, FabricTrend.Of(Hourly(series)).Verdict);

    [Fact]
    public void TheProjectionIsTheMeanRateForADay()
    {
        var trend = FabricTrend.Of([new(0, 100 * MB), new(30 * Minute, 110 * MB), new(90 * Minute, 120 * MB)]);
        Assert.Equal(15e6, trend.BytesPerHour);
        Assert.Equal(360e6, trend.ProjectedGrowth24h);
        Assert.Equal(2, trend.Pairs);
    }

    [Fact]
    public void SnapshotsOfOneInstantHaveNoRate()
    {
        var trend = FabricTrend.Of([new(0, 1), new(0, 2)]);
        Assert.Equal(new FabricTrend(FabricVerdict.Stable, 1, null, null), trend);
    }

    private static TrendPoint[] Hourly(int[] series) =>
        [.. series.Select((mb, hour) => new TrendPoint(hour * 60 * Minute, (ulong)mb * MB))];
}
