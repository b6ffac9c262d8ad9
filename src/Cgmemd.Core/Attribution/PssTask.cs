namespace Cgmemd.Core.Attribution;

/// <summary>What the schedule of PSS knows of one process. Times are CLOCK_MONOTONIC in microseconds.</summary>
public class PssTask
{
    /// <summary>When its figures were read; null before the first time.</summary>
    public long? ReadUs { get; internal set; }

    /// <summary>What the last reading took; 0 before the first.</summary>
    public long CostUs { get; internal set; }

    /// <summary>Its resident set in bytes as of the last look at it.</summary>
    public ulong Resident { get; internal set; }

    /// <summary>When it is to be read next, where the budget allows it.</summary>
    public long DueUs { get; internal set; }

    /// <summary>Goes before others within the budget.</summary>
    public bool IsPreferred { get; internal set; }

    /// <summary>Whether it is preferred, or was never read.</summary>
    internal bool GoesFirst => IsPreferred || ReadUs is null;

    /// <summary>Its <see cref="Resident"/> when <see cref="CostUs"/> was measured.</summary>
    internal ulong CostResident { get; set; }

    /// <summary>The queue it waits in, null while it is read, and its place there.</summary>
    internal PssQueue? Queue { get; set; }

    internal int Place { get; set; }

    /// <summary>Takes it out of use for another process.</summary>
    public virtual void Reset()
    {
        (ReadUs, CostUs, Resident, CostResident, DueUs, IsPreferred) = (null, 0, 0, 0, 0, false);
        (Queue, Place) = (null, 0);
    }
}
