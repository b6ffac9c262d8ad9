using Cgmemd.Core.Units;

namespace Cgmemd.Core.Tests.Units;

public sealed class NestingTests
{
    [Theory]
    [InlineData("/web.slice/a.service", true)]
    [InlineData("/web.slice/x.slice/a.service", true)]
    [InlineData("/web.slice", false)]
    [InlineData("/web.slice-b/a.service", false)]
    [InlineData("/web.slice2", false)]
    [InlineData("/other.slice/a.service", false)]
    [InlineData("/", false)]
    public void IsBelowByWholeNames(string path, bool isBelow) =>
        Assert.Equal(isBelow, Nesting.IsBelowAny(["/web.slice"], path));

    [Fact]
    public void EverythingIsBelowTheRootButTheRoot()
    {
        Assert.True(Nesting.IsBelowAny(["/"], "/web.slice"));
        Assert.True(Nesting.IsBelowAny(["/"], "/web.slice/a.service"));
        Assert.False(Nesting.IsBelowAny(["/"], "/"));
    }

    [Theory]
    [InlineData("web-api.slice", "web.slice", true)]
    [InlineData("web-api-x.slice", "web-api.slice", true)]
    [InlineData("web.slice", "web.slice", false)]
    [InlineData("webs.slice", "web.slice", false)]
    [InlineData("web-api.service", "web.slice", false)]
    [InlineData("web-api.service", "-.slice", true)]
    [InlineData("web.slice", "-.slice", true)]
    [InlineData("web-api.slice", "web.service", false)]
    public void ASlicesNameTellsWhereItLies(string unit, string slice, bool isIn) =>
        Assert.Equal(isIn, Nesting.IsInSlice(unit, slice));

    /// <summary>What is left of any set of cgroups holds each page of it once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheOutermostOfASetCountEachCgroupOnce(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 500; round++)
        {
            List<string> all = ["/"];
            while (all.Count < 20)
            {
                string above = all[random.Next(all.Count)];
                all.Add($"{(above == "/" ? "" : above)}/{"ab-"[random.Next(3)]}{all.Count}");
            }

            HashSet<string> matched = [.. all.Where(_ => random.Next(3) == 0)];
            var outermost = matched.Where(path => !Nesting.IsBelowAny(matched, path)).ToList();
            foreach (string path in all)
            {
                int wanted = matched.Any(one => IsInSubtree(path, one)) ? 1 : 0;
                Assert.Equal(wanted, outermost.Count(one => IsInSubtree(path, one)));
            }
        }
    }

    private static bool IsInSubtree(string path, string root) =>
        root == "/" || (path + "/").StartsWith(root + "/", StringComparison.Ordinal);
}
