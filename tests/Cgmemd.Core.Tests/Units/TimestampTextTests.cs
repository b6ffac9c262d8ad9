using System.Globalization;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Tests.Units;

/// <summary>The vectors of systemd.time(7), at its own "now": 2012-11-23 18:15:22 in UTC+1.</summary>
public class TimestampTextTests
{
    private static readonly DateTimeOffset Now = new(2012, 11, 23, 18, 15, 22, TimeSpan.FromHours(1));

    private static readonly TimeZoneInfo Zone =
        TimeZoneInfo.CreateCustomTimeZone("CET", TimeSpan.FromHours(1), "CET", "CET");

    [Theory]
    [InlineData("Fri 2012-11-23 11:12:13", "2012-11-23 11:12:13 +01:00")]
    [InlineData("Friday 2012-11-23", "2012-11-23 00:00:00 +01:00")]
    [InlineData("2012-11-23 11:12:13", "2012-11-23 11:12:13 +01:00")]
    [InlineData("2012-11-23 11:12:13 UTC", "2012-11-23 11:12:13 +00:00")]
    [InlineData("2012-11-23T11:12:13Z", "2012-11-23 11:12:13 +00:00")]
    [InlineData("2012-11-23T11:12", "2012-11-23 11:12:00 +01:00")]
    [InlineData("2012-11-23", "2012-11-23 00:00:00 +01:00")]
    [InlineData("12-11-23", "2012-11-23 00:00:00 +01:00")]
    [InlineData("11:12:13", "2012-11-23 11:12:13 +01:00")]
    [InlineData("11:12", "2012-11-23 11:12:00 +01:00")]
    [InlineData("9:05", "2012-11-23 09:05:00 +01:00")]
    [InlineData("now", "2012-11-23 18:15:22 +01:00")]
    [InlineData("today", "2012-11-23 00:00:00 +01:00")]
    [InlineData("today UTC", "2012-11-23 00:00:00 +00:00")]
    [InlineData("yesterday", "2012-11-22 00:00:00 +01:00")]
    [InlineData("tomorrow", "2012-11-24 00:00:00 +01:00")]
    [InlineData("+3h30min", "2012-11-23 21:45:22 +01:00")]
    [InlineData("-5s", "2012-11-23 18:15:17 +01:00")]
    [InlineData("-2h", "2012-11-23 16:15:22 +01:00")]
    [InlineData("11min ago", "2012-11-23 18:04:22 +01:00")]
    [InlineData("2 days ago", "2012-11-21 18:15:22 +01:00")]
    [InlineData("1h left", "2012-11-23 19:15:22 +01:00")]
    [InlineData("@1395716396", "2014-03-25 02:59:56 +00:00")]
    [InlineData("2012-11-23 ", "2012-11-23 00:00:00 +01:00")]
    [InlineData(" today ", "2012-11-23 00:00:00 +01:00")]
    public void ATimeIsRead(string text, string expected)
    {
        Assert.True(TimestampText.TryParse(text, Now, Zone, out DateTimeOffset time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), time);
    }

    [Fact]
    public void FractionsGoDownToMicroseconds()
    {
        Assert.True(TimestampText.TryParse("@1395716396.25", Now, Zone, out DateTimeOffset epoch));
        Assert.Equal(250, epoch.Millisecond);
        Assert.True(TimestampText.TryParse("11:12:13.000001", Now, Zone, out DateTimeOffset clock));
        Assert.Equal(1, clock.Microsecond);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("@")]
    [InlineData("@-1")]
    [InlineData("@99999999999999999999")]
    [InlineData("ago")]
    [InlineData(" ago")]
    [InlineData("Thu 2012-11-23")]
    [InlineData("2012-13-01")]
    [InlineData("2012-11-31")]
    [InlineData("2012-11-23 25:00")]
    [InlineData("2012-11-23T")]
    [InlineData("-5")]
    [InlineData("-infinity")]
    [InlineData("2012-11-23 11:12 noon")]
    [InlineData("-2 parsecs")]
    [InlineData("-9999999999999 years")]
    public void WhatIsNoTimeIsRefused(string text) =>
        Assert.False(TimestampText.TryParse(text, Now, Zone, out _));
}
