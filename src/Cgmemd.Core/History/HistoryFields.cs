using Cgmemd.Core.Samples;

namespace Cgmemd.Core.History;

/// <summary>
/// The columns of the history and their numbers. The table only grows: a number once given is never given to another
/// key, so that what is written today is read for ever. working_set is not in it: it follows from memory.current and
/// inactive_file.
/// </summary>
public static class HistoryFields
{
    /// <summary>How a limit's field holds the kernel's <c>max</c>.</summary>
    public const ulong NoLimit = ulong.MaxValue;

    /// <summary>1 where memory.peak.interval is the kernel's own maximum, 0 where only the highest sampled.</summary>
    public static HistoryField PeakIsExact { get; } = new(70, "memory.peak.interval.exact", FieldKind.Gauge, null);

    public static HistoryField High { get; } = new(64, "memory.high", FieldKind.Gauge, null);

    public static HistoryField Max { get; } = new(65, "memory.max", FieldKind.Gauge, null);

    public static HistoryField SwapMax { get; } = new(66, "memory.swap.max", FieldKind.Gauge, null);

    public static HistoryField EffectiveHigh { get; } =
        new(67, "effective_memory.high", FieldKind.Gauge, null);

    public static HistoryField EffectiveMax { get; } = new(68, "effective_memory.max", FieldKind.Gauge, null);

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<HistoryField> All { get; } =
    [
        Gauge(1, Metric.MemoryCurrent), Gauge(2, Metric.MemoryPeak), Gauge(3, Metric.IntervalPeak),
        Gauge(4, Metric.MemorySwapCurrent), Gauge(5, Metric.MemorySwapPeak), Gauge(6, Metric.Anon),
        Gauge(7, Metric.File), Gauge(8, Metric.Kernel), Gauge(9, Metric.KernelStack), Gauge(10, Metric.PageTables),
        Gauge(11, Metric.SecPageTables), Gauge(12, Metric.PerCpu), Gauge(13, Metric.Sock), Gauge(14, Metric.VMalloc),
        Gauge(15, Metric.Shmem), Gauge(16, Metric.Zswap), Gauge(17, Metric.Zswapped), Gauge(18, Metric.FileMapped),
        Gauge(19, Metric.FileDirty), Gauge(20, Metric.FileWriteback), Gauge(21, Metric.InactiveAnon),
        Gauge(22, Metric.ActiveAnon), Gauge(23, Metric.InactiveFile), Gauge(24, Metric.ActiveFile),
        Gauge(25, Metric.Unevictable), Gauge(26, Metric.SlabReclaimable), Gauge(27, Metric.SlabUnreclaimable),
        Counter(28, Metric.PageFaults), Counter(29, Metric.MajorPageFaults), Counter(30, Metric.EventsLow),
        Counter(31, Metric.EventsHigh), Counter(32, Metric.EventsMax), Counter(33, Metric.EventsOom),
        Counter(34, Metric.EventsOomKill), Counter(35, Metric.EventsOomGroupKill), Counter(36, Metric.EventsLocalLow),
        Counter(37, Metric.EventsLocalHigh), Counter(38, Metric.EventsLocalMax), Counter(39, Metric.EventsLocalOom),
        Counter(40, Metric.EventsLocalOomKill), Counter(41, Metric.EventsLocalOomGroupKill),
        Gauge(42, Metric.PressureSomeAvg10), Counter(43, Metric.PressureSomeTotal),
        Gauge(44, Metric.PressureFullAvg10), Counter(45, Metric.PressureFullTotal), Gauge(46, Metric.PidsCurrent),
        Gauge(47, Metric.Pss), Gauge(48, Metric.PssAnon), Gauge(49, Metric.PssFile), Gauge(50, Metric.PssShmem),
        Gauge(51, Metric.SwapPss), Gauge(52, Metric.PssDirty),
        High, Max, SwapMax, EffectiveHigh, EffectiveMax, PeakIsExact,
    ];

    // Arrays: the frozen dictionaries would be the only ones in the daemon, which is measured by its kilobytes.
    private static readonly HistoryField?[] ById = By(field => field.Id, All.Max(field => field.Id) + 1);

    private static readonly HistoryField?[] ByMetric = By(field => (int?)field.Metric, Metrics.Count);

    /// <summary>The field of a number, or null for one that a newer writer has.</summary>
    public static HistoryField? Find(int id) => (uint)id < (uint)ById.Length ? ById[id] : null;

    /// <summary>The field of a key, or null when none has it.</summary>
    public static HistoryField? Find(string key) => All.FirstOrDefault(field => field.Key == key);

    /// <summary>The field that holds a metric, or null where none does.</summary>
    public static HistoryField? Of(Metric metric) => ByMetric[(int)metric];

    private static HistoryField?[] By(Func<HistoryField, int?> place, int count)
    {
        var fields = new HistoryField?[count];
        foreach (HistoryField field in All)
        {
            if (place(field) is { } at)
                fields[at] = field;
        }

        return fields;
    }

    private static HistoryField Gauge(int id, Metric metric) =>
        new(id, Metrics.Key(metric), FieldKind.Gauge, metric);

    private static HistoryField Counter(int id, Metric metric) =>
        new(id, Metrics.Key(metric), FieldKind.Counter, metric);
}
