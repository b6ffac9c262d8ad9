using System.Text.Json.Serialization;
using Cgmemd.Core.Trends;

namespace Cgmemd.Control.Rules;

/// <summary>
/// A trend as JSON has it. Sizes are bytes, times microseconds, points in time CLOCK_REALTIME; what is not known is
/// left out.
/// </summary>
internal sealed record TrendJson(
    string Unit, string? InvocationId, long StartUsec, string Verdict, string Reason, long SeenUsec,
    double? BytesPerHour, double? LowBytesPerHour, double? HighBytesPerHour, double? Tau, ulong? ProjectedBytes24h,
    long? TimeToLimitUsec, ulong Peak, ulong? MemoryMax, string? FabricVerdict, double? FabricBytesPerHour)
{
    internal static TrendJson Of(UnitTrend trend) => new(
        trend.Life.Unit, trend.Life.InvocationId, trend.Life.Start.RealtimeUs, NameOf(trend.Report.Verdict),
        trend.Report.Reason, (long)trend.Report.Seen.TotalMicroseconds, trend.Report.BytesPerHour,
        trend.Report.LowBytesPerHour, trend.Report.HighBytesPerHour, trend.Report.Tau, trend.Report.ProjectedBytes24h,
        (long?)trend.Report.TimeToLimit?.TotalMicroseconds, trend.Peak,
        trend.Limit.IsFinite ? trend.Limit.Bytes : null,
        trend.Fabric is { } fabric ? NameOf(fabric.Verdict) : null, trend.Fabric?.BytesPerHour);

    internal static string NameOf(TrendVerdict verdict) => verdict switch
    {
        TrendVerdict.Insufficient => "insufficient",
        TrendVerdict.Leaking => "leaking",
        TrendVerdict.Growing => "growing",
        TrendVerdict.Plateau => "plateau",
        TrendVerdict.Bounded => "bounded",
        _ => "falling",
    };

    internal static string NameOf(FabricVerdict verdict) => verdict switch
    {
        Core.Trends.FabricVerdict.InsufficientData => "insufficient-data",
        Core.Trends.FabricVerdict.Stable => "stable",
        Core.Trends.FabricVerdict.Growing => "growing",
        _ => "leaking",
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(TrendJson))]
internal sealed partial class TrendJsonContext : JsonSerializerContext;
