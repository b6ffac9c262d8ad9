using Cgmemd.Core.Actions;
using Cgmemd.Core.State;
using Cgmemd.Linux.State;

namespace Cgmemd.Linux.Tests.State;

public sealed class StateFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;

    private string StatePath => Path.Combine(_directory, "state.json");

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        Assert.Null(new StateFile(StatePath).Save(DaemonState.New("b0")));
        Assert.Equal("b0", new StateFile(StatePath).Load(Now, out string? problem)!.BootId);
        Assert.Null(problem);
    }

    [Fact]
    public void WhatWasDoneIsLoadedAndAFileWithoutItToo()
    {
        var done = new ActionState(7, [new ActionEntry(7, "api.service", "big", 5)]);
        Assert.Null(new StateFile(StatePath).Save(DaemonState.New("b0") with { Actions = done }));
        ActionState loaded = new StateFile(StatePath).Load(Now, out _)!.Actions!;
        Assert.Equal((7ul, done.Entries[0]), (loaded.LastNumber, Assert.Single(loaded.Entries)));
        File.WriteAllText(StatePath, """{"version":1,"boot_id":"b0","groups":[],"captures":[]}""");
        Assert.Null(new StateFile(StatePath).Load(Now, out string? problem)!.Actions);
        Assert.Null(problem);
    }

    [Fact]
    public void ACorruptFileIsMovedAside()
    {
        File.WriteAllText(StatePath, "{ \"version\": 1, ");
        Assert.Null(new StateFile(StatePath).Load(Now, out string? problem));
        Assert.Contains("moved to", problem, StringComparison.Ordinal);
        Assert.True(File.Exists(StatePath + ".corrupt-20261121T100000"));
        Assert.False(File.Exists(StatePath));
    }

    [Fact]
    public void ACorruptFileThatCannotBeMovedIsAProblemAndNoFailure()
    {
        File.WriteAllText(StatePath, "nonsense");
        Directory.CreateDirectory(StatePath + ".corrupt-20261121T100000");
        Assert.Null(new StateFile(StatePath).Load(Now, out string? problem));
        Assert.Contains("cannot be moved aside", problem, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
