using Cgmemd.Core.Units;

namespace Cgmemd.Core.Tests.Units;

public sealed class UnitChoiceTests
{
    private static readonly string[] Known = ["/plain-[ab]", "/plain-a", @"dev-disk-by\x2dlabel.mount", "api.service"];

    [Theory]
    [InlineData("/plain-[ab]", "/plain-[ab]")]
    [InlineData("/plain-[a]", "/plain-a")]
    [InlineData("/plain-*", "/plain-[ab] /plain-a")]
    [InlineData(@"dev-disk-by\x2dlabel.mount", @"dev-disk-by\x2dlabel.mount")]
    [InlineData(@"dev-disk-by\x2d*", @"dev-disk-by\x2dlabel.mount")]
    [InlineData("nosuch.service", "")]
    public void ANameComesBeforeAGlob(string text, string expected)
    {
        var choice = UnitChoice.Of(text, Known.Contains);
        Assert.Equal(expected, string.Join(' ', Known.Where(choice.Contains)));
    }

    [Fact]
    public void ANameIsNeverAGlob()
    {
        var choice = UnitChoice.Named("/plain-[ab]");
        Assert.Equal("/plain-[ab]", choice.Name);
        Assert.True(choice.Contains("/plain-[ab]"));
        Assert.False(choice.Contains("/plain-a"));
    }

    [Fact]
    public void WhatHasNoWildcardIsAName()
    {
        Assert.Equal("api.service", UnitChoice.Matching("api.service").Name);
        Assert.Null(UnitChoice.Matching("api?service").Name);
    }
}
