using Cgmemd.Control.Export;
using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class PointSpoolTests
{
    /// <summary>More than the blocks in memory hold, in columns of quite different lengths in bytes.</summary>
    [Fact]
    public void WhatWasAddedByRowIsReadByColumn()
    {
        const int Rows = 50_000;
        var random = new Random(1);
        var wanted = new ulong?[4][];
        for (int column = 0; column < wanted.Length; column++)
            wanted[column] = new ulong?[Rows];
        using var spool = new PointSpool(wanted.Length);
        for (int row = 0; row < Rows; row++)
        {
            wanted[0][row] = 0;
            wanted[1][row] = random.Next(3) == 0 ? null : (ulong)random.NextInt64();
            wanted[2][row] = random.Next(4) switch { 0 => null, 1 => ulong.MaxValue, 2 => 1UL << 63, _ => 0 };
            wanted[3][row] = (ulong)row * 5_000_000;
            for (int column = 0; column < wanted.Length; column++)
                spool.Add(column, wanted[column][row]);
        }

        for (int column = wanted.Length - 1; column >= 0; column--)
            Assert.Equal(wanted[column], spool.Read(column).ToArray());
    }

    [Fact]
    public void TwoColumnsAreReadAtOnce()
    {
        using var spool = new PointSpool(2);
        for (ulong row = 0; row < 20_000; row++)
        {
            spool.Add(0, row * row);
            spool.Add(1, row % 2 == 0 ? null : row * 1_000_003);
        }

        ulong at = 0;
        foreach ((ulong? first, ulong? second) in spool.Read(0).Zip(spool.Read(1)))
        {
            Assert.Equal(at * at, first);
            Assert.Equal(at % 2 == 0 ? null : at * 1_000_003, second);
            at++;
        }

        Assert.Equal(20_000UL, at);
    }
}
