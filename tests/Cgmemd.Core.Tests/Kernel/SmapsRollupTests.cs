using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class SmapsRollupTests
{
    private const string Rollup =
        """
        55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0                          [rollup]
        Rss:                5536 kB
        Pss:                1629 kB
        Pss_Dirty:          1136 kB
        Pss_Anon:           1136 kB
        Pss_File:            493 kB
        Pss_Shmem:             0 kB
        Swap:                 12 kB
        SwapPss:               8 kB

        """;

    [Fact]
    public void RollupIsBytes()
    {
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(Rollup), out SmapsRollup rollup));
        Assert.Equal(
            new SmapsRollup(5536 << 10, 1629 << 10, 1136 << 10, 493 << 10, 0, 12 << 10, 8 << 10, null, 1136 << 10),
            rollup);
    }

    [Fact]
    public void RollupTellsOfHugePagesAndMergedOnesWhereTheKernelDoes()
    {
        string text = Rollup + "KSM: 16 kB\nShared_Hugetlb: 4096 kB\nPrivate_Hugetlb: 2048 kB\n";
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out SmapsRollup rollup));
        Assert.Equal((16ul << 10, 4ul << 20, 2ul << 20), (rollup.Ksm, rollup.SharedHugetlb, rollup.PrivateHugetlb));
        Assert.True(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(Rollup), out rollup));
        Assert.Null(rollup.Ksm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rss: 1 kB\nPss: 1 kB\n")]
    [InlineData("1-2 ---p 0 00:00 0 [rollup]\nRss: 1 kB\n")]
    [InlineData("1-2 ---p 0 00:00 0 [rollup]\nRss: 1\nPss: 1 kB\n")]
    public void MalformedRollupIsRefused(string text) =>
        Assert.False(SmapsRollup.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
