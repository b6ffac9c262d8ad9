using System.Text;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Tests.Status;

public sealed class MarkTests : IDisposable
{
    private readonly HandlersRig _rig = new();

    [Fact]
    public void AMarkIsInTheHistory()
    {
        Assert.Null(Mark("""{"text":"deploy 1.4","unit":"api.service","count":18446744073709551615}""").Error);
        Assert.Null(Mark("""{"text":"lunch"}""").Error);
        _rig.Daemon.Dispose();
        using HistoryReader reader = HistoryReader.Open(_rig.Daemon.Path);
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
        _rig.Daemon.Configure(Configuration.Default with { History = HistoryOptions.Default with { Enabled = false } });
        Assert.Equal(DaemonInterface.HistoryUnavailable, Mark("""{"text":"a"}""").Error);
    }

    public void Dispose() => _rig.Dispose();

    private VarlinkReply Mark(string parameters, uint uid = 0) => _rig.Call(DaemonInterface.Mark, parameters, uid);
}
