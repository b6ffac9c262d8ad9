using System.Text.Json.Serialization;

namespace Cgmemd.Core.Varlink;

/// <summary>
/// The messages of any varlink service and the calls of <c>io.cgmemd</c>: snake_case, nulls left out. Source-generated,
/// hence no reflection. The replies are in <see cref="ReplyJson"/>.
/// </summary>
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
[JsonSerializable(typeof(GetUnitCall))]
[JsonSerializable(typeof(ListEventsCall))]
[JsonSerializable(typeof(ListProcessesCall))]
[JsonSerializable(typeof(MarkCall))]
public sealed partial class VarlinkJson : JsonSerializerContext;
