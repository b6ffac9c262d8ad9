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
    private const int MaxSampleBytes = HeaderBytes + 1_024;
    private const int FirstCapacity = 16 << 10;

    private readonly List<QueuedRecord> _records = [];
    private byte[] _samples = [];

    /// <summary>Bytes of samples.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many samples.</summary>
    public int Samples { get; private set; }

    /// <summary>Begins of invocations among the records.</summary>
    public int Begins { get; private set; }

    public IReadOnlyList<QueuedRecord> Records => _records;

    /// <summary>Samples that found no room since the batch was begun, and when.</summary>
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
        Span<byte> free = _samples.AsSpan(Bytes);
        int length = Encode(sample, limits, isFull, hasNewPss, free[HeaderBytes..MaxSampleBytes]);
        BinaryPrimitives.WriteInt32LittleEndian(free, series);
        BinaryPrimitives.WriteInt64LittleEndian(free[4..], time.RealtimeUs);
        BinaryPrimitives.WriteInt64LittleEndian(free[12..], time.MonotonicUs);
        BinaryPrimitives.WriteUInt16LittleEndian(free[20..], (ushort)length);
        Bytes += HeaderBytes + length;
        Samples++;
        return true;
    }

    public void CountLost(HistoryTime time)
    {
        if (Lost++ == 0)
            FirstLost = time;
        LastLost = time;
    }

    /// <summary>Appends a record, behind the samples so far.</summary>
    public void Append(Action<HistoryWriter> write, bool isBegin = false)
    {
        _records.Add(new QueuedRecord(Bytes, write));
        if (isBegin)
            Begins++;
    }

    private static int Encode(
        in Sample sample, in Limits limits, bool isFull, bool hasNewPss, Span<byte> target) =>
        0; // until the codec is merged

    private bool TryGrow(int maxBytes)
    {
        int capacity = Math.Min(Math.Max(FirstCapacity, _samples.Length * 2), maxBytes);
        if (capacity < Bytes + MaxSampleBytes)
            return false;
        Array.Resize(ref _samples, capacity);
        return true;
    }
}

/// <summary>A record and how many bytes of samples go before it.</summary>
internal readonly record struct QueuedRecord(int Position, Action<HistoryWriter> Write);
