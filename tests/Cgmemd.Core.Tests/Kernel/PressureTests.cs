using System.Globalization;
using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Kernel;

public class PressureTests
{
    private const string Good =
        "some avg10=1.53 avg60=0.42 avg300=0.09 total=123456\nfull avg10=100.00 avg60=0.21 avg300=0.04 total=65432\n";

    [Fact]
    public void AveragesAreHundredthsAndTotalsMicroseconds()
    {
        Assert.True(Pressure.TryParse(Encoding.UTF8.GetBytes(Good), out Pressure pressure));
        Assert.Equal(new Pressure(153, 123456, 10000, 65432), pressure);
    }

    [Fact]
    public void GoesIntoASample()
    {
        var sample = new Sample();
        new Pressure(1, 2, 3, 4).CopyTo(ref sample);
        Assert.Equal(1ul, sample[Metric.PressureSomeAvg10]);
        Assert.Equal(4ul, sample[Metric.PressureFullTotal]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("some avg10=1.53 avg60=0.42 avg300=0.09 total=123456\n")]
    [InlineData("some avg10=1.5 total=1\nfull avg10=0.00 total=1\n")]
    [InlineData("some avg10=1.53 total=x\nfull avg10=0.00 total=1\n")]
    [InlineData("some\nfull\n")]
    public void MalformedIsRefused(string text) =>
        Assert.False(Pressure.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void WhatIsPrintedIsReadBack() => Prop.ForAll<ushort, ulong>((average, total) =>
    {
        string avg = (average / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        string line = $"avg10={avg} avg60=0.00 avg300=0.00 total={total}";
        return Pressure.TryParse(Encoding.UTF8.GetBytes($"some {line}\nfull {line}\n"), out Pressure pressure)
            && pressure == new Pressure(average, total, average, total);
    }).QuickCheckThrowOnFailure();
}
