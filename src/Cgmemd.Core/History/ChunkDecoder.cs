namespace Cgmemd.Core.History;

/// <summary>Reads one block as <see cref="ChunkCodec"/> describes. It trusts no byte.</summary>
internal ref struct ChunkDecoder
{
    private ReadOnlySpan<byte> _rest;
    private int _rows;
    private ulong[][] _presences = [];
    private Entry[] _entries = [];
    private Column?[] _columns = [];

    public ChunkDecoder(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>What is wrong, after <see cref="Read"/> gave null.</summary>
    public string Problem { get; private set; } = "";

    public SampleBlock? Read(Predicate<ColumnId>? wanted)
    {
        if (!Take(byte.MaxValue, out int version))
            return Refuse("it has no version");
        if (version != ChunkCodec.Version)
            return Refuse($"its version is {version}, known is {ChunkCodec.Version}");
        if (!Take(int.MaxValue, out int flags) || !Take(ChunkCodec.MaxRows, out _rows)
            || !Take(ChunkCodec.MaxColumns, out int presences) || !Take(ChunkCodec.MaxColumns, out int columns))
            return Refuse("its header is damaged or beyond the bounds");
        if (!TryReadTimes(out long[] monotonicUs, out long[] realtimeUs))
            return Refuse("its times are damaged");
        uint[]? counts = null;
        if ((flags & ChunkCodec.HasSampleCounts) != 0 && !TryReadCounts(out counts))
            return Refuse("its sample counts are damaged");
        if (!TryReadPresences(presences))
            return Refuse("its presences are damaged");
        if (!TryReadTable(columns, wanted))
            return Refuse("its column table is damaged or beyond the bounds");
        for (int i = 0; i < columns; i++)
        {
            if (_entries[i].IsNeeded && !TryReadColumn(i))
                return Refuse($"its column of field {_entries[i].Id.Field} is damaged");
        }

        var found = new List<Column>(columns);
        for (int i = 0; i < columns; i++)
        {
            if (_entries[i].IsWanted && _columns[i] is { } column)
                found.Add(column);
        }

        return new SampleBlock(monotonicUs, realtimeUs, counts, found);
    }

    private SampleBlock? Refuse(string problem)
    {
        Problem = problem;
        return null;
    }

    private bool Take(int bound, out int value) => Varint.TryTake(ref _rest, bound, out value);

    private bool TryTakeSection(out ReadOnlySpan<byte> section)
    {
        section = default;
        if (!Take(_rest.Length, out int length) || length > _rest.Length)
            return false;
        section = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool TryReadTimes(out long[] monotonicUs, out long[] realtimeUs)
    {
        (monotonicUs, realtimeUs) = ([], []);
        // Each row has at least a byte in each section: a forged number of rows allocates nothing.
        if (!TryTakeSection(out ReadOnlySpan<byte> monotonic) || monotonic.Length < _rows
            || !TryTakeSection(out ReadOnlySpan<byte> offsets) || offsets.Length < _rows)
            return false;
        monotonicUs = new long[_rows];
        realtimeUs = new long[_rows];
        ulong now = 0, difference = 0, offset = 0;
        for (int i = 0; i < _rows; i++)
        {
            if (!Varint.TryTake(ref monotonic, out ulong change) || !Varint.TryTake(ref offsets, out ulong drift))
                return false;
            difference += Varint.UnZigZag(change);
            now += difference;
            offset += Varint.UnZigZag(drift);
            (monotonicUs[i], realtimeUs[i]) = ((long)now, (long)(now + offset));
        }

        return monotonic.IsEmpty && offsets.IsEmpty;
    }

    private bool TryReadCounts(out uint[]? counts)
    {
        counts = null;
        if (!TryTakeSection(out ReadOnlySpan<byte> section) || section.Length < _rows)
            return false;
        counts = new uint[_rows];
        ulong count = 0;
        for (int i = 0; i < _rows; i++)
        {
            if (!Varint.TryTake(ref section, out ulong change))
                return false;
            count += Varint.UnZigZag(change);
            if (count > uint.MaxValue)
                return false;
            counts[i] = (uint)count;
        }

        return section.IsEmpty;
    }

    private bool TryReadPresences(int count)
    {
        if (!TryTakeSection(out ReadOnlySpan<byte> section) || section.Length < count)
            return false;
        _presences = new ulong[count][];
        for (int i = 0; i < count; i++)
        {
            ulong[] bits = new ulong[(_rows + 63) / 64];
            bool isPresent = true;
            for (int row = 0; row < _rows; isPresent = !isPresent)
            {
                // A column that begins with an absent row has a first run of none; no other run is empty.
                if (!Varint.TryTake(ref section, _rows - row, out int run) || (run == 0 && (row > 0 || !isPresent)))
                    return false;
                for (int end = row + run; row < end; row++)
                {
                    if (isPresent)
                        bits[row >> 6] |= 1UL << (row & 63);
                }
            }

            _presences[i] = bits;
        }

        return section.IsEmpty;
    }

    private bool TryReadTable(int count, Predicate<ColumnId>? wanted)
    {
        if (_rest.Length < count || (long)_rows * count > ChunkCodec.MaxValues)
            return false;
        _entries = new Entry[count];
        _columns = new Column?[count];
        int field = 0;
        for (int i = 0; i < count; i++)
        {
            if (!Take(int.MaxValue - field, out int difference))
                return false;
            _entries[i].Field = field += difference;
        }

        for (int part = 0; part < 6; part++)
        {
            for (int i = 0; i < count; i++)
            {
                if (!TryTakePart(part, i))
                    return false;
            }
        }

        for (int i = 0; i < count; i++)
            _entries[i].IsWanted = Enum.IsDefined(_entries[i].Id.Statistic) && wanted?.Invoke(_entries[i].Id) != false;

        // What a wanted column refers to is read as well: it comes before it.
        for (int i = count - 1; i >= 0; i--)
        {
            _entries[i].IsNeeded |= _entries[i].IsWanted;
            if (_entries[i].IsNeeded && _entries[i].Reference > 0)
                _entries[_entries[i].Reference - 1].IsNeeded = true;
        }

        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            if (_entries[i].Length > _rest.Length - offset)
                return false;
            _entries[i].Offset = offset;
            offset += _entries[i].Length;
        }

        return offset == _rest.Length;
    }

    private bool TryTakePart(int part, int index)
    {
        ref Entry entry = ref _entries[index];
        switch (part)
        {
            case 0: return Take(byte.MaxValue, out entry.Statistic);
            case 1: return Take(int.MaxValue, out entry.Encoding);
            case 2: return Take(int.MaxValue, out entry.Parameter);
            case 3: return Take(index, out entry.Reference);
            case 4: return Take(_presences.Length, out entry.Presence);
            default: return Take(int.MaxValue, out entry.Length);
        }
    }

    // False for damage. A column of an encoding that is not known, or that refers to such a one, is left out.
    private bool TryReadColumn(int index)
    {
        Entry entry = _entries[index];
        ReadOnlySpan<byte> payload = _rest.Slice(entry.Offset, entry.Length);
        ulong[]? presence = entry.Presence == 0 ? null : _presences[entry.Presence - 1];
        Column? reference = entry.Reference == 0 ? null : _columns[entry.Reference - 1];
        if (entry.Reference > 0 && reference is null)
            return true;
        ulong[]? values = (ChunkCodec.Encoding)entry.Encoding switch
        {
            ChunkCodec.Encoding.Constant => ReadConstant(payload, presence),
            ChunkCodec.Encoding.Delta => ReadDeltas(payload, presence, reference, entry.Parameter),
            _ => null,
        };
        if (values is null)
            return !Enum.IsDefined((ChunkCodec.Encoding)entry.Encoding);
        _columns[index] = new Column(entry.Id, values, presence);
        return true;
    }

    private readonly ulong[]? ReadConstant(ReadOnlySpan<byte> payload, ulong[]? presence)
    {
        if (!Varint.TryTake(ref payload, out ulong value) || !payload.IsEmpty)
            return null;
        ulong[] values = new ulong[_rows];
        if (presence is null)
        {
            values.AsSpan().Fill(value);
            return values;
        }

        for (int i = 0; i < _rows; i++)
            values[i] = (presence[i >> 6] >> (i & 63) & 1) != 0 ? value : 0;
        return values;
    }

    private readonly ulong[]? ReadDeltas(
        ReadOnlySpan<byte> payload, ulong[]? presence, Column? reference, int shift)
    {
        if (shift > 63)
            return null;
        ulong[] values = new ulong[_rows];
        ulong now = 0;
        for (int i = 0; i < _rows; i++)
        {
            if (presence is not null && (presence[i >> 6] >> (i & 63) & 1) == 0)
                continue;
            if (!Varint.TryTake(ref payload, out ulong change))
                return null;
            now += Varint.UnZigZag(change) << shift;
            values[i] = now + (reference?.Values[i] ?? 0);
        }

        return payload.IsEmpty ? values : null;
    }

    // Reference and presence count from 1, and are 0 for none.
    private struct Entry
    {
        public int Field, Statistic, Encoding, Parameter, Reference, Presence, Length, Offset;
        public bool IsWanted, IsNeeded;

        public readonly ColumnId Id => new(Field, (Statistic)Statistic);
    }
}
