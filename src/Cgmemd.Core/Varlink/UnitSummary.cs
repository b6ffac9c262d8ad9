namespace Cgmemd.Core.Varlink;

/// <summary>One line of the list of units. Sizes are bytes; a value that could not be read is null.</summary>
public sealed record UnitSummary
{
    /// <summary>The unit, or the path of a plain cgroup.</summary>
    public required string Unit { get; init; }

    public required string Cgroup { get; init; }

    public required ulong CgroupId { get; init; }

    public string? InvocationId { get; init; }

    /// <summary>Whether it runs now; a stopped unit shows its last sample.</summary>
    public required bool Active { get; init; }

    public ulong? MemoryCurrent { get; init; }

    public ulong? MemoryPeak { get; init; }

    /// <summary>The effective memory.max: the least over the cgroup and its ancestors; null for none.</summary>
    public ulong? MemoryMax { get; init; }

    public ulong? Anon { get; init; }

    public ulong? File { get; init; }

    public ulong? WorkingSet { get; init; }

    public ulong? Swap { get; init; }

    public ulong? Pss { get; init; }

    /// <summary>The age of the oldest figure in the PSS, in microseconds.</summary>
    public long? PssAgeUsec { get; init; }

    /// <summary>The change of memory.current in bytes per second; negative as it shrinks.</summary>
    public long? Rate { get; init; }

    /// <summary>The share of the last 10 s in which some task waited for memory, in hundredths of a percent.</summary>
    public ulong? PressureSomeAvg10 { get; init; }

    /// <summary>Alerts firing.</summary>
    public required int Alerts { get; init; }

    /// <summary>When the sample was taken: CLOCK_REALTIME, µs; 0 before the first.</summary>
    public required long SampledUsec { get; init; }
}
