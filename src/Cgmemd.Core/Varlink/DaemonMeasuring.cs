namespace Cgmemd.Core.Varlink;

/// <summary>
/// How the reading of PSS goes. What is counted as readings is counted from the daemon's start, the others are
/// processes now. Times are microseconds.
/// </summary>
public sealed record DaemonMeasuring
{
    /// <summary>
    /// <c>measuring</c>, <c>stuck</c> (one reading does not come back), <c>failed</c> (by a defect: what was known is
    /// forgotten, and begun anew after ten seconds), or <c>disabled</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The process whose reading does not come back; null for a list of processes.</summary>
    public int? StuckPid { get; init; }

    /// <summary>For how long it has not.</summary>
    public long? StuckUsec { get; init; }

    /// <summary>Processes known of all units.</summary>
    public required int Processes { get; init; }

    /// <summary>Of them, those that were not read yet.</summary>
    public required int NeverRead { get; init; }

    /// <summary>Of them, those that the kernel refused to tell of the last time.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Of them, those whose last reading told of far less than they have, and was not taken.</summary>
    public required int Undercounted { get; init; }

    /// <summary>Processes beyond those that are measured, or too new to be.</summary>
    public required int Untracked { get; init; }

    /// <summary>The age of the oldest figures; null where there are none.</summary>
    public long? OldestAgeUsec { get; init; }

    /// <summary>Readings taken.</summary>
    public required long Readings { get; init; }

    /// <summary>Readings that were not taken, as of <see cref="Undercounted"/>.</summary>
    public required long Undercounts { get; init; }

    /// <summary>The time spent on readings and on lists of processes.</summary>
    public required long SpentUsec { get; init; }

    /// <summary>The part of the last full minute that this was; null in the first.</summary>
    public double? ShareUsed { get; init; }
}
