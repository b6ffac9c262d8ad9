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

    /// <summary>It is to be set back, as soon as systemd can be asked.</summary>
    Due,

    /// <summary>systemd was asked to set it back.</summary>
    Releasing,
}

/// <summary>A unit's memory.high that is held: as a tripwire, or to enforce it for an alert.</summary>
internal sealed class HeldHigh(HeldLimit limit)
{
    /// <summary>As it is on file.</summary>
    public HeldLimit Limit { get; set; } = limit;

    /// <summary>What was held before, while systemd has not answered: it may be either; else null.</summary>
    public HeldLimit? Former { get; set; }

    public string Unit => Limit.Unit;

    /// <summary>The unit's own, as if nothing were held.</summary>
    public ByteLimit Before => Limit.Before;

    /// <summary>The value that is held.</summary>
    public ulong Bytes => Limit.Bytes;

    /// <summary>What is to be held as soon as the unit is below it; at most what is.</summary>
    public ulong Wanted { get; set; }

    /// <summary>The rule that enforces it; null for a tripwire.</summary>
    public string? Rule { get; set; }

    public HeldPhase Phase { get; set; } = HeldPhase.Setting;

    /// <summary>Whether it is in force, or about to be: not being set back.</summary>
    public bool IsOn => Phase is HeldPhase.Setting or HeldPhase.Held;

    /// <summary>A tripwire that has not told anything yet.</summary>
    public bool IsArmed => Rule is null && IsOn;

    /// <summary>Whether systemd has ever set it.</summary>
    public bool WasSet { get; set; }

    /// <summary>memory.events.local high before it was set; null where it could not be read.</summary>
    public ulong? EventsBefore { get; set; }

    /// <summary>When systemd is asked to set it back.</summary>
    public long DueUs { get; set; }

    /// <summary>Whether it was said that it could not be set back.</summary>
    public bool IsProblemTold { get; set; }

    /// <summary>Counts what systemd was asked: only the answer to the latest question matters.</summary>
    public int Question { get; set; }

    /// <summary>Whether the kernel has told that memory.current went above it.</summary>
    public bool HasTripped(ulong? events) => IsArmed && events > EventsBefore;
}
