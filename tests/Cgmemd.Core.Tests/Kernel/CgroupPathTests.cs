using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public sealed class CgroupPathTests
{
    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/a/b", false)]
    [InlineData("/x/a", "/a", false)]
    public void IsWithinItselfAndWhatHoldsIt(string path, string other, bool isWithin) =>
        Assert.Equal(isWithin, CgroupPath.IsWithin(path, other));
}
