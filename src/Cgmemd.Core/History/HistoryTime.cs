namespace Cgmemd.Core.History;

/// <summary>An instant on both clocks.</summary>
/// <param name="RealtimeUs">CLOCK_REALTIME in microseconds: may jump, back too.</param>
/// <param name="MonotonicUs">CLOCK_MONOTONIC in microseconds: of one boot, and stands still in suspend.</param>
public readonly record struct HistoryTime(long RealtimeUs, long MonotonicUs);

/// <summary>A span of CLOCK_REALTIME in microseconds, its end not included.</summary>
public readonly record struct HistoryRange(long SinceUs, long UntilUs)
{
    /// <summary>All there is.</summary>
    public static HistoryRange All { get; } = new(0, long.MaxValue);

    public bool Contains(long realtimeUs) => realtimeUs >= SinceUs && realtimeUs < UntilUs;

    /// <summary>
    /// The range in pieces that end at whole multiples of a length, so that of a long one not all is in memory at once.
    /// </summary>
    public IEnumerable<HistoryRange> Pieces(long lengthUs)
    {
        for (long startUs = SinceUs; startUs < UntilUs;)
        {
            long endUs = Math.Min(UntilUs, (startUs / lengthUs + 1) * lengthUs);
            yield return new HistoryRange(startUs, endUs);
            startUs = endUs;
        }
    }

    /// <summary>Whether a span that includes both of its ends has a part in this one.</summary>
    public bool Meets(long firstUs, long lastUs) => firstUs < UntilUs && lastUs >= SinceUs;
}
