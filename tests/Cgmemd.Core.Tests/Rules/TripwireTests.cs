using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class TripwireTests
{
    private const ulong MiB = 1 << 20;

    private static readonly Rule Ladder = new("ladder", ["*"], new ThresholdCondition(
        Metric.MemoryCurrent,
        [
            new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Warning),
            new Level(Bound.OfShare(9000), Bound.OfShare(8500), Severity.Critical),
        ],
        LimitFile.MemoryMax))
    {
        Tripwire = true,
    };

    [Fact]
    public void ItStandsAtTheNextThresholdOfWhichNothingIsToldYet()
    {
        var unit = new Unit(Ladder);
        Assert.Equal(80 * MiB, unit.At(10 * MiB));
        Assert.Equal(90 * MiB, unit.At(85 * MiB));
        Assert.Null(unit.At(95 * MiB));
        Assert.Equal("the alert is on", unit.WhyNot);
        Assert.Equal(90 * MiB, unit.At(84 * MiB));
        Assert.Equal(80 * MiB, unit.At(10 * MiB));
    }

    [Fact]
    public void OfSeveralRulesItStandsAtTheLowest()
    {
        Rule low = Threshold(50 * MiB) with { Tripwire = true };
        Assert.Equal(50 * MiB, new Unit(Ladder, low).At(10 * MiB));
        Assert.Equal(80 * MiB, new Unit(Ladder, low).At(60 * MiB));
        Assert.Equal(80 * MiB, new Unit(Ladder, low with { Tripwire = false }).At(10 * MiB));
    }

    [Fact]
    public void BelowAMemoryHighOfTheUnitsOwnAlone()
    {
        Assert.Null(new Unit(Ladder) { High = ByteLimit.Of(80 * MiB) }.At(10 * MiB));
        var unit = new Unit(Ladder) { High = ByteLimit.Of(70 * MiB) };
        Assert.Null(unit.At(10 * MiB));
        Assert.Equal("the unit has a memory.high of its own, 70M", unit.WhyNot);
        Assert.Equal(80 * MiB, new Unit(Ladder) { High = ByteLimit.Of(81 * MiB) }.At(10 * MiB));
    }

    [Fact]
    public void AnAlertThatWaitsForItsTimeHasNone()
    {
        var unit = new Unit(Ladder with { For = TimeSpan.FromMinutes(1) });
        Assert.Equal(80 * MiB, unit.At(10 * MiB));
        Assert.Null(unit.At(85 * MiB));
        Assert.Equal("the threshold is crossed already", unit.WhyNot);
    }

    [Fact]
    public void WithoutALimitAShareHasNone()
    {
        var unit = new Unit(Ladder) { Max = ByteLimit.Max };
        Assert.Null(unit.At(10 * MiB));
        Assert.Equal("there is no memory.max for a share of it", unit.WhyNot);
    }

    // memory.high counts in pages: an event says that at least one page more than that many is charged.
    [Theory]
    [InlineData(10_000_000)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void WhatTheKernelToldIsAboveTheThresholdWhateverIsReadNow(ulong above)
    {
        var unit = new Unit(Threshold(above) with { Tripwire = true });
        ulong place = unit.At(1)!.Value;
        Assert.Equal(above / 4096 * 4096, place);
        unit.At(1, Tripwire.Crossed(place));
        Assert.True(unit.Track.State.IsFiring);
        Assert.True(unit.Track.Found.Value > above);
        Assert.Equal(RuleTransition.Resolved, unit.Track.Step(unit.See(1, 0), 0));
    }

    private static Rule Threshold(ulong above) => new("low", ["*"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfBytes(above), Bound.OfBytes(above), Severity.Warning)],
        LimitFile.MemoryMax));

    private sealed class Unit(params Rule[] rules)
    {
        private readonly RuleTrack[] _tracks = Array.ConvertAll(rules, rule => new RuleTrack(rule));
        private Sample _sample;
        private Limits _limits;

        public ByteLimit High { get; init; } = ByteLimit.Max;

        public ByteLimit Max { get; init; } = ByteLimit.Of(100 * MiB);

        public RuleTrack Track => _tracks[0];

        public string? WhyNot => Tripwire.WhyNot(Track, new Observation(_sample, _limits, 1));

        public ulong? At(ulong current, ulong crossed = 0)
        {
            Observation seen = See(current, crossed);
            RuleRound.Step(_tracks, seen, 0, _ => true);
            return Tripwire.Place(_tracks, seen);
        }

        public Observation See(ulong current, ulong crossed)
        {
            _sample.Set(Metric.MemoryCurrent, current);
            _limits = new Limits(High, Max, ByteLimit.Max, High, Max);
            return new Observation(_sample, _limits, 1) { Crossed = crossed };
        }
    }
}
