using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public sealed class SummandsTests
{
    [Fact]
    public void WhatIsShownAddsUp() =>
        // Rounded one by one these would be 0 + 0 + 0, and their sum 1.
        Assert.Equal([1, 0, 0], Summands.Round([40, 30, 30], 100));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EachIsLessThanAUnitFromWhatItIs(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 1000; run++)
        {
            long unit = random.Next(1, 1 << 20);
            long[] parts = new long[random.Next(0, 12)];
            for (int i = 0; i < parts.Length; i++)
                parts[i] = random.NextInt64(-1L << 40, 1L << 40);
            long[] rounded = Summands.Round(parts, unit);
            for (int i = 0; i < parts.Length; i++)
                Assert.InRange(parts[i] - rounded[i] * unit, -unit + 1, unit - 1);
            Assert.InRange(parts.Sum() - rounded.Sum() * unit, -unit / 2 - 1, unit / 2 + 1);
        }
    }
}
