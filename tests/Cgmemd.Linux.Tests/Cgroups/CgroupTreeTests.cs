using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

public class CgroupTreeTests
{
    [Fact]
    public void GlobsMatchComponentByComponent()
    {
        using var tree = new FixtureTree();
        Assert.Equal(
            ["/system.slice/api.service", "/system.slice/db@main.service"],
            CgroupTree.Find(tree.Root, ["/system.slice/*", "/*/api*"], []));
        Assert.Equal(
            ["/system.slice/db@main.service"],
            CgroupTree.Find(tree.Root, ["/system.slice/*"], ["/system.slice/api.service"]));
        Assert.Equal(["/"], CgroupTree.Find(tree.Root, ["/"], []));
        Assert.Empty(CgroupTree.Find(tree.Root, ["/nothing/*"], []));
        Assert.Empty(CgroupTree.Find("/nonexistent", ["/*"], []));
    }

    [Fact]
    public void UnitsAreFoundByTheirNamesAnywhere()
    {
        using var tree = new FixtureTree();
        Directory.CreateDirectory(tree.Root + "/user.slice/user-1000.slice/user@1000.service/app.slice/api.service");
        Assert.Equal(
            ["/system.slice/api.service", "/user.slice/user-1000.slice/user@1000.service/app.slice/api.service"],
            CgroupTree.FindUnits(tree.Root, ["api.service"]));
        Assert.Equal(["/system.slice/db@main.service"], CgroupTree.FindUnits(tree.Root, ["db@*.service"]));
    }

    [Fact]
    public void ProcessesOfTheWholeSubtreeEachOnce()
    {
        using var tree = new FixtureTree();
        Cgroup.TryOpen(tree.Root, "/system.slice/api.service", out Cgroup? cgroup);
        using (cgroup)
        {
            var pids = new List<int>();
            Assert.Equal(ReadStatus.Ok, CgroupTree.ReadProcesses(cgroup!, pids));
            Assert.Equal([812, 977, 990, 991], pids);
            pids.Clear();
            Assert.Equal(ReadStatus.Ok, CgroupTree.ReadProcesses(cgroup!, pids, maximumCgroups: 2));
            Assert.Equal([812, 977, 990], pids);
            Directory.Delete(tree.Root + cgroup!.Path, recursive: true);
            Assert.Equal(ReadStatus.Vanished, CgroupTree.ReadProcesses(cgroup, pids));
        }
    }
}
