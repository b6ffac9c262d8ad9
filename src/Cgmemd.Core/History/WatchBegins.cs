namespace Cgmemd.Core.History;

/// <summary>
/// The times from which on lives were seen to begin: what is first seen with one of them, at the start of the daemon or
/// with a new configuration, may have run for long, so that its counters are not those of the time since.
/// </summary>
/// <param name="timesUs">CLOCK_REALTIME in microseconds.</param>
public sealed class WatchBegins(IEnumerable<long> timesUs)
{
    // All that runs is found within so much of the beginning, on a host that is slow and full; and the beginning is
    // noted some time before or after.
    private const long BeforeUs = 5_000_000, BehindUs = 30_000_000;

    private readonly List<long> _timesUs = Sorted(timesUs);

    /// <summary>Whether a life was watched from its own beginning on, as far as is known.</summary>
    public bool Saw(Invocation life)
    {
        long startUs = life.Start.RealtimeUs;
        int next = _timesUs.BinarySearch(startUs - BehindUs);
        next = next < 0 ? ~next : next;
        return next == _timesUs.Count || _timesUs[next] > startUs + BeforeUs;
    }

    private static List<long> Sorted(IEnumerable<long> timesUs)
    {
        List<long> sorted = [.. timesUs];
        sorted.Sort();
        return sorted;
    }
}
