namespace Cgmemd.Core.History;

/// <summary>
/// Notices that the host was suspended or its clock set, by the distance between its clocks: CLOCK_MONOTONIC stands
/// still in suspend, CLOCK_BOOTTIME does not, and CLOCK_REALTIME alone can be set.
/// </summary>
public sealed class ClockWatch
{
    /// <summary>Less than this is the slewing of a time server, or the time between two readings of clocks.</summary>
    private const long ToleranceUs = 1_000_000;

    private HistoryTime _last;
    private long _asleepUs;

    /// <summary>
    /// Whether something happened since the last reading. False costs nothing more; after true comes
    /// <see cref="Explain"/>.
    /// </summary>
    public bool HasJumped(HistoryTime now)
    {
        bool isFirst = _last == default;
        if (isFirst || Math.Abs(Offset(now) - Offset(_last)) > ToleranceUs)
            return true;
        _last = now;
        return false;
    }

    /// <summary>What it was: a suspend, a step of the clock, or both.</summary>
    /// <param name="now">The reading that jumped.</param>
    /// <param name="boottimeUs">CLOCK_BOOTTIME, in microseconds, of the same instant.</param>
    public (Gap? Suspend, Gap? Step) Explain(HistoryTime now, long boottimeUs)
    {
        HistoryTime before = _last;
        long asleepUs = boottimeUs - now.MonotonicUs;
        long sleptUs = asleepUs - _asleepUs;
        long steppedUs = Offset(now) - Offset(before) - sleptUs;
        (_last, _asleepUs) = (now, asleepUs);
        if (before == default)
            return (null, null);
        return (
            sleptUs > ToleranceUs ? new Gap(before, now, "suspend") : null,
            Math.Abs(steppedUs) > ToleranceUs ? new Gap(before, now, "clock-step") : null);
    }

    private static long Offset(HistoryTime time) => time.RealtimeUs - time.MonotonicUs;
}
