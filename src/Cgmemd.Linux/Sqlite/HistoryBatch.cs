using System.Buffers.Binary;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// What the loop has queued and the writer takes as a whole: encoded samples in one buffer, and rare records, each with
/// its place among the samples.
/// </summary>
internal sealed class HistoryBatch
{
    private const int HeaderBytes = 4 + 8 + 8 + 2;
    private const int MaxSampleBytes = HeaderBytes + OpenRow.MaxLength;
    private const int FirstCapacity = 16 << 10;

    private readonly List<QueuedRecord> _records = [];
    private byte[] _samples = [];

    /// <summary>Bytes of samples.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many samples.</summary>
    public int Samples { get; private set; }

    /// <summary>The time of the first sample in it.</summary>
    public HistoryTime First { get; private set; }

    /// <summary>The time of the last.</summary>
    public HistoryTime Last { get; private set; }

    /// <summary>Begins of invocations among the records.</summary>
    public int Begins { get; private set; }

    /// <summary>Events and the like among them: all but begins and ends.</summary>
    public int Notes { get; private set; }

    public IReadOnlyList<QueuedRecord> Records => _records;

    /// <summary>Samples that found no room since the batch was begun, and the time of the first and the last.</summary>
    public int Lost { get; private set; }

    public HistoryTime FirstLost { get; private set; }

    public HistoryTime LastLost { get; private set; }

    public bool IsEmpty => Bytes == 0 && _records.Count == 0 && Lost == 0;

    /// <summary>Appends a sample; false where it would take the buffer beyond <paramref name="maxBytes"/>.</summary>
    public bool TryAppend(
        int series, in Sample sample, in Limits limits, bool isFull, bool hasNewPss, HistoryTime time, int maxBytes)
    {
        if (Bytes + MaxSampleBytes > _samples.Length && !TryGrow(maxBytes))
            return false;
        Span<byte> free = _samples.AsSpan(Bytes, MaxSampleBytes);
        int length = OpenRow.Encode(sample, limits, isFull, hasNewPss, free[HeaderBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(free, series);
        BinaryPrimitives.WriteInt64LittleEndian(free[4..], time.RealtimeUs);
        BinaryPrimitives.WriteInt64LittleEndian(free[12..], time.MonotonicUs);
        BinaryPrimitives.WriteUInt16LittleEndian(free[20..], (ushort)length);
        Bytes += HeaderBytes + length;
        if (Samples++ == 0)
            First = time;
        Last = time;
        return true;
    }

    /// <summary>Reads the sample at an offset, and moves the offset behind it.</summary>
    public QueuedSample Read(ref int offset)
    {
        ReadOnlySpan<byte> sample = _samples.AsSpan(offset);
        var time = new HistoryTime(
            BinaryPrimitives.ReadInt64LittleEndian(sample[4..]), BinaryPrimitives.ReadInt64LittleEndian(sample[12..]));
        int length = BinaryPrimitives.ReadUInt16LittleEndian(sample[20..]);
        offset += HeaderBytes + length;
        return new QueuedSample(
            BinaryPrimitives.ReadInt32LittleEndian(sample), time, sample.Slice(HeaderBytes, length));
    }

    public void CountLost(HistoryTime time)
    {
        if (Lost++ == 0)
            FirstLost = time;
        LastLost = time;
    }

    public void AppendBegin(HistorySeries series)
    {
        _records.Add(new QueuedRecord(Bytes, series, null, null));
        Begins++;
    }

    public void AppendEnd(HistorySeries series, Invocation end) =>
        _records.Add(new QueuedRecord(Bytes, series, end, null));

    public void Append(Action<HistoryStore> write)
    {
        _records.Add(new QueuedRecord(Bytes, null, null, write));
        Notes++;
    }

    /// <summary>Ready for its next use. A buffer that a fault has made large is given up.</summary>
    public void Clear()
    {
        if (_samples.Length > FirstCapacity && Bytes < _samples.Length / 8)
            _samples = [];
        _records.Clear();
        (Bytes, Samples, Begins, Notes, Lost) = (0, 0, 0, 0, 0);
    }

    private bool TryGrow(int maxBytes)
    {
        // Not doubled: there are two of these for good, and each would have half of it to spare.
        int capacity = Math.Min(Math.Max(FirstCapacity, _samples.Length + (_samples.Length / 4)), maxBytes);
        if (capacity < Bytes + MaxSampleBytes)
            return false;
        Array.Resize(ref _samples, capacity);
        return true;
    }
}

/// <summary>A sample in the queue: whose, when, and as OpenRow encoded it.</summary>
internal readonly ref struct QueuedSample(int series, HistoryTime time, ReadOnlySpan<byte> row)
{
    public int Series { get; } = series;

    public HistoryTime Time { get; } = time;

    public ReadOnlySpan<byte> Row { get; } = row;
}

/// <summary>The begin of a series, its end, or anything else to write.</summary>
/// <param name="Position">How many bytes of samples go before it.</param>
/// <param name="Series">Which begins, or ends where there is an <paramref name="End"/>.</param>
/// <param name="End">Its last figures.</param>
/// <param name="Write">Anything else.</param>
internal readonly record struct QueuedRecord(
    int Position, HistorySeries? Series, Invocation? End, Action<HistoryStore>? Write);
