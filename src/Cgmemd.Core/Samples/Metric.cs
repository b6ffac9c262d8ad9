namespace Cgmemd.Core.Samples;

/// <summary>
/// What can be known of a cgroup at one instant. Sizes are bytes, PSI totals microseconds, PSI averages hundredths of
/// a percent, events and faults raw counters. The kernel's own key of each is <see cref="Metrics.Key"/>.
/// </summary>
/// <remarks>Source: Documentation/admin-guide/cgroup-v2.rst; Documentation/accounting/psi.rst.</remarks>
public enum Metric : byte
{
    MemoryCurrent,
    /// <summary>The highest memory.current since the cgroup was made.</summary>
    MemoryPeak,
    /// <summary>
    /// The highest memory.current since the sample before; exact if <see cref="Sample.IntervalPeakIsExact"/>.
    /// </summary>
    IntervalPeak,
    MemorySwapCurrent,
    MemorySwapPeak,
    Anon,
    File,
    Kernel,
    KernelStack,
    PageTables,
    SecPageTables,
    PerCpu,
    Sock,
    VMalloc,
    Shmem,
    Zswap,
    Zswapped,
    FileMapped,
    FileDirty,
    FileWriteback,
    InactiveAnon,
    ActiveAnon,
    InactiveFile,
    ActiveFile,
    Unevictable,
    SlabReclaimable,
    SlabUnreclaimable,
    PageFaults,
    MajorPageFaults,
    EventsLow,
    EventsHigh,
    EventsMax,
    EventsOom,
    EventsOomKill,
    EventsOomGroupKill,
    EventsLocalLow,
    EventsLocalHigh,
    EventsLocalMax,
    EventsLocalOom,
    EventsLocalOomKill,
    EventsLocalOomGroupKill,
    PressureSomeAvg10,
    PressureSomeTotal,
    PressureFullAvg10,
    PressureFullTotal,
    PidsCurrent,
    /// <summary>
    /// Proportional set size of all processes, from smaps_rollup; the time it was taken is kept apart.
    /// </summary>
    Pss,
    PssAnon,
    PssFile,
    PssShmem,
    /// <summary>What would have to be written or swapped to be freed; from Linux 6.0.</summary>
    PssDirty,
    SwapPss,
    /// <summary>memory.current less inactive_file: what reclaim cannot take at once (cAdvisor's definition).</summary>
    WorkingSet,
}
