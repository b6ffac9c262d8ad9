using System.Buffers;
using System.Numerics;

namespace Cgmemd.Core.History;

/// <summary>Writes one block as <see cref="ChunkCodec"/> describes.</summary>
internal sealed class ChunkEncoder(SampleBlock block)
{
    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly ArrayBufferWriter<byte> _section = new();
    private readonly List<ulong[]> _presences = [];
    private readonly List<ColumnEntry> _entries = [];

    public void WriteTo(IBufferWriter<byte> to)
    {
        Column[] columns = [.. block.Columns.Where(column => Present(column) > 0)];
        Array.Sort(columns, static (a, b) => a.Id.CompareTo(b.Id));
        for (int i = 0; i < columns.Length; i++)
            AddColumn(columns, i);

        Put(to, ChunkCodec.Version);
        Put(to, block.SampleCounts is null ? 0UL : ChunkCodec.HasSampleCounts);
        Put(to, (ulong)block.Count);
        Put(to, (ulong)_presences.Count);
        Put(to, (ulong)columns.Length);
        PutMonotonic(to);
        PutDifferences(to, i => (ulong)(block.RealtimeUs[i] - block.MonotonicUs[i]));
        if (block.SampleCounts is { } counts)
            PutDifferences(to, i => counts[i]);
        PutPresences(to);
        PutTable(to);
        to.Write(_payload.WrittenSpan);
    }

    // What is the same in most columns lies together, which compresses well.
    private void PutTable(IBufferWriter<byte> to)
    {
        int before = 0;
        foreach (ColumnEntry entry in _entries)
        {
            Put(to, (ulong)(entry.Id.Field - before));
            before = entry.Id.Field;
        }

        PutEach(to, e => (int)e.Id.Statistic);
        PutEach(to, e => (int)e.Encoding);
        PutEach(to, e => e.Parameter);
        PutEach(to, e => e.Reference + 1);
        PutEach(to, e => e.Presence + 1);
        PutEach(to, e => e.Length);
    }

    private void PutEach(IBufferWriter<byte> to, Func<ColumnEntry, int> part)
    {
        foreach (ColumnEntry entry in _entries)
            Put(to, (ulong)part(entry));
    }

    private int Present(Column column)
    {
        int present = 0;
        for (int i = 0; i < block.Count; i++)
            present += column.IsPresent(i) ? 1 : 0;
        return present;
    }

    private void AddColumn(Column[] columns, int index)
    {
        Column column = columns[index];
        int start = _payload.WrittenCount;
        var (encoding, parameter, reference) = (ChunkCodec.Encoding.Constant, 0, -1);
        if (!TryPutConstant(column))
        {
            encoding = ChunkCodec.Encoding.Delta;
            reference = BestReference(columns, index);
            parameter = PutDeltas(column, reference < 0 ? null : columns[reference]);
        }

        _entries.Add(new ColumnEntry(
            column.Id, encoding, parameter, reference, PresenceNumber(column), _payload.WrittenCount - start));
    }

    private bool TryPutConstant(Column column)
    {
        ulong? only = null;
        for (int i = 0; i < block.Count; i++)
        {
            if (!column.IsPresent(i))
                continue;
            only ??= column.Values[i];
            if (column.Values[i] != only)
                return false;
        }

        Put(_payload, only!.Value);
        return true;
    }

    // Columns that move together are written as what one differs from the other: every earlier one is tried.
    private int BestReference(Column[] columns, int index)
    {
        int best = -1;
        long bestBits = Bits(columns[index], null, long.MaxValue);
        for (int i = 0; i < index && bestBits > 0; i++)
        {
            long bits = Bits(columns[index], columns[i], bestBits);
            if (bits < bestBits)
                (best, bestBits) = (i, bits);
        }

        return best;
    }

    private long Bits(Column column, Column? reference, long enough)
    {
        long bits = 0;
        ulong before = 0;
        for (int i = 0; i < block.Count && bits < enough; i++)
        {
            if (!column.IsPresent(i))
                continue;
            ulong value = column.Values[i] - (reference?.Values[i] ?? 0);
            bits += Varint.Bits(Varint.ZigZag(value - before));
            before = value;
        }

        return bits;
    }

    private int PutDeltas(Column column, Column? reference)
    {
        ulong[] deltas = new ulong[block.Count];
        int count = 0;
        ulong before = 0, all = 0;
        for (int i = 0; i < block.Count; i++)
        {
            if (!column.IsPresent(i))
                continue;
            ulong value = column.Values[i] - (reference?.Values[i] ?? 0);
            deltas[count++] = value - before;
            all |= value - before;
            before = value;
        }

        // Memory is counted in pages: the low bits that are zero in all are left out.
        int shift = all == 0 ? 0 : BitOperations.TrailingZeroCount(all);
        foreach (ulong delta in deltas.AsSpan(0, count))
            Put(_payload, Varint.ZigZag((ulong)((long)delta >> shift)));
        return shift;
    }

    // -1 for a column that is always present, else its place among the presences.
    private int PresenceNumber(Column column)
    {
        if (column.Presence is not { } presence || Present(column) == block.Count)
            return -1;
        ulong[] bits = presence[..((block.Count + 63) / 64)];
        if ((block.Count & 63) != 0)
            bits[^1] &= (1UL << (block.Count & 63)) - 1;
        int known = _presences.FindIndex(p => p.AsSpan().SequenceEqual(bits));
        if (known >= 0)
            return known;
        _presences.Add(bits);
        return _presences.Count - 1;
    }

    private void PutMonotonic(IBufferWriter<byte> to)
    {
        ulong before = 0, difference = 0;
        for (int i = 0; i < block.Count; i++)
        {
            ulong now = (ulong)block.MonotonicUs[i];
            Put(_section, Varint.ZigZag(now - before - difference));
            (difference, before) = (now - before, now);
        }

        PutSection(to);
    }

    private void PutDifferences(IBufferWriter<byte> to, Func<int, ulong> value)
    {
        ulong before = 0;
        for (int i = 0; i < block.Count; i++)
        {
            ulong now = value(i);
            Put(_section, Varint.ZigZag(now - before));
            before = now;
        }

        PutSection(to);
    }

    private void PutPresences(IBufferWriter<byte> to)
    {
        foreach (ulong[] presence in _presences)
        {
            bool isPresent = true;
            int start = 0;
            for (int i = 0; i < block.Count; i++)
            {
                if ((presence[i >> 6] >> (i & 63) & 1) != 0 == isPresent)
                    continue;
                Put(_section, (ulong)(i - start));
                (isPresent, start) = (!isPresent, i);
            }

            Put(_section, (ulong)(block.Count - start));
        }

        PutSection(to);
    }

    private void PutSection(IBufferWriter<byte> to)
    {
        Put(to, (ulong)_section.WrittenCount);
        to.Write(_section.WrittenSpan);
        _section.ResetWrittenCount();
    }

    private static void Put(IBufferWriter<byte> to, ulong value) =>
        to.Advance(Varint.Write(to.GetSpan(Varint.MaxLength), value));

    // Reference and presence are -1 for none.
    private readonly record struct ColumnEntry(
        ColumnId Id, ChunkCodec.Encoding Encoding, int Parameter, int Reference, int Presence, int Length);
}
