using System.Text.Json.Serialization;

namespace Cgmemd.Core.Varlink;

/// <summary>How the messages are written: snake_case, nulls left out. Source-generated, hence no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CallEnvelope))]
[JsonSerializable(typeof(ReplyEnvelope))]
[JsonSerializable(typeof(GetInfoReply))]
[JsonSerializable(typeof(GetInterfaceDescriptionCall))]
[JsonSerializable(typeof(GetInterfaceDescriptionReply))]
[JsonSerializable(typeof(InterfaceNotFoundError))]
[JsonSerializable(typeof(MethodNotFoundError))]
[JsonSerializable(typeof(InvalidParameterError))]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(GetStatusReply))]
[JsonSerializable(typeof(ListUnitsReply))]
[JsonSerializable(typeof(UnitSummary[]))]
[JsonSerializable(typeof(GetUnitCall))]
[JsonSerializable(typeof(GetUnitReply))]
[JsonSerializable(typeof(ListEventsCall))]
[JsonSerializable(typeof(ListEventsReply))]
[JsonSerializable(typeof(EventRecord[]))]
[JsonSerializable(typeof(ListProcessesCall))]
[JsonSerializable(typeof(ListProcessesReply))]
[JsonSerializable(typeof(ProcessMemory[]))]
[JsonSerializable(typeof(MarkCall))]
[JsonSerializable(typeof(ReloadReply))]
[JsonSerializable(typeof(NoSuchUnitError))]
[JsonSerializable(typeof(HistoryUnavailableError))]
[JsonSerializable(typeof(ConfigurationErrorParameters))]
public sealed partial class VarlinkJson : JsonSerializerContext;
