using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Cgmemd.Control.Rules;

/// <summary>The rows of a history as the samples that rules are judged on.</summary>
internal static class HistorySamples
{
    private static readonly Metric[] Judged =
    [
        Metric.MemoryCurrent, Metric.Anon, Metric.MemorySwapCurrent, Metric.Pss, Metric.InactiveFile,
        Metric.EventsLow, Metric.EventsHigh, Metric.EventsMax, Metric.EventsOom, Metric.EventsOomKill,
        Metric.EventsOomGroupKill, Metric.EventsLocalLow, Metric.EventsLocalHigh, Metric.EventsLocalMax,
        Metric.EventsLocalOom, Metric.EventsLocalOomKill, Metric.EventsLocalOomGroupKill, Metric.PressureSomeTotal,
        Metric.PressureFullTotal,
    ];

    /// <summary>What is read: the metrics that rules may be on, then the limits.</summary>
    internal static HistoryField[] Fields { get; } =
    [
        .. Array.ConvertAll(Judged, metric => HistoryFields.Of(metric)!), HistoryFields.EffectiveHigh,
        HistoryFields.EffectiveMax,
    ];

    /// <summary>
    /// A row as a sample. Of a minute or an hour that was summed up it has the greatest of sizes, and the last of
    /// counters.
    /// </summary>
    internal static Sample Read(HistoryRow row, out Limits limits)
    {
        var sample = default(Sample);
        for (int i = 0; i < Judged.Length; i++)
        {
            if (row.Values[i] is { } value)
                sample.Set(Judged[i], value.Max);
        }

        if (sample.TryGet(Metric.MemoryCurrent, out ulong current)
            && sample.TryGet(Metric.InactiveFile, out ulong inactive))
            sample.Set(Metric.WorkingSet, current - Math.Min(current, inactive));
        limits = new Limits(
            ByteLimit.Max, ByteLimit.Max, ByteLimit.Max, Limit(row.Values[Judged.Length]),
            Limit(row.Values[Judged.Length + 1]));
        return sample;
    }

    private static ByteLimit Limit(FieldSummary? value) =>
        value is { Last: var bytes and not HistoryFields.NoLimit } ? ByteLimit.Of(bytes) : ByteLimit.Max;
}
