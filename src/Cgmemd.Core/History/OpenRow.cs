using Cgmemd.Core.Samples;

namespace Cgmemd.Core.History;

/// <summary>
/// One sample by itself, as it lies in the log until its chunk is sealed. Writing one allocates nothing.
/// </summary>
/// <remarks>
/// Version 1, the length of a mask, the mask of the fields that are present, the mask of those that are not 0, and a
/// varint for each of these. Fields from <see cref="FirstLimit"/> on are written plus one, for most limits are
/// <see cref="HistoryFields.NoLimit"/>, which so is 0.
/// </remarks>
public static class OpenRow
{
    private const byte Version = 1;

    private const int FirstLimit = 64;

    // A bit for each number so far; a newer writer may have more.
    private const int MaskBytes = 9;
    private const int MaxMaskBytes = 128;

    /// <summary>The most bytes of a row this version writes.</summary>
    public const int MaxLength = 2 + (2 * MaskBytes) + (MaskBytes * 8 * Varint.MaxLength);

    private static readonly HistoryField[] OfSample = [.. HistoryFields.All.Where(f => f.Metric is not null)];

    /// <summary>Writes a sample.</summary>
    /// <param name="sample">The values.</param>
    /// <param name="limits">Written with a full sample.</param>
    /// <param name="isFull">Whether all was read, or memory.current alone.</param>
    /// <param name="hasNewPss">Whether the PSS is of this sample; one carried over from before is not written.</param>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    public static int Encode(in Sample sample, in Limits limits, bool isFull, bool hasNewPss, Span<byte> to)
    {
        var row = new Writer(to);
        foreach (HistoryField column in OfSample)
        {
            (Metric metric, int field) = (column.Metric!.Value, column.Id);
            bool isWanted = metric switch
            {
                Metric.MemoryCurrent => true,
                >= Metric.Pss and <= Metric.SwapPss => hasNewPss,
                _ => isFull,
            };
            if (isWanted && sample.TryGet(metric, out ulong value))
                row.Put(field, value);
        }

        if (isFull)
        {
            row.Put(HistoryFields.High.Id, Value(limits.High));
            row.Put(HistoryFields.Max.Id, Value(limits.Max));
            row.Put(HistoryFields.SwapMax.Id, Value(limits.SwapMax));
            row.Put(HistoryFields.EffectiveHigh.Id, Value(limits.EffectiveHigh));
            row.Put(HistoryFields.EffectiveMax.Id, Value(limits.EffectiveMax));
            if (sample.TryGet(Metric.IntervalPeak, out _))
                row.Put(HistoryFields.PeakIsExact.Id, sample.IntervalPeakIsExact ? 1UL : 0);
        }

        return row.Length;
    }

    /// <summary>Adds a row to the builder; of bytes that are no row it adds nothing, and gives false.</summary>
    public static bool TryDecodeInto(
        ReadOnlySpan<byte> bytes, SampleBlockBuilder builder, long monotonicUs, long realtimeUs)
    {
        if (!Varint.TryTake(ref bytes, byte.MaxValue, out int version) || version != Version
            || !Varint.TryTake(ref bytes, MaxMaskBytes, out int length) || 2 * length > bytes.Length)
            return false;
        ReadOnlySpan<byte> present = bytes[..length];
        ReadOnlySpan<byte> notZero = bytes.Slice(length, length);
        bytes = bytes[(2 * length)..];

        // All is read before anything is added.
        Span<ulong> values = stackalloc ulong[length * 8];
        values.Clear();
        for (int field = 0; field < values.Length; field++)
        {
            if (Has(notZero, field) && (!Has(present, field) || !Varint.TryTake(ref bytes, out values[field])))
                return false;
        }

        if (!bytes.IsEmpty)
            return false;
        builder.AddRow(monotonicUs, realtimeUs);
        for (int field = 0; field < values.Length; field++)
        {
            if (Has(present, field))
                builder.Set(new ColumnId(field), field < FirstLimit ? values[field] : values[field] - 1);
        }

        return true;
    }

    private static bool Has(ReadOnlySpan<byte> mask, int field) => (mask[field >> 3] >> (field & 7) & 1) != 0;

    private static ulong Value(ByteLimit limit) => limit.IsFinite ? limit.Bytes : HistoryFields.NoLimit;

    // Fields come in the order of their numbers, and so do their values.
    private ref struct Writer
    {
        private readonly Span<byte> _to;

        public Writer(Span<byte> to)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, MaxLength, nameof(to));
            _to = to;
            to[0] = Version;
            to[1] = MaskBytes;
            Length = 2 + (2 * MaskBytes);
            to[2..Length].Clear();
        }

        public int Length { get; private set; }

        public void Put(int field, ulong value)
        {
            byte bit = (byte)(1 << (field & 7));
            _to[2 + (field >> 3)] |= bit;
            value += field < FirstLimit ? 0 : 1UL;
            if (value == 0)
                return;
            _to[2 + MaskBytes + (field >> 3)] |= bit;
            Length += Varint.Write(_to[Length..], value);
        }
    }
}
