using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Linux.State;

namespace Cgmemd.Linux.Tests.State;

public sealed class HeldLimitsFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-held-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void ItIsThereAsLongAsAnythingIsHeld()
    {
        string path = Path.Combine(_directory, "held-limits");
        var file = new HeldLimitsFile(path, "boot1");
        Assert.Empty(file.Load());
        HeldLimit[] limits = [new("a.service", 4096, ByteLimit.Max, HadDropIn: false, "/a.service")];
        Assert.Null(file.Save(limits));
        Assert.Equal(limits, new HeldLimitsFile(path, "boot1").Load());
        Assert.Empty(new HeldLimitsFile(path, "boot2").Load());
        Assert.Null(file.Save([]));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void WhatCannotBeWrittenIsSaid()
    {
        var file = new HeldLimitsFile(Path.Combine(_directory, "none/held-limits"), "boot1");
        HeldLimit limit = new("a", 4096, ByteLimit.Max, HadDropIn: false, "/a");
        Assert.Contains("none/held-limits", file.Save([limit]), StringComparison.Ordinal);
    }
}
