using Cgmemd.Core.Samples;

namespace Cgmemd.Daemon.Watching;

/// <summary>One process of a unit, as last read. Sizes are bytes.</summary>
internal readonly record struct ProcessPss(int Pid, ulong Rss, ulong Pss);

/// <summary>The sums of smaps_rollup over the processes of one unit, in bytes.</summary>
internal struct PssSums
{
    public ulong Pss;
    public ulong Anon;
    public ulong File;
    public ulong Shmem;
    public ulong Swap;
}

/// <summary>
/// The last PSS of a unit. It is taken over several passes where it must be, and so has a time of its own.
/// </summary>
internal sealed class PssReading
{
    /// <summary>How many of the largest processes are kept one by one.</summary>
    public const int TopCount = 10;

    /// <summary>When it was complete: CLOCK_MONOTONIC in microseconds; 0 before the first.</summary>
    public long TakenUs { get; private set; }

    /// <summary>When the next one may begin.</summary>
    public long DueUs { get; set; }

    /// <summary>Processes left out of it: larger than allowed, or unreadable.</summary>
    public int Skipped { get; private set; }

    public PssSums Sums { get; private set; }

    /// <summary>The largest processes, largest first.</summary>
    public List<ProcessPss> Top { get; } = new(TopCount);

    /// <summary>Takes over a completed reading.</summary>
    public void Complete(in PssSums sums, int skipped, List<ProcessPss> top, long nowUs)
    {
        (Sums, Skipped, TakenUs) = (sums, skipped, nowUs);
        Top.Clear();
        Top.AddRange(top);
    }

    /// <summary>Forgets the last reading; the next may begin at once.</summary>
    public void Clear()
    {
        (Sums, Skipped, TakenUs, DueUs) = (default, 0, 0, 0);
        Top.Clear();
    }

    /// <summary>
    /// Puts the values into a sample. With processes left out, the sum would be too low by an unknown amount: then the
    /// values stay absent.
    /// </summary>
    public void CopyTo(ref Sample sample)
    {
        if (TakenUs == 0 || Skipped > 0)
            return;
        sample.Set(Metric.Pss, Sums.Pss);
        sample.Set(Metric.PssAnon, Sums.Anon);
        sample.Set(Metric.PssFile, Sums.File);
        sample.Set(Metric.PssShmem, Sums.Shmem);
        sample.Set(Metric.SwapPss, Sums.Swap);
    }
}
