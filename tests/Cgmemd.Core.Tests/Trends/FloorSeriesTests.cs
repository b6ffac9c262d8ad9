using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

public sealed class FloorSeriesTests
{
    private const long Minute = 60_000_000;
    private const long Hour = 60 * Minute;
    private const long Start = 1_750_000_000_123_456;

    [Fact]
    public void TheWarmUpIsLeftOut()
    {
        var series = new FloorSeries(Start);
        Assert.False(series.Add(Start + Hour - 1, 1));
        Assert.True(series.Add(Start + Hour, 7));
        Assert.Equal([new FloorBucket(Start + Hour, 7, 7)], series.Buckets.ToArray());
    }

    [Fact]
    public void ABucketHasTheLeastAndTheMost()
    {
        var series = new FloorSeries(Start);
        foreach (ulong bytes in new ulong[] { 5, 3, 9 })
            series.Add(Start + Hour + (long)bytes, bytes);
        series.Add(Start + Hour + (5 * Minute), 6);
        Assert.Equal([new FloorBucket(Start + Hour, 3, 9)], series.Closed.ToArray());
        Assert.Equal(2, series.Buckets.Length);
    }

    [Fact]
    public void TimeThatGoesBackIsIgnored()
    {
        var series = new FloorSeries(Start);
        series.Add(Start + (3 * Hour), 5);
        Assert.False(series.Add(Start + (2 * Hour), 1));
        Assert.Equal(5UL, Assert.Single(series.Buckets.ToArray()).Bytes);
    }

    [Theory]
    [InlineData(12, 5, 132)]
    [InlineData(13, 5, 144)]
    [InlineData(14, 10, 78)]
    [InlineData(25, 10, 144)]
    [InlineData(26, 30, 50)]
    [InlineData(73, 30, 144)]
    [InlineData(1_000, 30, 144)]
    public void BucketsWidenWithTheSpan(int hours, int minutes, int count)
    {
        FloorSeries series = Filled(hours);
        Assert.Equal(minutes * Minute, series.WidthUs);
        Assert.Equal(count, series.Buckets.Length);
        for (int i = 0; i < count; i++)
        {
            FloorBucket bucket = series.Buckets[i];
            Assert.Equal(0, (bucket.StartUs - Start - Hour) % series.WidthUs);
            // The value is the minute since the start: the least is the bucket's first.
            Assert.Equal((ulong)((bucket.StartUs - Start) / Minute), bucket.Bytes);
            Assert.Equal(bucket.Bytes + (ulong)minutes - 1, bucket.PeakBytes);
        }
    }

    // 72 hours are kept, to the minute of the last bucket's start.
    [Fact]
    public void WhatIsOlderThanThreeDaysGoes()
    {
        FloorSeries series = Filled(500);
        Assert.Equal(71.5 * Hour, series.Buckets[^1].StartUs - series.Buckets[0].StartUs);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(300)]
    public void ASeriesOfAnothersBucketsGoesOnLikeIt(int hours)
    {
        FloorSeries one = Filled(hours);
        var other = new FloorSeries(Start);
        foreach (FloorBucket bucket in one.Buckets)
            Assert.True(other.Add(bucket));
        for (long minute = hours * 60; minute < (hours + 30) * 60; minute += 7)
        {
            one.Add(Start + (minute * Minute), (ulong)minute);
            other.Add(Start + (minute * Minute), (ulong)minute);
        }

        Assert.Equal(one.WidthUs, other.WidthUs);
        Assert.Equal(one.Buckets.ToArray(), other.Buckets.ToArray());
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData(4UL)]
    public void GapsOfAnyLengthKeepTheBucketsInOrder(ulong seed)
    {
        var draw = new Draw(seed);
        var series = new FloorSeries(Start);
        long timeUs = Start;
        for (int i = 0; i < 5_000; i++)
        {
            timeUs += (long)draw.LogUniform(Minute / 20.0, draw.Chance(.01) ? 100 * Hour : 10 * Minute);
            series.Add(timeUs, (ulong)i);
            FloorBucket[] buckets = series.Buckets.ToArray();
            for (int j = 1; j < buckets.Length; j++)
                Assert.True(buckets[j].StartUs - buckets[j - 1].StartUs >= series.WidthUs);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var series = new FloorSeries(Start);
        Fill(series, 0, 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill(series, 30, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static FloorSeries Filled(int hours)
    {
        var series = new FloorSeries(Start);
        Fill(series, 0, hours);
        return series;
    }

    private static void Fill(FloorSeries series, int fromHour, int toHour)
    {
        for (long minute = fromHour * 60; minute < toHour * 60; minute++)
            series.Add(Start + (minute * Minute), (ulong)minute);
    }
}
