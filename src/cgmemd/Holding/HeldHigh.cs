using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Daemon.Holding;

/// <summary>Where a held memory.high stands.</summary>
internal enum HeldPhase : byte
{
    /// <summary>systemd was asked to set it.</summary>
    Setting,

    /// <summary>It is in force.</summary>
    Held,

    /// <summary>systemd is asked to set it back, again if need be.</summary>
    Releasing,
}

/// <summary>A unit's memory.high that is held: as a tripwire, or to enforce it for an alert.</summary>
/// <param name="limit">The unit, and what it gets back.</param>
/// <param name="cgroupId">The cgroup it was set for.</param>
internal sealed class HeldHigh(HeldLimit limit, ulong cgroupId)
{
    public HeldLimit Limit { get; } = limit;

    public string Unit => Limit.Unit;

    /// <summary>The unit's own, as if nothing were held.</summary>
    public ByteLimit Before => Limit.Before;

    public ulong CgroupId { get; } = cgroupId;

    /// <summary>The value that is held.</summary>
    public ulong Bytes { get; set; }

    /// <summary>The rule that enforces it; null for a tripwire.</summary>
    public string? Rule { get; set; }

    public bool IsTripwire => Rule is null;

    public HeldPhase Phase { get; set; }

    /// <summary>memory.events.local high before it was set.</summary>
    public ulong EventsBefore { get; set; }

    /// <summary>When systemd is asked again to set it back.</summary>
    public long RetryUs { get; set; }

    /// <summary>Whether it was said that it could not be set back.</summary>
    public bool IsProblemTold { get; set; }

    /// <summary>Counts what systemd was asked: only the answer to the latest question matters.</summary>
    public int Question { get; set; }

    /// <summary>Whether the kernel has told that memory.current went above it.</summary>
    public bool HasTripped(in Sample sample) =>
        IsTripwire && Phase != HeldPhase.Releasing
        && sample.TryGet(Metric.EventsLocalHigh, out ulong events) && events > EventsBefore;
}
