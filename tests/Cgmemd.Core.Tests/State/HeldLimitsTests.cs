using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.State;

public sealed class HeldLimitsTests
{
    private static readonly HeldLimit[] Some =
    [
        new("a.service", ByteLimit.Max, HadDropIn: false),
        new(@"b\x2dc@1.scope", ByteLimit.Of(ulong.MaxValue), HadDropIn: true),
        new("d.service", ByteLimit.Of(0), HadDropIn: false),
    ];

    [Fact]
    public void WhatIsWrittenReadsBackInTheSameBootAlone()
    {
        string text = HeldLimits.Format("boot1", Some);
        Assert.Equal(Some, HeldLimits.Parse(text, "boot1"));
        Assert.Empty(HeldLimits.Parse(text, "boot2"));
    }

    [Fact]
    public void OfAFileThatWasCutOffTheWholeLinesCount()
    {
        string text = HeldLimits.Format("boot1", Some);
        for (int length = 0; length < text.Length; length++)
        {
            List<HeldLimit> read = HeldLimits.Parse(text[..length], "boot1");
            // A line that lacks only its end is whole.
            Assert.Equal(Some.Take(read.Count), read);
            Assert.InRange(read.Count, 0, Some.Length);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("boot1\na.service 5\n")]
    [InlineData("boot1\na.service x new\n")]
    [InlineData("boot1\n 5 new\n")]
    [InlineData("boot1\na.service 5 sometimes\n")]
    public void WhatCannotBeUnderstoodIsLeftOut(string text) => Assert.Empty(HeldLimits.Parse(text, "boot1"));
}
