using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

public class AncestorLimitsTests
{
    private const string Slice = "/system.slice";

    [Fact]
    public void TheLeastOverTheAncestorsIsInForce()
    {
        using var tree = new FixtureTree();
        using var ancestors = new AncestorLimits(tree.Root);
        using Cgroup api = Open(tree, Slice + "/api.service");
        Assert.Equal(ReadStatus.Ok, ancestors.Read(api, out Limits limits));
        Assert.Equal(
            new Limits(
                ByteLimit.Max, ByteLimit.Of(536870912), ByteLimit.Of(0), ByteLimit.Of(1073741824),
                ByteLimit.Of(536870912)),
            limits);
    }

    [Fact]
    public void AnAncestorIsReadOncePerPass()
    {
        using var tree = new FixtureTree();
        using var ancestors = new AncestorLimits(tree.Root);
        using Cgroup db = Open(tree, Slice + "/db@main.service");
        ancestors.Read(db, out Limits limits);
        Assert.Equal(ByteLimit.Max, limits.EffectiveMax);
        tree.Write(Slice + "/memory.max", "4096\n");
        ancestors.Read(db, out limits);
        Assert.Equal(ByteLimit.Max, limits.EffectiveMax);
        ancestors.BeginPass();
        ancestors.Read(db, out limits);
        Assert.Equal(ByteLimit.Of(4096), limits.EffectiveMax);
    }

    [Fact]
    public void ASliceMadeAnewIsFoundAgain()
    {
        using var tree = new FixtureTree();
        using var ancestors = new AncestorLimits(tree.Root);
        using Cgroup db = Open(tree, Slice + "/db@main.service");
        ancestors.Read(db, out _);
        Directory.Move(tree.Root + Slice, tree.Root + "/old");
        Directory.Delete(tree.Root + "/old/api.service", recursive: true);
        foreach (string file in Directory.GetFiles(tree.Root + "/old"))
            File.Delete(file);
        Directory.CreateDirectory(tree.Root + Slice);
        foreach (string file in (string[])["memory.high", "memory.max", "memory.swap.max"])
            tree.Write($"{Slice}/{file}", "8192\n");
        tree.Write(Slice + "/cgroup.procs", "");
        ancestors.BeginPass();
        ancestors.Read(db, out Limits limits);
        Assert.Equal(ByteLimit.Of(8192), limits.EffectiveMax);
    }

    [Fact]
    public void AnUnreadableAncestorLimitsNothing()
    {
        using var tree = new FixtureTree();
        tree.Write(Slice + "/memory.high", "much\n");
        tree.Write(Slice + "/memory.max", "4096\n");
        using var ancestors = new AncestorLimits(tree.Root);
        using Cgroup db = Open(tree, Slice + "/db@main.service");
        Assert.Equal(ReadStatus.Ok, ancestors.Read(db, out Limits limits));
        Assert.Equal(ByteLimit.Max, limits.EffectiveHigh);
    }

    [Fact]
    public void LongUnusedAncestorsAreLetGo()
    {
        using var tree = new FixtureTree();
        using var ancestors = new AncestorLimits(tree.Root);
        using Cgroup db = Open(tree, Slice + "/db@main.service");
        ancestors.Read(db, out _);
        // A pass or two in which nothing was read: bus traffic, housekeeping.
        for (int i = 0; i < 10; i++)
            ancestors.BeginPass();
        Assert.Equal(2, ancestors.Count);
        for (int i = 0; i < 2_000; i++)
            ancestors.BeginPass();
        Assert.Equal(0, ancestors.Count);
        Assert.Equal(ReadStatus.Ok, ancestors.Read(db, out Limits limits));
        Assert.Equal(ByteLimit.Of(1073741824), limits.EffectiveHigh);
    }

    [Fact]
    public void MalformedAndMissingLimitsAreTold()
    {
        using var tree = new FixtureTree();
        using Cgroup db = Open(tree, Slice + "/db@main.service");
        tree.Write(db.Path + "/memory.max", "-1\n");
        Assert.Equal(ReadStatus.Failed, db.ReadLimits(out _, out _, out _));
        File.Delete(tree.Root + db.Path + "/memory.max");
        Assert.Equal(ReadStatus.NotSupported, db.ReadLimits(out _, out _, out _));
    }

    private static Cgroup Open(FixtureTree tree, string path)
    {
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(tree.Root, path, out Cgroup? cgroup));
        return cgroup!;
    }
}
