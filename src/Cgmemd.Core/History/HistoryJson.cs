using System.Text.Json.Serialization;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.History;

/// <summary>How records of the history are written for a machine: snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(InvocationJson[]))]
[JsonSerializable(typeof(TimelineNote[]))]
[JsonSerializable(typeof(UnitDiff))]
public sealed partial class HistoryJson : JsonSerializerContext;

/// <summary>
/// A life of a unit as JSON has it. Sizes are bytes, times CLOCK_REALTIME in microseconds; no limit is left out.
/// </summary>
public sealed record InvocationJson(
    string Unit, string Cgroup, ulong CgroupId, string BootId, string? InvocationId, long StartUsec, long? EndUsec,
    string? Result, ulong? MemoryPeak, ulong? MemorySwapPeak, ulong OomKills, ulong? MemoryMax)
{
    public static InvocationJson Of(Invocation life) => new(
        life.Unit, life.Cgroup, life.CgroupId, life.BootId, life.InvocationId, life.Start.RealtimeUs,
        life.End?.RealtimeUs, life.Result, life.Peak, life.SwapPeak, life.OomKills,
        life.Limits.EffectiveMax.IsFinite ? life.Limits.EffectiveMax.Bytes : null);
}
