using System.Text.Json.Serialization;
using Cgmemd.Core.Rules;

namespace Cgmemd.Control.Rules;

/// <summary>How replayed alerts are written for a machine: snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(List<ReplayedAlert>))]
[JsonSerializable(typeof(RuleTestDifference))]
internal sealed partial class RuleTestJson : JsonSerializerContext;
