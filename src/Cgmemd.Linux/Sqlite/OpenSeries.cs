namespace Cgmemd.Linux.Sqlite;

/// <summary>What the writer keeps in mind of an invocation whose samples lie in the log of open samples.</summary>
internal sealed class OpenSeries(long invocation, long @sealed)
{
    public long Invocation { get; } = invocation;

    /// <summary>Rows of the log up to this one are in chunks.</summary>
    public long Sealed { get; set; } = @sealed;

    /// <summary>Its first row in the log that is not sealed; 0 without any.</summary>
    public long Oldest { get; private set; }

    /// <summary>Its last row in the log.</summary>
    public long Newest { get; private set; }

    /// <summary>Rows that are not sealed.</summary>
    public int Count { get; private set; }

    /// <summary>CLOCK_MONOTONIC in microseconds of the first of them.</summary>
    public long FirstMonoUs { get; private set; }

    /// <summary>Whether its life is over, so that it is to be sealed for good.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether it was begun, or gone on with, since the store was opened.</summary>
    public bool IsBegun { get; set; }

    public void Add(long row, long monoUs)
    {
        if (Count++ == 0)
            (Oldest, FirstMonoUs) = (row, monoUs);
        Newest = row;
    }

    public void Seal() => (Sealed, Oldest, Count) = (Newest, 0, 0);
}
