namespace Cgmemd.Core.Varlink;

/// <summary>All that is known of one unit now. Sizes are bytes, times CLOCK_REALTIME in µs.</summary>
public sealed record UnitDetail
{
    public required string Unit { get; init; }

    public required string Cgroup { get; init; }

    public required ulong CgroupId { get; init; }

    public string? InvocationId { get; init; }

    public required bool Active { get; init; }

    /// <summary>Since when this invocation is watched.</summary>
    public required long SinceUsec { get; init; }

    /// <summary>When the sample was taken; 0 before the first.</summary>
    public required long SampledUsec { get; init; }

    /// <summary>The values present, by <see cref="Samples.Metrics.Key"/>.</summary>
    public required IReadOnlyDictionary<string, ulong> Sample { get; init; }

    /// <summary>Whether memory.peak.interval is the kernel's own maximum.</summary>
    public required bool IntervalPeakExact { get; init; }

    /// <summary>
    /// <c>memory.high</c>, <c>memory.max</c>, <c>memory.swap.max</c>, <c>effective_memory.high</c>,
    /// <c>effective_memory.max</c>; null for <c>max</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, ulong?> Limits { get; init; }

    /// <summary>The change of memory.current in bytes per second.</summary>
    public long? Rate { get; init; }

    /// <summary>The age of the oldest figure in the PSS, in microseconds.</summary>
    public long? PssAgeUsec { get; init; }

    /// <summary>
    /// How many of its processes have left its cgroup, and so are not in its memory; null while nobody has looked.
    /// </summary>
    public int? Escaped { get; init; }

    /// <summary>The ten largest, largest first.</summary>
    public required IReadOnlyList<ProcessUsage> Processes { get; init; }

    /// <summary>Every rule of the unit whose alert is not inactive.</summary>
    public required IReadOnlyList<AlertStatus> Alerts { get; init; }

    /// <summary>Child cgroups, largest first.</summary>
    public required IReadOnlyList<UnitSummary> Children { get; init; }

    /// <summary>OOM kills of this invocation.</summary>
    public required ulong OomKills { get; init; }

    /// <summary>Those of them that were systemd-oomd's; null where that is not known, as of the past.</summary>
    public ulong? OomdKills { get; init; }
}

/// <summary>A process of a unit.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Comm">Its name, from /proc/PID/comm.</param>
/// <param name="Rss">Resident set size in bytes.</param>
/// <param name="Pss">Proportional set size in bytes; null where not read.</param>
public sealed record ProcessUsage(int Pid, string Comm, ulong Rss, ulong? Pss = null);

/// <summary>Where one rule stands for one unit.</summary>
public sealed record AlertStatus
{
    public required string Rule { get; init; }

    /// <summary><c>pending</c>, <c>firing</c>, or <c>clearing</c>, which still fires.</summary>
    public required string State { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    public string? Severity { get; init; }

    /// <summary>The key of the metric compared, such as <c>memory.current</c>.</summary>
    public string? Metric { get; init; }

    public required long SinceUsec { get; init; }

    /// <summary>
    /// What the value is: <c>bytes</c>, <c>count</c>, <c>permyriad</c> or <c>usec</c>; null for bytes.
    /// </summary>
    public string? ValueUnit { get; init; }

    public ulong? Value { get; init; }

    /// <summary>Null where a share of no limit makes none.</summary>
    public ulong? Threshold { get; init; }

    /// <summary>Counts the times the alert fired.</summary>
    public required ulong Episode { get; init; }
}
