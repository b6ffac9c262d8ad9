using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.History;

public sealed class OpenRowTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static Gen<(Sample Sample, Limits Limits)> Any { get; } =
        from values in Blocks.Value.ArrayOf(Metrics.Count)
        from present in Gen.Elements(true, false).ArrayOf(Metrics.Count)
        from isExact in Gen.Elements(true, false)
        from limits in Blocks.Value.ArrayOf(5)
        select (SampleOf(values, present, isExact), LimitsOf(limits));

    [Fact]
    public void AFullRowComesBackAsItWas() => Prop.ForAll(Any.ToArbitrary(), any =>
    {
        SampleBlock block = Decode(Encode(any.Sample, any.Limits, isFull: true, hasNewPss: true));
        foreach (HistoryField field in HistoryFields.All)
        {
            ulong? expected = field.Metric is { } metric ? any.Sample[metric] : Extra(field, any.Sample, any.Limits);
            Assert.Equal(expected, block.Find(new ColumnId(field.Id))?[0]);
        }
    }).Check(Many);

    [Fact]
    public void AQuickRowHasMemoryCurrentAlone() => Prop.ForAll(Any.ToArbitrary(), any =>
    {
        SampleBlock block = Decode(Encode(any.Sample, any.Limits, isFull: false, hasNewPss: false));
        return any.Sample[Metric.MemoryCurrent] is { } current
            ? block.Columns.Single() is { Id.Field: 1 } column && column[0] == current
            : block.Columns.Count == 0;
    }).Check(Many);

    [Fact]
    public void PssThatIsNotNewIsLeftOut() => Prop.ForAll(Any.ToArbitrary(), any =>
    {
        SampleBlock block = Decode(Encode(any.Sample, any.Limits, isFull: true, hasNewPss: false));
        return block.Columns.All(c => c.Id.Field is < 47 or > 51);
    }).Check(Many);

    [Fact]
    public void DamagedRowsAddNothingOrOneRow()
    {
        Gen<byte[]> damaged =
            from any in Any
            from at in Gen.Choose(0, int.MaxValue)
            from with in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, int.MaxValue)
            from isCut in Gen.Elements(true, false)
            select Damage(Encode(any.Sample, any.Limits, true, true), at, (byte)with, isCut ? cut : 0);
        Prop.ForAll(damaged.ToArbitrary(), bytes =>
        {
            var builder = new SampleBlockBuilder();
            return OpenRow.TryDecodeInto(bytes, builder, 1, 2) ? builder.Count == 1 : builder.Count == 0;
        }).Check(Many);
    }

    [Fact]
    public void FieldsOfANewerWriterPassThrough()
    {
        byte[] mask = new byte[20];
        mask[0] = 2;
        mask[19] = 0x80;
        SampleBlock block = Decode([1, 20, .. mask, .. mask, 7, 9]);
        Assert.Equal(7UL, block.Find(new ColumnId(1))![0]);
        Assert.Equal(8UL, block.Find(new ColumnId(159))![0]);
    }

    // What is written today is read for ever: current 4096, pgfault 0, high none, max 1.
    [Fact]
    public void ARowOfVersion1IsReadAsItWasWritten()
    {
        var sample = new Sample();
        sample.Set(Metric.MemoryCurrent, 4096);
        sample.Set(Metric.PageFaults, 0);
        Limits limits = new(ByteLimit.Max, ByteLimit.Of(1), ByteLimit.Max, ByteLimit.Max, ByteLimit.Max);
        byte[] row = Convert.FromHexString("0109" + "02000010000000001F" + "020000000000000002" + "802002");
        Assert.Equal(row, Encode(sample, limits, isFull: true, hasNewPss: false));
        SampleBlock block = Decode(row);
        Assert.Equal([1, 28, 64, 65, 66, 67, 68], block.Columns.Select(c => c.Id.Field));
        Assert.Equal(
            [4096, 0, HistoryFields.NoLimit, 1, HistoryFields.NoLimit, HistoryFields.NoLimit, HistoryFields.NoLimit],
            block.Columns.Select(c => c.Values[0]));
    }

    [Fact]
    public void WritingAllocatesNothing()
    {
        (Sample sample, Limits limits) = (SampleOf(
            [.. Enumerable.Range(0, Metrics.Count).Select(i => ulong.MaxValue - (ulong)i)],
            [.. Enumerable.Repeat(true, Metrics.Count)],
            true), default);
        byte[] to = new byte[OpenRow.MaxLength];
        OpenRow.Encode(sample, limits, true, true, to);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            OpenRow.Encode(sample, limits, true, true, to);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Encode(Sample sample, Limits limits, bool isFull, bool hasNewPss)
    {
        byte[] to = new byte[OpenRow.MaxLength];
        return to[..OpenRow.Encode(sample, limits, isFull, hasNewPss, to)];
    }

    private static SampleBlock Decode(byte[] row)
    {
        var builder = new SampleBlockBuilder();
        Assert.True(OpenRow.TryDecodeInto(row, builder, 1, 2));
        SampleBlock block = builder.Build();
        Assert.Equal((1L, 2L), (block.MonotonicUs.Single(), block.RealtimeUs.Single()));
        return block;
    }

    private static byte[] Damage(byte[] bytes, int at, byte with, int cut)
    {
        bytes[at % bytes.Length] = with;
        return bytes[..(bytes.Length - (cut % bytes.Length))];
    }

    private static ulong? Extra(HistoryField field, Sample sample, Limits limits) => field.Key switch
    {
        "memory.peak.interval.exact" =>
            sample[Metric.IntervalPeak] is null ? null : sample.IntervalPeakIsExact ? 1UL : 0,
        "memory.high" => Value(limits.High),
        "memory.max" => Value(limits.Max),
        "memory.swap.max" => Value(limits.SwapMax),
        "effective_memory.high" => Value(limits.EffectiveHigh),
        _ => Value(limits.EffectiveMax),
    };

    private static ulong Value(ByteLimit limit) => limit == ByteLimit.Max ? HistoryFields.NoLimit : limit.Bytes;

    private static Sample SampleOf(ulong[] values, bool[] present, bool isExact)
    {
        var sample = new Sample { IntervalPeakIsExact = isExact };
        for (int i = 0; i < values.Length; i++)
        {
            if (present[i])
                sample.Set((Metric)i, values[i]);
        }

        return sample;
    }

    private static Limits LimitsOf(ulong[] values)
    {
        ByteLimit[] limits = [.. values.Select(v => v % 3 == 0 ? ByteLimit.Max : ByteLimit.Of(v))];
        return new Limits(limits[0], limits[1], limits[2], limits[3], limits[4]);
    }
}
