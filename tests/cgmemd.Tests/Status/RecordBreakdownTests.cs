using System.Text;
using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Tests.Attribution;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Tests.Status;

public sealed class RecordBreakdownTests : IDisposable
{
    private readonly HandlersRig _rig = new();
    private readonly Breakdown _breakdown =
        Breakdowns.Api(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000, 200);

    [Fact]
    public void ABreakdownIsInTheHistory()
    {
        Assert.Null(Record(_breakdown).Error);
        _rig.Daemon.Dispose();
        using HistoryReader reader = HistoryReader.Open(_rig.Daemon.Path);
        RecordedBreakdown recorded = reader.NearestBreakdown("api.service", HistoryRange.All, 0)!;
        Assert.Equal(("demand", null), (recorded.Cause, recorded.Rule));
        Assert.Equal(_breakdown.TimeUsec, recorded.Time.RealtimeUs);
        Assert.Equivalent(_breakdown, recorded.Breakdown, strict: true);
    }

    [Fact]
    public void OneOfAnAlertHasItsRule()
    {
        _rig.Daemon.Recording.Breakdown(_breakdown, BreakdownCause.Alert, "near-limit");
        _rig.Daemon.Dispose();
        using HistoryReader reader = HistoryReader.Open(_rig.Daemon.Path);
        Assert.Equal("near-limit", Assert.Single(reader.Breakdowns(null, HistoryRange.All)).Rule);
    }

    [Fact]
    public void WhatIsNoneIsRefused()
    {
        Refuses("breakdown.time_usec", _breakdown with { TimeUsec = 1 });
        Refuses("breakdown.processes", _breakdown with { Processes = [_breakdown.Processes[0] with { Pid = -1 }] });
        VarlinkReply reply = _rig.Call(DaemonInterface.RecordBreakdown, """{"breakdown":{"unit":"api.service"}}""");
        Assert.Equal(ServiceInterface.InvalidParameter, reply.Error);
    }

    [Fact]
    public void AUnitThatIsNotWatchedHasNone() =>
        Assert.Equal(DaemonInterface.NoSuchUnit, Record(_breakdown with { Unit = "/x" }).Error);

    [Fact]
    public void BreakdownsAreForRoot() =>
        Assert.Equal(DaemonInterface.PermissionDenied, Record(_breakdown, uid: 1000).Error);

    [Fact]
    public void WithoutAHistoryThereIsNowhereToPutIt()
    {
        _rig.Daemon.Configure(
            Configuration.Default with { History = HistoryOptions.Default with { Enabled = false } });
        Assert.Equal(DaemonInterface.HistoryUnavailable, Record(_breakdown).Error);
    }

    public void Dispose() => _rig.Dispose();

    private void Refuses(string parameter, Breakdown breakdown)
    {
        VarlinkReply reply = Record(breakdown);
        Assert.Equal(ServiceInterface.InvalidParameter, reply.Error);
        Assert.Contains($"\"{parameter}\"", Encoding.UTF8.GetString(reply.Parameters), StringComparison.Ordinal);
    }

    private VarlinkReply Record(Breakdown breakdown, uint uid = 0) => _rig.Call(
        DaemonInterface.RecordBreakdown,
        JsonSerializer.Serialize(new RecordBreakdownCall(breakdown), BreakdownJson.Default.RecordBreakdownCall), uid);
}
