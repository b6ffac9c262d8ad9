using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>
/// Where memory.high of a unit is to stand so that the kernel tells, at once and exactly, that memory.current has
/// crossed the next threshold of its rules. cgroup v2 has no event for that otherwise.
/// </summary>
/// <remarks>
/// Source: Documentation/admin-guide/cgroup-v2.rst, memory.high and memory.events: <c>high</c> counts how often
/// processes were throttled for being above it, which begins with the first page charged above.
/// </remarks>
public static class Tripwire
{
    /// <summary>memory.high counts in pages: what is written is rounded down to one.</summary>
    public const ulong PageBytes = 4096;

    /// <summary>The place in bytes; null where there is nothing to tell of, or no room for it.</summary>
    /// <param name="tracks">The unit's rules.</param>
    /// <param name="seen">The unit now, with its own memory.high as it is without a tripwire.</param>
    public static ulong? Place(RuleTrack[] tracks, in Observation seen)
    {
        ulong? lowest = null;
        foreach (RuleTrack track in tracks)
        {
            if (PlaceOf(track, seen) is { } next && (lowest is null || next < lowest))
                lowest = next;
        }

        return lowest is { } place && WhyNotAt(place, seen) is null ? place : null;
    }

    /// <summary>Where that of one rule would stand, in bytes; null where its rule has none to cross.</summary>
    public static ulong? PlaceOf(RuleTrack track, in Observation seen) =>
        track.Rule is { Tripwire: true, Condition: ThresholdCondition threshold }
        && track.State.Phase != RulePhase.Pending
        && threshold.NextAbove(seen.Limits, track.State.FiringLevel) is { } next
            ? next / PageBytes * PageBytes
            : null;

    /// <summary>Why no tripwire can stand for a rule now; null where one can. For people.</summary>
    public static string? WhyNot(RuleTrack track, in Observation seen) =>
        track.State.Phase == RulePhase.Pending ? "the threshold is crossed already"
        : PlaceOf(track, seen) is { } place ? WhyNotAt(place, seen) switch
        {
            Obstacle.Unread => "memory.current cannot be told",
            Obstacle.Crossed => "the threshold is crossed already",
            Obstacle.OwnHigh => $"the unit has a memory.high of its own, {ByteSize.ToHuman(seen.Limits.High.Bytes)}",
            _ => null,
        }
        : track.State.IsFiring ? "the alert is on" : "there is no memory.max for a share of it";

    /// <summary>The least that memory.current was when the kernel counted an event of memory.high.</summary>
    public static ulong Crossed(ulong place) => place + PageBytes;

    // Below its own memory.high the unit is not to be slowed down for long, and at it the kernel tells of it anyway.
    private static Obstacle? WhyNotAt(ulong place, in Observation seen) =>
        !seen.Sample.TryGet(Metric.MemoryCurrent, out ulong current) ? Obstacle.Unread
        : place == 0 || current >= place ? Obstacle.Crossed
        : seen.Limits.High <= ByteLimit.Of(place) ? Obstacle.OwnHigh
        : null;

    private enum Obstacle
    {
        Unread,
        Crossed,
        OwnHigh,
    }
}
