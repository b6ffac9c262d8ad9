using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("intervall", "interval")]
    [InlineData("Interval", "interval")]
    [InlineData("interavl", "interval")]
    [InlineData("budgte", "budget")]
    [InlineData("of", "of")]
    [InlineData("fro", "for")]
    [InlineData("x", null)]
    [InlineData("threshold", null)]
    public void TheNearestNameIsFound(string word, string? nearest) =>
        Assert.Equal(nearest, Spelling.Nearest(word, ["interval", "budget", "of", "for"]));
}
