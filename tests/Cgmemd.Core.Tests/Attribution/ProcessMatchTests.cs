using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public sealed class ProcessMatchTests
{
    [Fact]
    public void TheSameAreFoundByPidAndStart() => Matches(
        [new(1, 10, "a", 100), new(2, 20, "b", 50)],
        [new(2, 20, "renamed", 80), new(1, 10, "a", 90)],
        new("renamed", "same", 1, 2, 50, 80), new("a", "same", 1, 1, 100, 90));

    [Fact]
    public void APidThatWasGivenAgainIsAnother() => Matches(
        [new(1, 10, "a", 100)],
        [new(1, 11, "b", 30)],
        new("a", "gone", 1, 1, 100, null), new("b", "appeared", 1, 1, null, 30));

    [Fact]
    public void WithoutAStartTheCommandTells() => Matches(
        [new(1, null, "a", 100), new(2, null, "b", 7)],
        [new(1, 10, "a", 130), new(2, 20, "c", 7)],
        new("a", "same", 1, 1, 100, 130), new("b", "gone", 1, 2, 7, null), new("c", "appeared", 1, 2, null, 7));

    [Fact]
    public void ARestartedOneIsFoundByItsCommand() => Matches(
        [new(1, 10, "a", 100)],
        [new(5, 50, "a", 40)],
        new ProcessChange("a", "restarted", 1, 5, 100, 40));

    [Fact]
    public void ThoseThatCannotBeToldApartAreTakenTogether() => Matches(
        [new(1, 10, "w", 100), new(2, 20, "w", 100), new(3, 30, "w", 5)],
        [new(4, 40, "w", 70), new(5, 50, "w", 70), new(3, 30, "w", 6)],
        new("w", "restarted", 2, null, 200, 140), new("w", "same", 1, 3, 5, 6));

    [Fact]
    public void OfAnotherLifeNoneIsTheSame()
    {
        ProcessChange change = Assert.Single(ProcessMatch.Match(
            Known([new(1, null, "a", 100)]), Known([new(1, null, "a", 100)]), isSameLife: false));
        Assert.Equal("restarted", change.State);
    }

    [Fact]
    public void OfTheLargestAloneTheOthersAreNotTakenForNew()
    {
        var largest = new KnownProcesses(0, [new(1, null, "a", 100), new(2, null, "b", 50)], IsPartial: true);
        KnownProcesses all = Known(
            [new(1, 1, "a", 110), new(2, 2, "b", 50), new(3, 3, "small", 50), new(4, 4, "large", 51)]);
        Assert.Equal(
            ["large", "a", "b"], ProcessMatch.Match(largest, all, isSameLife: true).Select(change => change.Command));
        Assert.Equal(
            ["large", "a", "b"], ProcessMatch.Match(all, largest, isSameLife: true).Select(change => change.Command));
    }

    [Fact]
    public void LinesAreOfBothListsAndTheGreatestChangeIsFirst() => Assert.Equal(
        [new("gone", 30, null), new("a", 10, 20), new("b", 20, 10), new("new", null, 5), new("same", 1, 1)],
        DiffLines.Of(
            new Dictionary<string, ulong> { ["a"] = 10, ["b"] = 20, ["gone"] = 30, ["same"] = 1 },
            new Dictionary<string, ulong> { ["b"] = 10, ["a"] = 20, ["new"] = 5, ["same"] = 1 }));

    private static void Matches(KnownProcess[] before, KnownProcess[] after, params ProcessChange[] expected) =>
        Assert.Equal(expected, ProcessMatch.Match(Known(before), Known(after), isSameLife: true));

    private static KnownProcesses Known(KnownProcess[] processes) => new(0, processes, IsPartial: false);
}
