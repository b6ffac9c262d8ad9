using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

public sealed class LeakDetectionTests
{
    private const double MiB = 1 << 20;
    private const long Minute = 60_000_000;
    private const long Start = 1_750_000_000_000_000;

    [Fact]
    public void AnHourAndAlmostTwoAreTooLittle()
    {
        TrendReport report = Judge(3, hour => 100 + (50 * hour));
        Assert.Equal(TrendVerdict.Insufficient, report.Verdict);
        Assert.Null(report.BytesPerHour);
        Assert.Equal(TimeSpan.FromMinutes(110), report.Seen);
        Assert.Equal(TrendVerdict.Insufficient, Judge(0, _ => 0).Verdict);
        Assert.Equal(TrendVerdict.Leaking, Judge(4, hour => 100 + (100 * hour)).Verdict);
    }

    [Fact]
    public void ALineLeaksAndIsProjected()
    {
        TrendReport report = Judge(72, hour => 100 + (2 * hour));
        Assert.Equal(
            (TrendVerdict.Leaking, 2 * MiB, 2 * MiB, 2 * MiB, 1.0, TrendReasons.Leaking),
            (report.Verdict, report.BytesPerHour, report.LowBytesPerHour, report.HighBytesPerHour, report.Tau,
                report.Reason));
        // The last closed bucket begins at 71 h, with 242 MiB.
        Assert.Equal((242 + 48) * MiB, (double)report.ProjectedBytes24h!);
        Assert.Equal(TimeSpan.FromHours((1024 - 242) / 2.0), report.TimeToLimit);
        Assert.Equal(TimeSpan.FromHours(70), report.Seen);
    }

    [Fact]
    public void WithoutALimitThereIsNoTimeToIt()
    {
        TrendReport report = Judge(72, hour => 100 + (2 * hour), ByteLimit.Max);
        Assert.Equal(TrendVerdict.Leaking, report.Verdict);
        Assert.Null(report.TimeToLimit);
        Assert.NotNull(report.ProjectedBytes24h);
    }

    [Fact]
    public void ALeakUnderTheLoadOfTheDay()
    {
        TrendReport report = Judge(72, hour => 200 + (100 * Load(hour)) + (2 * hour));
        Assert.Equal((TrendVerdict.Leaking, TrendReasons.LeakingDaily), (report.Verdict, report.Reason));
        Assert.Equal(2 * MiB, report.BytesPerHour!.Value, .02 * MiB);
    }

    [Fact]
    public void TheLoadOfTheDayAlone()
    {
        TrendReport report = Judge(72, hour => 200 + (200 * Load(hour)));
        Assert.Equal(TrendVerdict.Bounded, report.Verdict);
    }

    [Fact]
    public void ALeakBelowLongTeeth()
    {
        TrendReport report = Judge(40, hour => 200 + (25 * (hour % 6)) + (3 * hour));
        Assert.Equal((TrendVerdict.Leaking, TrendReasons.LeakingKept), (report.Verdict, report.Reason));
        Assert.Equal(3 * MiB, report.BytesPerHour!.Value, .5 * MiB);
    }

    [Theory]
    [InlineData(.3)]
    [InlineData(2)]
    [InlineData(7)]
    public void TeethAlone(double period) => Assert.Equal(
        TrendVerdict.Bounded, Judge(72, hour => 200 + (150 * (hour % period) / period)).Verdict);

    [Fact]
    public void FiveHoursDecideWhatCannotWait()
    {
        Assert.Equal(TrendVerdict.Leaking, Judge(6, hour => 100 + (80 * hour)).Verdict);
        AssertGrows(LeakGuard.CanWait, Judge(6, hour => 200 + (20 * hour)));
    }

    [Fact]
    public void WhatHasOnlyBegunIsNotALeakYet() =>
        AssertGrows(LeakGuard.Quickening, Judge(6, hour => 200 + (2 * Math.Pow(hour, 3))));

    [Fact]
    public void ACacheThatFillsSlowsDown() =>
        AssertGrows(LeakGuard.Slowing, Judge(72, hour => 200 + (300 * (1 - Math.Exp(-hour / 40)))));

