using Cgmemd.Core.Units;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Units;

public sealed class ByteSizeTests
{
    // The first cases are those of systemd's own test, test_parse_size in src/test/test-parse-util.c.
    [Theory]
    [InlineData("111", 111UL)]
    [InlineData("111.4", 111UL)]
    [InlineData("3 B", 3UL)]
    [InlineData("4 K", 4096UL)]
    [InlineData("3.5 G", 3_758_096_384UL)]
    [InlineData("12.7G", 13_636_521_164UL)]
    [InlineData("4 P 5 T", 4_509_097_185_509_376UL)]
    [InlineData("1G 512M", 1_610_612_736UL)]
    [InlineData("0", 0UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("15E 1023P", 18_445_618_173_802_708_992UL)]
    public void SizesAreParsed(string text, ulong bytes)
    {
        Assert.True(ByteSize.TryParse(text, out ulong parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("G")]
    [InlineData("-10B")]
    [InlineData("12P12P")]
    [InlineData("512M 1G")]
    [InlineData("1024E")]
    [InlineData("18446744073709551616")]
    [InlineData("0.1.5G")]
    [InlineData("10GB")]
    [InlineData("10g")]
    [InlineData("1e3")]
    [InlineData("1,5G")]
    [InlineData("80%")]
    [InlineData("99999999999999999999999999999999999999999")]
    public void WhatIsNoSizeIsRefused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0UL, "0B")]
    [InlineData(1023UL, "1023B")]
    [InlineData(1024UL, "1K")]
    [InlineData(1_288_490_189UL, "1.2G")]
    [InlineData(327_155_712UL, "312M")]
    [InlineData(1_073_741_823UL, "1G")]
    [InlineData(ulong.MaxValue, "16E")]
    public void ForPeopleOneDecimalIsEnough(ulong bytes, string text) => Assert.Equal(text, ByteSize.ToHuman(bytes));

    [Theory]
    [InlineData(8UL << 30, "8G")]
    [InlineData(1536UL << 20, "1536M")]
    [InlineData(1025UL, "1025B")]
    [InlineData(0UL, "0B")]
    public void ExactTextLosesNothing(ulong bytes, string text) => Assert.Equal(text, ByteSize.ToExact(bytes));

    [Fact]
    public void ExactTextParsesBack() => Prop.ForAll<ulong, byte>((bytes, shift) =>
        ByteSize.TryParse(ByteSize.ToExact(bytes << (shift % 64)), out ulong parsed) && parsed == bytes << (shift % 64))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void HumanTextIsShortAndNear() => Prop.ForAll<ulong, byte>((value, shift) =>
    {
        ulong bytes = value >> (shift % 64);
        string text = ByteSize.ToHuman(bytes);
        // 16E is 2⁶⁴, one more than fits.
        if (text == "16E")
            return bytes > ulong.MaxValue / 100 * 99;
        return text.Length <= 5 && ByteSize.TryParse(text, out ulong near)
            && Math.Abs((double)near - bytes) <= bytes * 0.05;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyTextIsParsedOrRefused() =>
        Prop.ForAll<string>(text => ByteSize.TryParse(text, out _) || true).QuickCheckThrowOnFailure();
}
