using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

public class ChildWatcherTests
{
    [Fact]
    public void TellsOfChildrenThatComeAndGo()
    {
        using var tree = new FixtureTree();
        using ChildWatcher watcher = Create();
        Cgroup.TryOpen(tree.Root, "/system.slice", out Cgroup? slice);
        using (slice)
        {
            Assert.Equal(ReadStatus.Ok, watcher.Add(tree.Root, slice!, out _));
            Assert.Equal(ReadStatus.Ok, watcher.Add(tree.Root, slice!, out _));
            Assert.Equal(1, watcher.Count);
            Assert.Empty(Drain(watcher));
            Directory.CreateDirectory(tree.Root + "/system.slice/new.service");
            Directory.CreateDirectory(tree.Root + "/system.slice/other.service");
            Assert.Equal([slice!.Id], Drain(watcher));
            Assert.Empty(Drain(watcher));
            Directory.Delete(tree.Root + "/system.slice/new.service");
            Assert.Equal([slice.Id], Drain(watcher));
            File.WriteAllText(tree.Root + "/system.slice/file", "");
            Assert.Empty(Drain(watcher));
        }
    }

    [Fact]
    public void ARemovedWatchIsSilent()
    {
        using var tree = new FixtureTree();
        using ChildWatcher watcher = Create();
        Cgroup.TryOpen(tree.Root, "/system.slice", out Cgroup? slice);
        using (slice)
        {
            watcher.Add(tree.Root, slice!, out _);
            watcher.Remove(slice!.Id);
            watcher.Remove(slice.Id);
            Directory.CreateDirectory(tree.Root + "/system.slice/new.service");
            Assert.Empty(Drain(watcher));
            Assert.Equal(0, watcher.Count);
        }
    }

    [Fact]
    public void AVanishedCgroupCannotBeWatched()
    {
        using var tree = new FixtureTree();
        using ChildWatcher watcher = Create();
        Cgroup.TryOpen(tree.Root, "/system.slice/db@main.service", out Cgroup? db);
        using (db)
        {
            watcher.Add(tree.Root, db!, out _);
            Directory.Delete(tree.Root + db!.Path, recursive: true);
            watcher.Remove(db.Id);
            Assert.Equal(0, watcher.Count);
            Assert.Equal(ReadStatus.Vanished, watcher.Add(tree.Root, db, out _));
        }
    }

    private static ChildWatcher Create()
    {
        Assert.Equal(ReadStatus.Ok, ChildWatcher.TryCreate(out ChildWatcher? watcher, out _));
        return watcher!;
    }

    private static List<ulong> Drain(ChildWatcher watcher)
    {
        var changed = new List<ulong>();
        watcher.Drain(changed);
        return changed;
    }
}
