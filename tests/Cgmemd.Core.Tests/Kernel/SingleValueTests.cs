using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Kernel;

public class SingleValueTests
{
    [Fact]
    public void NumbersAreReadBack() => Prop.ForAll<ulong>(value =>
        SingleValue.TryParse(Encoding.UTF8.GetBytes($"{value}\n"), out ulong read) && read == value)
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("max\n")]
    [InlineData("-1\n")]
    [InlineData("+1\n")]
    [InlineData("1\n\n")]
    [InlineData("1 2\n")]
    [InlineData("18446744073709551616\n")]
    public void MalformedNumbersAreRefused(string text) =>
        Assert.False(SingleValue.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TheGreatestNumberFits()
    {
        Assert.True(SingleValue.TryParse("18446744073709551615"u8, out ulong value));
        Assert.Equal(ulong.MaxValue, value);
    }

    [Fact]
    public void LimitsAreBytesOrMax()
    {
        Assert.True(SingleValue.TryParseLimit("max\n"u8, out ByteLimit max));
        Assert.Equal(ByteLimit.Max, max);
        Assert.True(SingleValue.TryParseLimit("536870912\n"u8, out ByteLimit finite));
        Assert.Equal(ByteLimit.Of(536870912), finite);
        Assert.True(SingleValue.TryParseLimit("0\n"u8, out ByteLimit zero));
        Assert.Equal(ByteLimit.Of(0), zero);
        Assert.False(SingleValue.TryParseLimit("maximum\n"u8, out _));
        Assert.False(SingleValue.TryParseLimit(""u8, out _));
    }
}
