using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Status;

namespace Cgmemd.Daemon.Tests.Status;

/// <summary>The daemon writes replies with a context that cannot read, as one that can would write them.</summary>
public sealed class WrittenReplyTests : IDisposable
{
    private readonly HandlersRig _rig = new();

    [Fact]
    public void AReplyIsAsAReaderWouldWriteIt()
    {
        string unit = Same(DaemonInterface.ListUnits, "{}", ReplyJson.Default.ListUnitsReply).Units[0].Unit;
        string wanted = JsonSerializer.Serialize(new GetUnitCall(unit), VarlinkJson.Default.GetUnitCall);
        Assert.Equal(unit, Same(DaemonInterface.GetUnit, wanted, ReplyJson.Default.GetUnitReply).Unit.Unit);
        Same(DaemonInterface.ListProcesses, wanted, ReplyJson.Default.ListProcessesReply);
        Same(DaemonInterface.ListEvents, "{}", ReplyJson.Default.ListEventsReply);
        Assert.Equal("/x", Same(
            DaemonInterface.GetUnit, """{"unit":"/x"}""", ReplyJson.Default.NoSuchUnitError).Unit);
    }

    [Fact]
    public void BothContextsWriteByTheSameRules()
    {
        JsonSerializerOptions read = ReplyJson.Default.Options, written = WrittenReplyJson.Default.Options;
        Assert.Equal(
            (read.PropertyNamingPolicy, read.DefaultIgnoreCondition, read.RespectNullableAnnotations),
            (written.PropertyNamingPolicy, written.DefaultIgnoreCondition, written.RespectNullableAnnotations));
    }

    public void Dispose() => _rig.Dispose();

    private T Same<T>(string method, string parameters, JsonTypeInfo<T> type)
    {
        string written = Encoding.UTF8.GetString(_rig.Call(method, parameters).Parameters);
        T read = JsonSerializer.Deserialize(written, type)!;
        Assert.Equal(JsonSerializer.Serialize(read, type), written);
        return read;
    }
}
