using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary>Why a unit uses what it uses, in one line.</summary>
internal static class UnitCause
{
    /// <summary>What dominates, how it grows, and what the kernel did; null where nothing is known.</summary>
    /// <param name="unit">What is known of it.</param>
    /// <param name="bytesPerMinute">How memory.current grew in the last minutes; null takes the unit's rate.</param>
    internal static string? Describe(UnitDetail unit, double? bytesPerMinute) => Cause.Describe(new CauseFacts
    {
        Current = Value(unit, Metric.MemoryCurrent),
        Anon = Value(unit, Metric.Anon),
        File = Value(unit, Metric.File),
        Shmem = Value(unit, Metric.Shmem),
        Kernel = Value(unit, Metric.Kernel),
        BytesPerMinute = bytesPerMinute ?? unit.Rate * 60.0,
        HighEvents = Value(unit, Metric.EventsHigh) ?? 0,
        MaxEvents = Value(unit, Metric.EventsMax) ?? 0,
        OomKills = unit.OomKills,
    });

    private static ulong? Value(UnitDetail unit, Metric metric) =>
        unit.Sample.TryGetValue(Metrics.Key(metric), out ulong value) ? value : null;
}
