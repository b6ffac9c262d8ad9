using System.Text.Json.Serialization;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Core.Attribution;

/// <summary>How a breakdown is written: in captures, in the history, by cgmemctl. Absent values are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Breakdown))]
[JsonSerializable(typeof(RecordBreakdownCall))]
public sealed partial class BreakdownJson : JsonSerializerContext;
