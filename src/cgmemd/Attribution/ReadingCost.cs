using Cgmemd.Linux;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// What a reading costs: the time it takes, but for what was waited. To wait for the target's lock burdens nobody, and
/// would keep a process from being read for hours. To wait for a CPU may have been under the lock: where others
/// compete, three quarters of the time may be that.
/// </summary>
internal readonly record struct ReadingCost(long StartUs, long StartCpuUs)
{
    private const int MostWait = 4;
    private const long ShortestUs = 100;

    public static ReadingCost Begin(TimeProvider time) => new(time.NowUs(), MonotonicClock.ThreadCpuUs);

    /// <summary>In microseconds; on the thread that began.</summary>
    public long End(TimeProvider time) => Math.Min(
        time.NowUs() - StartUs, ShortestUs + (MostWait * (MonotonicClock.ThreadCpuUs - StartCpuUs)));
}
