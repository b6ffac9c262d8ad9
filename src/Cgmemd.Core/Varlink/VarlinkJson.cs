using System.Text.Json.Serialization;

namespace Cgmemd.Core.Varlink;

/// <summary>
/// The envelopes and the calls: snake_case, nulls left out. Source-generated, hence no reflection. The replies of
/// <c>io.cgmemd</c> are in <see cref="ReplyJson"/>, those of any service in <see cref="ServiceJson"/>.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CallEnvelope))]
[JsonSerializable(typeof(ReplyEnvelope))]
[JsonSerializable(typeof(GetInterfaceDescriptionCall))]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(GetUnitCall))]
[JsonSerializable(typeof(ListEventsCall))]
[JsonSerializable(typeof(ListProcessesCall))]
[JsonSerializable(typeof(ExplainRulesCall))]
[JsonSerializable(typeof(SilenceCall))]
[JsonSerializable(typeof(EndSilenceCall))]
[JsonSerializable(typeof(MarkCall))]
[JsonSerializable(typeof(PrekillCall))]
public sealed partial class VarlinkJson : JsonSerializerContext;
