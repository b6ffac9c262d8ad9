namespace Cgmemd.Core.History;

/// <summary>
/// The time by which the age of what is kept is judged: CLOCK_REALTIME, but a jump ahead is believed only once it has
/// held for an hour. A host whose clock starts in 2099 until a time server answers does not lose its history by that.
/// </summary>
/// <param name="newestUs">The newest that is kept, CLOCK_REALTIME in microseconds; null when nothing is.</param>
public sealed class RetentionClock(long? newestUs)
{
    private const long HoldUs = 3_600_000_000;

    /// <summary>Less is no jump: the slewing of a time server, or a short time in which nothing ran.</summary>
    private const long ToleranceUs = 60_000_000;

    // CLOCK_REALTIME less CLOCK_MONOTONIC, as far as it is believed.
    private long? _offsetUs;
    private long? _jumpedUs;

    /// <summary>The time to judge ages by, in microseconds of CLOCK_REALTIME.</summary>
    public long Judge(HistoryTime now)
    {
        long offsetUs = now.RealtimeUs - now.MonotonicUs;
        long believedUs = _offsetUs ?? Math.Min(offsetUs, (newestUs ?? now.RealtimeUs) - now.MonotonicUs);
        if (offsetUs > believedUs + ToleranceUs)
            _jumpedUs ??= now.MonotonicUs;
        else
            _jumpedUs = null;
        bool isBelieved = _jumpedUs is not { } jumpedUs || now.MonotonicUs - jumpedUs >= HoldUs;
        if (isBelieved)
            (believedUs, _jumpedUs) = (offsetUs, null);
        _offsetUs = believedUs;
        return now.MonotonicUs + believedUs;
    }
}
