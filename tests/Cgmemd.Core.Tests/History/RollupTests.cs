using Cgmemd.Core.History;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.History;

public sealed class RollupTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    // Samples every 5 s, some columns with absences, some readings quick, from any time of day on.
    private static Gen<SampleBlock> Samples { get; } =
        from rows in Gen.Choose(0, 200)
        from start in Gen.Choose(0, 1_000_000)
        from values in Blocks.Value.ArrayOf(rows * 3)
        from absent in Gen.Choose(0, 9).ArrayOf(rows)
        select Build(rows, start * 1_000_003L, values, absent);

    [Fact]
    public void ASummaryHoldsWhatItsSamplesHold() => Prop.ForAll(Samples.ToArbitrary(), block =>
    {
        SampleBlock minutes = Rollup.Summarize(block, Rollup.MinuteUs);
        int row = 0;
        foreach (int[] bucket in Buckets(block))
        {
            Assert.Equal((uint)bucket.Length, minutes.SampleCounts![row]);
            Assert.Equal(block.RealtimeUs[bucket[^1]], minutes.RealtimeUs[row]);
            Assert.Equal(block.MonotonicUs[bucket[^1]], minutes.MonotonicUs[row]);
            foreach (Column column in block.Columns)
                AssertHolds(column, bucket, minutes, row);
            row++;
        }

        Assert.Equal(minutes.Count, row);
    }).Check(Many);

    [Fact]
    public void TheSummariesOfPartsMakeTheSummaryOfTheWhole()
    {
        Gen<(SampleBlock, int[])> split =
            from block in Samples
            from cuts in Gen.Choose(0, block.Count).ArrayOf(3)
            select (block, cuts.Order().ToArray());
        Prop.ForAll(split.ToArbitrary(), pair =>
        {
            (SampleBlock block, int[] cuts) = pair;
            int[] ends = [0, .. cuts, block.Count];
            SampleBlock[] parts = [.. ends.Zip(ends.Skip(1)).Select(p => Slice(block, p.First, p.Second))];
            AssertEquivalent(
                Rollup.Summarize(block, Rollup.MinuteUs),
                Rollup.Summarize(
                    Rollup.Merge([.. parts.Select(p => Rollup.Summarize(p, Rollup.MinuteUs))]), Rollup.MinuteUs));
            AssertEquivalent(
                Rollup.Summarize(block, Rollup.HourUs),
                Rollup.Summarize(Rollup.Summarize(block, Rollup.MinuteUs), Rollup.HourUs));
        }).Check(Many);
    }

    [Fact]
    public void MergingThePartsOfABlockMakesTheBlock() => Prop.ForAll(Blocks.Any.ToArbitrary(), block =>
    {
        int half = block.Count / 2;
        SampleBlock merged = Rollup.Merge([Slice(block, 0, half), Slice(block, half, block.Count)]);
        return block.Count == 0 || Blocks.AreSame(block, merged);
    }).Check(Many);

    [Fact]
    public void ACounterKeepsItsLastValueAlone()
    {
        var builder = new SampleBlockBuilder();
        builder.AddRow(0, 0);
        builder.Set(new ColumnId(34), 5);
        builder.AddRow(1, 1);
        builder.Set(new ColumnId(34), 7);
        SampleBlock summary = Rollup.Summarize(builder.Build(), Rollup.MinuteUs);
        Assert.Equal(new ColumnId(34), Assert.Single(summary.Columns).Id);
        Assert.Equal(7UL, summary.Columns[0][0]);
    }

    [Fact]
    public void AClockThatStepsBackBeginsAnotherRow()
    {
        var builder = new SampleBlockBuilder();
        foreach (long second in (long[])[59, 61, 58, -1])
            builder.AddRow(second, second * 1_000_000);
        Assert.Equal(
            [0, Rollup.MinuteUs, 0, -Rollup.MinuteUs],
            Rollup.Summarize(builder.Build(), Rollup.MinuteUs)
                .RealtimeUs.Select(t => Rollup.BucketStart(t, Rollup.MinuteUs)));
    }

    private static void AssertHolds(Column column, int[] bucket, SampleBlock minutes, int row)
    {
        ulong[] values = [.. bucket.Where(column.IsPresent).Select(i => column.Values[i])];
        ulong? Of(Statistic statistic) => minutes.Find(new ColumnId(column.Id.Field, statistic))?[row];
        if (values.Length == 0)
        {
            Assert.Null(Of(Statistic.Last));
            return;
        }

        Assert.Equal(values[^1], Of(Statistic.Last));
        if (HistoryFields.Find(column.Id.Field)?.Kind == FieldKind.Counter)
            return;
        UInt128 sum = values.Aggregate(UInt128.Zero, (total, value) => total + value);
        Assert.Equal(values.Min(), Of(Statistic.Min));
        Assert.Equal(values.Max(), Of(Statistic.Max));
        Assert.Equal((ulong)(sum / (ulong)values.Length), Of(Statistic.Mean));
        Assert.Equal((ulong)values.Length, Of(Statistic.Count) ?? minutes.SampleCounts![row]);
    }

    // The same but for the mean, of which each summing up may leave less than 1.
    private static void AssertEquivalent(SampleBlock a, SampleBlock b)
    {
        Assert.Equal(a.RealtimeUs, b.RealtimeUs);
        Assert.Equal(a.SampleCounts, b.SampleCounts);
        Assert.Equal(a.Columns.Select(c => c.Id), b.Columns.Select(c => c.Id));
        foreach ((Column first, Column second) in a.Columns.Zip(b.Columns))
        {
            for (int i = 0; i < a.Count; i++)
            {
                Assert.Equal(first.IsPresent(i), second.IsPresent(i));
                if (first.Id.Statistic == Statistic.Mean)
                    Assert.InRange(first.Values[i] - second.Values[i], 0UL, 1UL);
                else
                    Assert.Equal(first.Values[i], second.Values[i]);
            }
        }
    }

    private static IEnumerable<int[]> Buckets(SampleBlock block) =>
        Enumerable.Range(0, block.Count).GroupBy(i => block.RealtimeUs[i] / Rollup.MinuteUs).Select(g => g.ToArray());

    private static SampleBlock Slice(SampleBlock block, int start, int end)
    {
        var builder = new SampleBlockBuilder();
        for (int i = start; i < end; i++)
        {
            if (block.SampleCounts is { } counts)
                builder.AddRow(block.MonotonicUs[i], block.RealtimeUs[i], counts[i]);
            else
                builder.AddRow(block.MonotonicUs[i], block.RealtimeUs[i]);
            foreach (Column column in block.Columns)
            {
                if (column[i] is { } value)
                    builder.Set(column.Id, value);
            }
        }

        return builder.Build();
    }

    private static SampleBlock Build(int rows, long start, ulong[] values, int[] absent)
    {
        var builder = new SampleBlockBuilder();
        for (int i = 0; i < rows; i++)
        {
            builder.AddRow(i * 5_000_000L, start + (i * 5_000_000L));
            builder.Set(new ColumnId(1), values[i * 3]);
            if (absent[i] < 5)
                builder.Set(new ColumnId(6), values[(i * 3) + 1]);
            if (absent[i] < 7)
                builder.Set(new ColumnId(28), values[(i * 3) + 2]);
        }

        return builder.Build();
    }
}
