using System.Text;
using System.Text.Json;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Status;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Tests.Cgroups;
using Cgmemd.Linux.Varlink;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Daemon.Tests.Status;

public sealed class MarkTests : IDisposable
{
    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly RecordedTree _daemon;
    private readonly VarlinkHandlers _handlers;

    public MarkTests()
    {
        _daemon = new RecordedTree(_tree);
        _handlers = new VarlinkHandlers(
            _daemon.Watched, new EventHistory(NullLogger.Instance, _daemon.Recording, TimeProvider.System),
            _daemon.Recording, new UnitReport(TimeProvider.System),
            new ProcessReport(_daemon.Watched, _daemon.Processes, TimeProvider.System), _daemon.Sampler,
            TimeProvider.System,
            () => throw new InvalidOperationException(), () => throw new InvalidOperationException());
        Assert.True(SpinWait.SpinUntil(() => _daemon.Recording.Status.State == HistoryState.Recording, 60_000));
    }

    [Fact]
    public void AMarkIsInTheHistory()
    {
        Assert.Null(Mark("""{"text":"deploy 1.4","unit":"api.service","count":18446744073709551615}""").Error);
        Assert.Null(Mark("""{"text":"lunch"}""").Error);
        _daemon.Dispose();
        using HistoryReader reader = HistoryReader.Open(_daemon.Path);
        Mark[] marks = [.. reader.Marks(null, HistoryRange.All)];
        Assert.Equal(
            [("deploy 1.4", "api.service", ulong.MaxValue), ("lunch", null, null)],
            marks.Select(mark => (mark.Text, mark.Unit, mark.Count)));
    }

    [Theory]
    [InlineData("""{"text":""}""", "text")]
    [InlineData("""{"text":"a\nb"}""", "text")]
    [InlineData("""{"unit":"api.service"}""", "parameters")]
    [InlineData("""{"text":"a","count":-1}""", "count")]
    public void WhatIsNoMarkIsRefused(string parameters, string parameter)
    {
        VarlinkReply reply = Mark(parameters);
        Assert.Equal(ServiceInterface.InvalidParameter, reply.Error);
        Assert.Contains($"\"{parameter}\"", Encoding.UTF8.GetString(reply.Parameters), StringComparison.Ordinal);
    }

    [Fact]
    public void AUnitThatIsNotWatchedHasNoTimeline() =>
        Assert.Equal(DaemonInterface.NoSuchUnit, Mark("""{"text":"a","unit":"/x"}""").Error);

    [Fact]
    public void AUnitThatWouldBeWatchedIfItRanHas() => Assert.Null(Mark("""{"text":"a","unit":"b.service"}""").Error);

    [Fact]
    public void MarksAreForRoot() =>
        Assert.Equal(DaemonInterface.PermissionDenied, Mark("""{"text":"a"}""", uid: 1000).Error);

    [Fact]
    public void WithoutAHistoryThereIsNothingToMark()
    {
        _daemon.Configure(Configuration.Default with { History = HistoryOptions.Default with { Enabled = false } });
        Assert.Equal(DaemonInterface.HistoryUnavailable, Mark("""{"text":"a"}""").Error);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _tree.Dispose();
    }

    private VarlinkReply Mark(string parameters, uint uid = 0) => _handlers.Handle(new VarlinkCall(
        DaemonInterface.Mark, JsonDocument.Parse(parameters).RootElement, new PeerCredentials(1, uid, uid),
        More: false, Oneway: false));
}
