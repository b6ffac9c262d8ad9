using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.State;

public sealed class HeldLimitsTests
{
    private static readonly HeldLimit[] Some =
    [
        new("a.service", 4096, ByteLimit.Max, HadDropIn: false, "/system.slice/a.service"),
        new(@"b\x2dc@1.scope", 5, ByteLimit.Of(ulong.MaxValue), HadDropIn: true, "/a b/c.scope"),
        new("d.service", 1 << 20, ByteLimit.Of(0), HadDropIn: false, "/d.service"),
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
            Assert.Equal(Some.Take(read.Count), read);
            Assert.InRange(read.Count, 0, Some.Length);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("boot1\na.service 5 max new\n")]
    [InlineData("boot1\na.service x max new /a\n")]
    [InlineData("boot1\na.service max max new /a\n")]
    [InlineData("boot1\n 5 max new /a\n")]
    [InlineData("boot1\na.service 5 max sometimes /a\n")]
    [InlineData("boot1\na.service 5 max new a\n")]
    [InlineData("boot1\na.service 5 max new /a")]
    public void WhatCannotBeUnderstoodIsLeftOut(string text) => Assert.Empty(HeldLimits.Parse(text, "boot1"));

    // 10,000 bytes are 2 pages and a part, which the kernel drops.
    [Fact]
    public void WhoseItIsIsToldByWhatStandsThere()
    {
        var limit = new HeldLimit("a.service", 10_000, ByteLimit.Max, HadDropIn: false, "/a");
        Assert.Equal(HeldNow.Held, limit.By(ByteLimit.Of(8192)));
        Assert.Equal(HeldNow.SetBack, limit.By(ByteLimit.Max));
        Assert.Equal(HeldNow.Anothers, limit.By(ByteLimit.Of(12288)));
    }
}
