using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

/// <summary>What holds of any course, by those of the generator.</summary>
public sealed class LeakDetectionProperties
{
    private const ulong Seeds = 3;

    public static TheoryData<string> Shapes { get; } = [.. LeakShape.All.Select(shape => shape.Name)];

    public static TheoryData<string> Benign { get; } =
        ["warm-up", "sawtooth", "daily cycle", "bursts", "plateau"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WhenItIsDoesNotMatter(string name) => ForAll(name, life =>
    {
        const long ShiftUs = 1_234_567_890_123;
        Assert.Equal(Judge(life), Judge(new Life(
            life.StartUs + ShiftUs,
            life.Limit,
            [.. life.Points.Select(point => point with { TimeUs = point.TimeUs + ShiftUs })])));
    });

    // From 8 MiB of growth on: what is worth no word at all is the one thing that is not relative.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void HowLargeItIsDoesNotMatter(string name) => ForAll(name, life =>
    {
        const ulong Times = 64;
        Life large = Enlarge(life, Times);
        TrendReport one = Judge(large);
        TrendReport other = Judge(Enlarge(large, Times));
        Assert.Equal(
            (one.Verdict, one.Tau, one.Reason, Times * one.BytesPerHour, Times * one.LowBytesPerHour),
            (other.Verdict, other.Tau, other.Reason, other.BytesPerHour, other.LowBytesPerHour));
        Assert.Equal(one.TimeToLimit, other.TimeToLimit);
    });

    [Theory]
    [MemberData(nameof(Benign))]
    public void SamplesThatAreMissingMakeNoLeak(string name) => ForAll(name, life =>
    {
        var draw = new Draw((ulong)life.Points.Length);
        for (int round = 0; round < 5; round++)
        {
            double kept = draw.LogUniform(.05, 1);
            int from = draw.Below(life.Points.Length);
            int to = from + draw.Below(life.Points.Length - from);
            TrendPoint[] some = [.. life.Points.Where((_, i) => (i < from || i >= to) && draw.Chance(kept))];
            Assert.NotEqual(TrendVerdict.Leaking, Judge(life with { Points = some }).Verdict);
        }
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SamplesOutOfOrderChangeNothing(string name) => ForAll(name, life =>
    {
        var draw = new Draw(1);
        var floor = new FloorSeries(life.StartUs);
        foreach (TrendPoint point in life.Points)
        {
            floor.Add(point.TimeUs, point.Bytes);
            // Of an hour before: of a bucket that is over, at any width.
            if (draw.Chance(.1))
                Assert.False(floor.Add(point.TimeUs - 3_600_000_000, 0));
        }

        Assert.Equal(Judge(life), LeakDetection.Judge(floor, life.Limit));
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheIntervalHoldsTheSlope(string name) => ForAll(name, life =>
    {
        TrendReport report = Judge(life);
        if (report.Verdict == TrendVerdict.Insufficient)
            return;
        Assert.True(report.LowBytesPerHour <= report.BytesPerHour && report.BytesPerHour <= report.HighBytesPerHour);
        Assert.InRange(report.Tau!.Value, -1, 1);
        Assert.True(report.TimeToLimit is null || report.TimeToLimit >= TimeSpan.Zero);
    });

    private static void ForAll(string name, Action<Life> holds)
    {
        LeakShape shape = LeakShape.All.Single(shape => shape.Name == name);
        foreach (int hours in new[] { 6, 30, 72 })
        {
            for (ulong seed = 0; seed < Seeds; seed++)
                Assert.All(shape.Lives(seed, hours), holds);
        }
    }

    private static Life Enlarge(Life life, ulong times) => new(
        life.StartUs,
        ByteLimit.Of(life.Limit.Bytes * times),
        [.. life.Points.Select(point => point with { Bytes = point.Bytes * times })]);

    private static TrendReport Judge(Life life) => LeakDetection.Judge(life.Floor(), life.Limit);
}
