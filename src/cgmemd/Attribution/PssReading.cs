using Cgmemd.Core.Attribution;
using Cgmemd.Core.Samples;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// The PSS of a unit as of now: the sums over the last figures of all its processes, each of its own age. Times are
/// CLOCK_MONOTONIC in microseconds.
/// </summary>
internal sealed class PssReading
{
    /// <summary>How many of the largest processes are kept one by one.</summary>
    public const int TopCount = 10;

    /// <summary>Whether every process of the unit was read: else the sums are too low by an unknown amount.</summary>
    public bool IsComplete { get; set; }

    /// <summary>
    /// When the oldest figure in the sums was read; of a unit without processes, when that was seen.
    /// </summary>
    public long OldestUs { get; set; }

    /// <summary>When the sums changed last; 0 before the first time.</summary>
    public long ChangedUs { get; set; }

    public ProcessFigures Sums { get; set; }

    /// <summary>How many processes have left the unit, which the sums lack; null before anybody has looked.</summary>
    public int? Escaped { get; set; }

    /// <summary>The largest processes that were read, largest first.</summary>
    public List<ProcessView> Top { get; } = new(TopCount);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        (IsComplete, OldestUs, ChangedUs, Sums, Escaped) = (false, 0, 0, default, null);
        Top.Clear();
    }

    /// <summary>Puts the sums into a sample; they stay absent where one of the processes was never read.</summary>
    public void CopyTo(ref Sample sample)
    {
        if (!IsComplete)
            return;
        sample.Set(Metric.Pss, Sums.Pss);
        Set(ref sample, Metric.PssAnon, Sums.Anon);
        Set(ref sample, Metric.PssFile, Sums.File);
        Set(ref sample, Metric.PssShmem, Sums.Shmem);
        Set(ref sample, Metric.PssDirty, Sums.Dirty);
        Set(ref sample, Metric.SwapPss, Sums.SwapPss);
    }

    private static void Set(ref Sample sample, Metric metric, ulong? value)
    {
        if (value is { } bytes)
            sample.Set(metric, bytes);
    }
}
