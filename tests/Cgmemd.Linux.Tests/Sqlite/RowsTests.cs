using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;
using Sampled = System.Collections.Generic.List<
    (Cgmemd.Core.History.HistoryTime Time, Cgmemd.Core.Samples.Sample Sample)>;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class RowsTests : IDisposable
{
    private const string Unit = "api.service";

    private static readonly HistoryField[] Fields =
        [.. HistoryFields.All.Where(f => f.Metric is { } m && m <= Metric.PidsCurrent)];

    private readonly HistoryFile _file = new();

    [Theory]
    [InlineData(600)]
    [InlineData(7300)]
    [InlineData(90_000)]
    public void EachSampleIsGivenBackOutOfChunksAndOpenRows(double seconds)
    {
        (_, Sampled samples) = _file.Record(new SimulatedUnit(Unit, 1), 0, seconds);
        AssertIsFull(samples);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(600)]
    [InlineData(3600)]
    [InlineData(86_400)]
    [InlineData(90)]
    public void StepsAreWhatTheSamplesSumUpTo(long step)
    {
        (long id, Sampled samples) = _file.Record(new SimulatedUnit(Unit, 2), 17, 100_000);
        AssertAreSteps(samples, step, step == 90 ? 0UL : 60);

        _file.InTransaction(store => store.EndInvocation(id, Ended(samples)));
        _file.Settle(samples[^1].Time);
        AssertAreSteps(samples, step, step == 90 ? 0UL : 60);
        AssertIsFull(samples);
    }

    [Fact]
    public void WhereSamplesAreGoneTheMinutesAreAndWhereTheyAreTheHours()
    {
        (_, Sampled samples) = _file.Record(new SimulatedUnit(Unit, 3), 0, 200_000);
        long now = samples[^1].Time.RealtimeUs;
        HistoryOptions options = HistoryOptions.Default with
        {
            FullRetention = TimeSpan.FromHours(5),
            MinuteRetention = TimeSpan.FromHours(30),
        };
        _file.Settle(samples[^1].Time, options);

        using HistoryReader reader = _file.Read();
        List<HistoryRow> rows = [.. reader.Rows(Unit, HistoryRange.All, null, Fields)];
        Assert.Equal(samples.Count, rows.Sum(r => r.Samples));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(pair.First.LastUs < pair.Second.LastUs));
        Assert.All(rows.Where(r => r.LastUs > now - (5 * 3600 * HistoryFile.Second)), r => Assert.Equal(1u, r.Samples));
        Assert.Contains(rows, r => r.Samples == 12);
        Assert.Contains(rows, r => r.Samples == 720);
        ulong peak = samples.Max(s => s.Sample[Metric.IntervalPeak]!.Value);
        int field = Array.FindIndex(Fields, f => f.Metric == Metric.IntervalPeak);
        Assert.Equal(peak, rows.Max(r => r.Values[field]!.Value.Max));
        Assert.Empty(reader.Problems);
    }

    [Fact]
    public void ARangeCutsAtItsEnds()
    {
        (_, Sampled samples) = _file.Record(new SimulatedUnit(Unit, 4), 0, 5000);
        var range = new HistoryRange(samples[100].Time.RealtimeUs, samples[900].Time.RealtimeUs);
        using HistoryReader reader = _file.Read();
        List<HistoryRow> rows = [.. reader.Rows(Unit, range, null, Fields)];
        Assert.Equal(samples[100..900].Select(s => s.Time), rows.Select(r => r.Time));
    }

    [Fact]
    public void AClockThatStepsBackLosesNothing()
    {
        (_, Sampled samples) = _file.Record(
            new SimulatedUnit(Unit, 5), 0, 8000, clock: t => HistoryFile.At(t) with
            {
                RealtimeUs = HistoryFile.At(t < 4000 ? t : t - 3600).RealtimeUs,
            });
        AssertIsFull(samples);
        using HistoryReader reader = _file.Read();
        Assert.Equal(
            samples.Count, reader.Rows(Unit, HistoryRange.All, TimeSpan.FromMinutes(1), Fields).Sum(r => r.Samples));
    }

    [Fact]
    public void LivesComeOneAfterTheOther()
    {
        (long first, Sampled before) = _file.Record(new SimulatedUnit(Unit, 6), 0, 1000);
        _file.InTransaction(store => store.EndInvocation(first, Ended(before)));
        (_, Sampled after) = _file.Record(new SimulatedUnit(Unit, 7), 1000, 2000);
        using HistoryReader reader = _file.Read();
        HistoryRow[] rows = [.. reader.Rows(Unit, HistoryRange.All, TimeSpan.FromDays(1), Fields)];
        Assert.Equal([200u, 200u], rows.Select(r => r.Samples));
        Assert.Equal(["success", null], rows.Select(r => r.Invocation.Result));
        IReadOnlyList<Invocation> lives = reader.Invocations(UnitChoice.Matching("api*"), HistoryRange.All);
        Assert.Equal([null, "success"], lives.Select(i => i.Result));
        Assert.Equal(after.Count, rows[1].Samples > 0 ? (int)rows[1].Samples : 0);
    }

    [Fact]
    public void WhatIsNotSampledIsNull()
    {
        var sample = default(Sample);
        sample.Set(Metric.MemoryCurrent, ulong.MaxValue);
        byte[] row = new byte[OpenRow.MaxLength];
        int length = OpenRow.Encode(sample, default, isFull: false, hasNewPss: false, row);
        _file.InTransaction(store =>
        {
            long id = store.BeginInvocation(new SimulatedUnit(Unit, 8).Start(HistoryFile.At(0)));
            store.AppendSample(id, HistoryFile.At(0), row.AsSpan(0, length));
        });
        using HistoryReader reader = _file.Read();
        HistoryRow read = Assert.Single(reader.Rows(
            Unit, HistoryRange.All, null, [HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.Anon)!]));
        Assert.Equal([FieldSummary.Of(ulong.MaxValue), null], read.Values);
    }

    public void Dispose() => _file.Dispose();

    private static Invocation Ended(Sampled samples) =>
        new SimulatedUnit(Unit, 0).Start(samples[0].Time) with { End = samples[^1].Time, Result = "success" };

    private void AssertIsFull(Sampled samples)
    {
        using HistoryReader reader = _file.Read();
        HistoryRow[] rows = [.. reader.Rows(Unit, HistoryRange.All, null, Fields)];
        Assert.Equal(samples.Select(s => s.Time), rows.Select(r => r.Time));
        for (int i = 0; i < rows.Length; i++)
        {
            for (int f = 0; f < Fields.Length; f++)
                Assert.Equal(FieldSummary.Of(samples[i].Sample[Fields[f].Metric!.Value]!.Value), rows[i].Values[f]);
        }

        Assert.Empty(reader.Problems);
    }

    // A mean of means loses less than 1 at each summing up.
    private void AssertAreSteps(Sampled samples, long step, ulong tolerance)
    {
        using HistoryReader reader = _file.Read();
        HistoryRow[] rows = [.. reader.Rows(Unit, HistoryRange.All, TimeSpan.FromSeconds(step), Fields)];
        long stepUs = step * HistoryFile.Second;
        var naive = samples.GroupBy(s => s.Time.RealtimeUs / stepUs * stepUs).ToList();
        Assert.Equal(naive.Select(g => g.Key), rows.Select(r => r.Time.RealtimeUs));
        foreach ((IGrouping<long, (HistoryTime Time, Sample Sample)> bucket, HistoryRow row) in naive.Zip(rows))
        {
            Assert.Equal(bucket.Count(), (int)row.Samples);
            Assert.Equal(bucket.Last().Time.RealtimeUs, row.LastUs);
            for (int f = 0; f < Fields.Length; f++)
            {
                ulong[] values = [.. bucket.Select(s => s.Sample[Fields[f].Metric!.Value]!.Value)];
                FieldSummary value = row.Values[f]!.Value;
                Assert.Equal(values[^1], value.Last);
                if (Fields[f].Kind == FieldKind.Counter)
                    continue;
                Assert.Equal((values.Min(), values.Max()), (value.Min, value.Max));
                ulong mean = (ulong)(values.Aggregate((UInt128)0, (sum, v) => sum + v) / (UInt128)values.Length);
                Assert.InRange(value.Mean, mean - Math.Min(mean, 2 + tolerance), mean);
            }
        }
    }
}
