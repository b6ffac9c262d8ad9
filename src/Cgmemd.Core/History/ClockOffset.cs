namespace Cgmemd.Core.History;

/// <summary>
/// CLOCK_REALTIME less CLOCK_MONOTONIC, without the noise of reading one after the other. The kernel slews both alike,
/// so that the distance changes only where the clock is set: without the noise it is the same in all rows of a chunk,
/// and takes no room there.
/// </summary>
/// <remarks>Source: clock_gettime(2); wall_to_monotonic in kernel/time/timekeeping.c.</remarks>
public sealed class ClockOffset
{
    /// <summary>More is a clock that was set; less may be the time between two readings.</summary>
    public const long ToleranceUs = 1_000;

    private long? _heldUs;

    /// <summary>The distance to go by, in microseconds.</summary>
    /// <param name="readUs">
    /// CLOCK_REALTIME less CLOCK_MONOTONIC as just read, in this order: what passes between makes it too small, never
    /// too large, so that the largest is the nearest to the truth.
    /// </param>
    public long Hold(long readUs)
    {
        if (_heldUs is not { } held || readUs > held || held - readUs > ToleranceUs)
            _heldUs = readUs;
        return _heldUs.Value;
    }
}
