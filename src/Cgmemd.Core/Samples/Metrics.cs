namespace Cgmemd.Core.Samples;

/// <summary>The names of the metrics: the kernel's keys, verbatim, as JSON, TOML and CSV show them.</summary>
public static class Metrics
{
    private static readonly string[] Keys =
    [
        "memory.current", "memory.peak", "memory.peak.interval", "memory.swap.current", "memory.swap.peak",
        "memory.stat.anon", "memory.stat.file", "memory.stat.kernel", "memory.stat.kernel_stack",
        "memory.stat.pagetables", "memory.stat.sec_pagetables", "memory.stat.percpu", "memory.stat.sock",
        "memory.stat.vmalloc", "memory.stat.shmem", "memory.stat.zswap", "memory.stat.zswapped",
        "memory.stat.file_mapped", "memory.stat.file_dirty", "memory.stat.file_writeback",
        "memory.stat.inactive_anon", "memory.stat.active_anon", "memory.stat.inactive_file",
        "memory.stat.active_file", "memory.stat.unevictable", "memory.stat.slab_reclaimable",
        "memory.stat.slab_unreclaimable", "memory.stat.pgfault", "memory.stat.pgmajfault",
        "memory.events.low", "memory.events.high", "memory.events.max", "memory.events.oom",
        "memory.events.oom_kill", "memory.events.oom_group_kill",
        "memory.events.local.low", "memory.events.local.high", "memory.events.local.max", "memory.events.local.oom",
        "memory.events.local.oom_kill", "memory.events.local.oom_group_kill",
        "memory.pressure.some.avg10", "memory.pressure.some.total",
        "memory.pressure.full.avg10", "memory.pressure.full.total",
        "pids.current", "pss", "pss_anon", "pss_file", "pss_shmem", "pss_dirty",
        "swap_pss", "working_set",
    ];

    /// <summary>How many metrics there are; a metric's number is below it.</summary>
    public static int Count => Keys.Length;

    /// <summary>The key of a metric, such as <c>memory.stat.anon</c>.</summary>
    public static string Key(Metric metric) => Keys[(int)metric];

    /// <summary>The metric of a key, or null when no metric has it.</summary>
    public static Metric? Parse(string key) =>
        Array.IndexOf(Keys, key) is var index and >= 0 ? (Metric)index : null;
}
