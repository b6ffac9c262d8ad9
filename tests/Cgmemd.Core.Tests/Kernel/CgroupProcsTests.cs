using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class CgroupProcsTests
{
    [Fact]
    public void PidsComeInOrderWithoutZeros()
    {
        var pids = new List<int>();
        Assert.True(CgroupProcs.TryParse("977\n0\n812\n812\n"u8, pids));
        Assert.Equal([977, 812, 812], pids);
    }

    [Fact]
    public void AnEmptyCgroupHasNone() => Assert.True(CgroupProcs.TryParse(""u8, []));

    [Theory]
    [InlineData("12\nx\n")]
    [InlineData("2147483648\n")]
    [InlineData("\n")]
    public void MalformedIsRefused(string text) =>
        Assert.False(CgroupProcs.TryParse(Encoding.UTF8.GetBytes(text), []));
}
