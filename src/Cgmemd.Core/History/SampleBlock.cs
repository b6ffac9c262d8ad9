namespace Cgmemd.Core.History;

/// <summary>What a column tells of a span. A single sample has only <see cref="Last"/>.</summary>
public enum Statistic : byte
{
    Last,
    Min,
    Max,

    /// <summary>Of the values that were present, rounded down.</summary>
    Mean,

    /// <summary>
    /// How many values are in the span, where that differs from <see cref="SampleBlock.SampleCounts"/>: quick readings
    /// have memory.current alone.
    /// </summary>
    Count,
}

/// <summary>Which column: a number of <see cref="HistoryFields"/>, or of a newer writer's, and the statistic.</summary>
public readonly record struct ColumnId(int Field, Statistic Statistic = Statistic.Last) : IComparable<ColumnId>
{
    public int CompareTo(ColumnId other) =>
        Field != other.Field ? Field.CompareTo(other.Field) : Statistic.CompareTo(other.Statistic);

    public static bool operator <(ColumnId left, ColumnId right) => left.CompareTo(right) < 0;

    public static bool operator >(ColumnId left, ColumnId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ColumnId left, ColumnId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ColumnId left, ColumnId right) => left.CompareTo(right) >= 0;
}

/// <summary>One statistic of one field over the rows of a block.</summary>
public sealed class Column
{
    private readonly ulong[]? _presence;

    /// <param name="id">Which.</param>
    /// <param name="values">One for each row; 0 where absent.</param>
    /// <param name="presence">A bit for each row, the lowest first; null when all are present.</param>
    public Column(ColumnId id, ulong[] values, ulong[]? presence = null)
    {
        if (presence is not null)
            ArgumentOutOfRangeException.ThrowIfLessThan(presence.Length, (values.Length + 63) / 64);
        (Id, Values, _presence) = (id, values, presence);
    }

    public ColumnId Id { get; }

    /// <summary>One for each row; 0 where absent.</summary>
    public ulong[] Values { get; }

    /// <summary>A bit for each row, the lowest first; null when all are present.</summary>
    internal ulong[]? Presence => _presence;

    public bool IsPresent(int row) => _presence is null || (_presence[row >> 6] >> (row & 63) & 1) != 0;

    /// <summary>The value of a row, or null where it is absent.</summary>
    public ulong? this[int row] => IsPresent(row) ? Values[row] : null;
}

/// <summary>Rows of one invocation by column, in the order they were recorded.</summary>
public sealed class SampleBlock
{
    public SampleBlock(long[] monotonicUs, long[] realtimeUs, uint[]? sampleCounts, IReadOnlyList<Column> columns)
    {
        Count = monotonicUs.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(realtimeUs.Length, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sampleCounts?.Length ?? Count, Count);
        foreach (Column column in columns)
            ArgumentOutOfRangeException.ThrowIfNotEqual(column.Values.Length, Count);
        (MonotonicUs, RealtimeUs, SampleCounts, Columns) = (monotonicUs, realtimeUs, sampleCounts, columns);
    }

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>CLOCK_MONOTONIC in microseconds of each row's sample; of its last one in a summary.</summary>
    public long[] MonotonicUs { get; }

    /// <summary>CLOCK_REALTIME, the same.</summary>
    public long[] RealtimeUs { get; }

    /// <summary>How many samples each row sums up; null where each row is one sample.</summary>
    public uint[]? SampleCounts { get; }

    /// <summary>By field, then by statistic. A column without any value is not in it.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The column of an id, or null when the block has none.</summary>
    public Column? Find(ColumnId id)
    {
        foreach (Column column in Columns)
        {
            if (column.Id == id)
                return column;
        }

        return null;
    }
}
