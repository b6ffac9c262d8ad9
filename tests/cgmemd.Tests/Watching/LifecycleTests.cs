using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Daemon.Tests.Watching;

/// <summary>Which units are under watch after what systemd tells.</summary>
public sealed class LifecycleTests : IDisposable
{
    private const string Unit = "late.service";
    private const string Path = "/system.slice/late.service";

    private readonly FixtureTree _tree = new("recorded-6.12");

    private static UnitChange Change(UnitChangeKind kind) =>
        new(Unit, kind, "active", "running", Path, "00112233445566778899aabbccddeeff", Result: null);

    [Fact]
    public void AUnitWhoseCgroupCouldNotBeOpenedIsTriedAgain()
    {
        using var daemon = new RecordedTree(_tree);
        daemon.Lifecycle.Apply(Change(UnitChangeKind.Present), RecordedTree.NowUs);
        Assert.Null(daemon.Watched.Find(Unit));

        Appear();
        daemon.Lifecycle.Rescan(unitsToo: false, RecordedTree.NowUs);

        Assert.Equal(
            "00112233445566778899aabbccddeeff", daemon.Watched.Find(Unit)?.InvocationId);
    }

    [Fact]
    public void AUnitThatStoppedMeanwhileIsNot()
    {
        using var daemon = new RecordedTree(_tree);
        daemon.Lifecycle.Apply(Change(UnitChangeKind.Present), RecordedTree.NowUs);
        daemon.Lifecycle.Apply(Change(UnitChangeKind.Gone), RecordedTree.NowUs);

        Appear();
        daemon.Lifecycle.Rescan(unitsToo: false, RecordedTree.NowUs);

        Assert.Null(daemon.Watched.Find(Unit));
    }

    public void Dispose() => _tree.Dispose();

    private void Appear()
    {
        Directory.CreateDirectory(_tree.Root + Path);
        foreach (string file in Directory.EnumerateFiles(_tree.Root + "/system.slice/api.service"))
            File.Copy(file, _tree.Root + Path + "/" + System.IO.Path.GetFileName(file));
    }
}