    [Fact]
    public void ACacheThatFillsUnderTheLoadOfTheDaySlowsDown() => Assert.NotEqual(
        TrendVerdict.Leaking,
        Judge(72, hour => 200 + (300 * (1 - Math.Exp(-hour / 25))) + (40 * Load(hour))).Verdict);

    [Fact]
    public void ACacheThatIsFullRests()
    {
        TrendReport report = Judge(72, hour => 200 + (10 * Math.Min(hour, 40)));
        Assert.Equal(
            (TrendVerdict.Plateau, TrendReasons.Of(TrendVerdict.Plateau, LeakGuard.Slowing)),
            (report.Verdict, report.Reason));
        Assert.Null(report.TimeToLimit);
    }

    [Fact]
    public void AFewStepsAreNoLeak() => AssertGrows(
        LeakGuard.Steps,
        Judge(48, hour => 200 + (40 * new[] { 12, 24, 36, 42 }.Count(at => hour >= at)) + (.3 * hour)));

    // In two days: on the third, the other quiet hours would outvote it.
    [Fact]
    public void WhatCameBackOnceIsBounded() => Assert.Equal(
        TrendVerdict.Bounded, Judge(48, hour => hour is > 40 and < 41 ? 100 : 200 + (3 * hour)).Verdict);

    [Fact]
    public void WhatFalls()
    {
        TrendReport report = Judge(72, hour => 600 - (8 * hour));
        Assert.Equal((TrendVerdict.Falling, -8 * MiB), (report.Verdict, report.BytesPerHour));
        Assert.Null(report.TimeToLimit);
        Assert.Equal(0UL, report.ProjectedBytes24h);
    }

    [Theory]
    [InlineData(50, 1024)]
    [InlineData(50, 64)]
    [InlineData(0, 1024)]
    [InlineData(0, 0)]
    public void WhatStaysIsAPlateau(int level, int limit)
    {
        TrendReport report = Judge(30, _ => level, ByteLimit.Of((ulong)(limit * MiB)));
        Assert.Equal((TrendVerdict.Plateau, 0.0), (report.Verdict, report.BytesPerHour));
        Assert.Equal(level * MiB, (double)report.ProjectedBytes24h!);
    }

    [Fact]
    public void GrowthOfAFewMegabytesIsNotWorthAWord() =>
        Assert.Equal(TrendVerdict.Plateau, Judge(72, hour => 10 + (hour / 10)).Verdict);

    [Fact]
    public void GrowthBelowATwentiethOfTheLimitIsNotWorthAWord()
    {
        Assert.Equal(TrendVerdict.Plateau, Judge(72, hour => 500 + (hour * .6)).Verdict);
        Assert.Equal(TrendVerdict.Leaking, Judge(72, hour => 500 + (hour * .8)).Verdict);
    }

    // A gigabyte is little of a limit of 64, but much for a service that began with 200 MiB.
    [Fact]
    public void AFarLimitHidesNoLeak() => Assert.Equal(
        TrendVerdict.Leaking, Judge(72, hour => 200 + (2 * hour), ByteLimit.Of(64UL << 30)).Verdict);

    [Fact]
    public void NothingIsAllocated()
    {
        FloorSeries series = Series(72, hour => 200 + (100 * Load(hour)) + hour);
        LeakDetection.Judge(series, ByteLimit.Max);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LeakDetection.Judge(series, ByteLimit.Max);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertGrows(LeakGuard guard, TrendReport report) => Assert.Equal(
        (TrendVerdict.Growing, TrendReasons.Of(TrendVerdict.Growing, guard)), (report.Verdict, report.Reason));

    private static double Load(double hour) => (1 - Math.Cos(2 * Math.PI * (hour + 11) / 24)) / 2;

    private static TrendReport Judge(int hours, Func<double, double> mebibytes) =>
        Judge(hours, mebibytes, ByteLimit.Of(1 << 30));

    private static TrendReport Judge(int hours, Func<double, double> mebibytes, ByteLimit limit) =>
        LeakDetection.Judge(Series(hours, mebibytes), limit);

    private static FloorSeries Series(int hours, Func<double, double> mebibytes)
    {
        var series = new FloorSeries(Start);
        for (int minute = 0; minute < hours * 60; minute++)
            series.Add(Start + (minute * Minute), (ulong)(mebibytes(minute / 60.0) * MiB));
        return series;
    }
}
