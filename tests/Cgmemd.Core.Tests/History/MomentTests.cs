using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class MomentTests
{
    [Theory]
    [InlineData("oom", MomentKind.Oom, 1)]
    [InlineData("alert:2", MomentKind.Alert, 2)]
    [InlineData("capture:10", MomentKind.Capture, 10)]
    [InlineData("mark:1", MomentKind.Mark, 1)]
    public void AMomentIsRead(string text, MomentKind kind, int number)
    {
        Assert.True(Moment.TryParse(text, out Moment moment));
        Assert.Equal(new Moment(kind, number), moment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Oom")]
    [InlineData("oom:")]
    [InlineData("oom:0")]
    [InlineData("oom:-1")]
    [InlineData("oom:99999999999")]
    public void OtherWordsAreRefused(string text) => Assert.False(Moment.TryParse(text, out _));

    [Fact]
    public void ItIsCountedBackFromTheLast()
    {
        Assert.Equal("c", new Moment(MomentKind.Oom, 1).Of(["a", "b", "c"]));
        Assert.Equal("b", new Moment(MomentKind.Oom, 2).Of(["a", "b", "c"]));
        Assert.Null(new Moment(MomentKind.Oom, 4).Of(["a", "b", "c"]));
    }

    [Theory]
    [InlineData(150, 40, 5)]
    [InlineData(3600, 40, 120)]
    [InlineData(3600, 61, 60)]
    [InlineData(86_400, 40, 3600)]
    [InlineData(7 * 86_400, 40, 6 * 3600)]
    [InlineData(1_000_000_000, 40, 364 * 86_400)]
    public void AStepFitsItsRangeIntoTheRows(long seconds, int rows, int step) => Assert.Equal(
        TimeSpan.FromSeconds(step), TimeSteps.Fit(new HistoryRange(0, seconds * 1_000_000), rows));
}
