using Cgmemd.Core.Units;

namespace Cgmemd.Core.Tests.Units;

public sealed class GlobTests
{
    [Theory]
    [InlineData("api.service", "api.service", true)]
    [InlineData("api.service", "api.servic", false)]
    [InlineData("worker@*.service", "worker@3.service", true)]
    [InlineData("worker@*.service", "worker.service", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("/kubepods.slice/*", "/kubepods.slice/pod1", true)]
    [InlineData("/kubepods.slice/*", "/kubepods.slice/pod1/inner", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[", "[", true)]
    [InlineData(@"dev-disk\x2d*.mount", @"dev-disk\x2d1.mount", true)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxbxx", false)]
    public void Matches_as_fnmatch_with_pathname_and_noescape_does(string pattern, string text, bool expected) =>
        Assert.Equal(expected, Glob.IsMatch(pattern, text));
}
