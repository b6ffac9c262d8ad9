using System.Text.Json.Serialization;

namespace Cgmemd.Core.State;

/// <summary>How the state file is written. Source-generated, hence no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DaemonState))]
public sealed partial class StateJson : JsonSerializerContext;
