using Cgmemd.Core.Units;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Units;

public sealed class TimeSpanTextTests
{
    // Microseconds as printed by `systemd-analyze timespan TEXT` of systemd 252.
    [Theory]
    [InlineData("1.5s", 1_500_000)]
    [InlineData("90ms", 90_000)]
    [InlineData("1h 30min", 5_400_000_000)]
    [InlineData("1h30m", 5_400_000_000)]
    [InlineData("1.5h", 5_400_000_000)]
    [InlineData("1y 2M", 36_817_200_000_000)]
    [InlineData("8w", 4_838_400_000_000)]
    [InlineData("400d", 34_560_000_000_000)]
    [InlineData("12.000345s", 12_000_345)]
    [InlineData("2days 100us", 172_800_000_100)]
    [InlineData("2 minutes 3 sec", 123_000_000)]
    [InlineData("5 µs", 5)]
    [InlineData("0", 0)]
    public void SpansAreParsedAsSystemdDoes(string text, long microseconds)
    {
        Assert.True(TimeSpanText.TryParse(text, out TimeSpan span));
        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 30min")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5S")]
    [InlineData("5 fortnights")]
    [InlineData("1..5s")]
    [InlineData("infinity 5s")]
    [InlineData("30000y")]
    [InlineData("99999999999999999999999999999y")]
    public void WhatIsNoSpanIsRefused(string text) => Assert.False(TimeSpanText.TryParse(text, out _));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("90ms", "90ms")]
    [InlineData("5400s", "1h 30min")]
    [InlineData("1.5s", "1s 500ms")]
    [InlineData("60.5s", "1min 500ms")]
    [InlineData("14M", "1y 2month")]
    [InlineData("8w", "1month 3w 4d 13h 30min")]
    [InlineData("400d", "1y 1month 4d 7h 30min")]
    [InlineData("infinity", "infinity")]
    public void SpansAreShownAsSystemdDoes(string text, string shown)
    {
        Assert.True(TimeSpanText.TryParse(text, out TimeSpan span));
        Assert.Equal(shown, TimeSpanText.Format(span));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("730d", "730d")]
    [InlineData("1y", "1y")]
    [InlineData("4w", "28d")]
    [InlineData("36h", "1d 12h")]
    [InlineData("infinity", "infinity")]
    public void WholeDaysCanBeShownAsDays(string text, string shown)
    {
        Assert.True(TimeSpanText.TryParse(text, out TimeSpan span));
        Assert.Equal(shown, TimeSpanText.FormatDays(span));
    }

    [Fact]
    public void ShownTextParsesBack() => Prop.ForAll<ulong, byte>((value, shift) =>
    {
        TimeSpan span = TimeSpan.FromTicks((long)(value >> 1 >> (shift % 63)) / 10 * 10);
        return TimeSpanText.TryParse(TimeSpanText.Format(span), out TimeSpan parsed) && parsed == span;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyTextIsParsedOrRefused() =>
        Prop.ForAll<string>(text => TimeSpanText.TryParse(text, out _) || true).QuickCheckThrowOnFailure();
}
