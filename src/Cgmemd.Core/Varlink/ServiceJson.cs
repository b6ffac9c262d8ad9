using System.Text.Json.Serialization;

namespace Cgmemd.Core.Varlink;

/// <summary>The replies and errors of <c>org.varlink.service</c>, which are only written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(GetInfoReply))]
[JsonSerializable(typeof(GetInterfaceDescriptionReply))]
[JsonSerializable(typeof(InterfaceNotFoundError))]
[JsonSerializable(typeof(MethodNotFoundError))]
[JsonSerializable(typeof(InvalidParameterError))]
public sealed partial class ServiceJson : JsonSerializerContext;
