using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

public class CgroupMountTests
{
    [Fact]
    public void TheMountWithTheMemoryControllerIsTaken()
    {
        using var tree = new FixtureTree();
        string without = Directory.CreateDirectory(tree.Root + "/unified").FullName;
        File.WriteAllText(without + "/cgroup.controllers", "hugetlb\n");
        WriteMounts(tree, $"cgroup2 {without} cgroup2 rw 0 0\ncgroup2 {tree.Root} cgroup2 rw 0 0\n");
        Assert.Equal(ReadStatus.Ok, CgroupMount.TryDetect(tree.Root, out CgroupMount? mount));
        Assert.Equal(new CgroupMount(tree.Root, true, true), mount);
    }

    [Fact]
    public void AHybridHostIsNotSupported()
    {
        using var tree = new FixtureTree();
        tree.Write("/cgroup.controllers", "hugetlb\n");
        WriteMounts(tree, $"cgroup2 {tree.Root} cgroup2 rw 0 0\n");
        Assert.Equal(ReadStatus.NotSupported, CgroupMount.TryDetect(tree.Root, out CgroupMount? mount));
        Assert.Equal(new CgroupMount(tree.Root, false, false), mount);
    }

    [Fact]
    public void NoMountMalformedMountsAndNoMountsFile()
    {
        using var tree = new FixtureTree();
        Assert.Equal(ReadStatus.Failed, CgroupMount.TryDetect(tree.Root, out _));
        WriteMounts(tree, "proc /proc proc rw 0 0\n");
        Assert.Equal(ReadStatus.NotSupported, CgroupMount.TryDetect(tree.Root, out CgroupMount? mount));
        Assert.Null(mount);
        WriteMounts(tree, "cgroup2\n");
        Assert.Equal(ReadStatus.Failed, CgroupMount.TryDetect(tree.Root, out _));
    }

    private static void WriteMounts(FixtureTree tree, string text)
    {
        Directory.CreateDirectory(tree.Root + "/self");
        tree.Write("/self/mounts", text);
    }
}
