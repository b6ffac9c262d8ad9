using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;

namespace Cgmemd.Core.Tests.Rules;

public sealed class BudgetTrackTests
{
    private const long Second = 1_000_000;
    private const long Longest = 8 * Second;
    private const ulong GiB = 1UL << 30;

    private static readonly Rule Tier = new("tier", ["web-*.service"], new BudgetCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfBytes(4 * GiB), Bound.OfBytes(3 * GiB), Severity.Warning)]));

    private readonly BudgetTrack _budget = new(Tier);
    private long _nowUs = 100 * Second;

    [Fact]
    public void TheUnitsTogetherAreAboveWhereNoneOfThemIs()
    {
        Assert.Equal(RuleTransition.None, Use(2 * GiB, 2 * GiB));
        Assert.Equal(RuleTransition.Fired, Use(2 * GiB, GiB, GiB + 1));
        Assert.Equal((4 * GiB) + 1, _budget.Track.Found.Value);
        Assert.Equal(RuleTransition.None, Use(2 * GiB, GiB));
        Assert.Equal(RuleTransition.Resolved, Use(GiB, GiB));
    }

    [Fact]
    public void WhatIsNotKnownOfOneUnitNeitherFiresNorResolves()
    {
        Assert.Equal(RuleTransition.None, Use(5 * GiB, null));
        Assert.False(_budget.Track.Found.IsKnown);
        Assert.Null(_budget.Total);
        Assert.Equal(RuleTransition.Fired, Use(5 * GiB, 0));
        // As 0 it would resolve, and as the 5G of before it would not: neither is known.
        Assert.Equal(RuleTransition.None, Use(GiB, null));
        Assert.True(_budget.Track.State.IsFiring);
        Assert.Equal(1u, _budget.Track.State.Episode);
    }

    [Fact]
    public void AValueThatIsTooOldIsNotKnown()
    {
        _budget.Shares.Add(new BudgetShare("web-1.service", GiB, _nowUs - Longest));
        _budget.Sum(ByteLimit.Max, _nowUs, Longest);
        Assert.Equal(GiB, _budget.Total);
        _budget.Sum(ByteLimit.Max, _nowUs + 1, Longest);
        Assert.Null(_budget.Total);
        Assert.Equal(
            [new BudgetMember("web-1.service", null, "it was last read 8s ago")], _budget.Members());
    }

    [Fact]
    public void NoUnitUsesNothing()
    {
        Use(5 * GiB);
        Assert.Equal(RuleTransition.Resolved, Use());
        Assert.Equal(0ul, _budget.Total);
        Assert.Null(_budget.Greatest);
    }

    [Fact]
    public void AShareIsOfTheHostsMemory()
    {
        var share = new BudgetTrack(Tier with
        {
            Condition = new BudgetCondition(
                Metric.Anon, [new Level(Bound.OfShare(3000), Bound.OfShare(2500), Severity.Critical)]),
        });
        share.Shares.Add(new BudgetShare("a.service", 4 * GiB, _nowUs));
        share.Sum(ByteLimit.Of(10 * GiB), _nowUs, Longest);
        Assert.Equal(new Finding(true, 1, 4 * GiB, 3 * GiB), share.Peek());
        share.Sum(ByteLimit.Of(16 * GiB), _nowUs, Longest);
        Assert.Equal(0, share.Peek().Level);
        share.Sum(ByteLimit.Max, _nowUs, Longest);
        Assert.False(share.Peek().IsKnown);
    }

    [Fact]
    public void TheMembersAreTheGreatestFirstAndTheUnknownLast()
    {
        Use(GiB, null, 3 * GiB, 2 * GiB);
        Assert.Equal("web-2.service", _budget.Greatest);
        Assert.Equal(
            [
                new BudgetMember("web-2.service", 3 * GiB, null), new BudgetMember("web-3.service", 2 * GiB, null),
                new BudgetMember("web-0.service", GiB, null),
                new BudgetMember("web-1.service", null, "its latest reading does not tell"),
            ], _budget.Members());
    }

    [Fact]
    public void ItExplainsTheSumAndEachUnit()
    {
        Use(3 * GiB, 2 * GiB);
        RuleExplanation explained = _budget.Explain(_nowUs, suppressedBy: null);
        RuleClause clause = Assert.Single(explained.Clauses);
        Assert.Equal(new RuleClause("memory.current of its units together > 4G", "5G", true), clause);
        Assert.Equal(("budget", "firing", "resolves below 3G"), (explained.Kind, explained.State, explained.Next));
        Assert.Equal(["web-0.service", "web-1.service"], explained.Members!.Select(member => member.Unit));
        Use(3 * GiB, null);
        explained = _budget.Explain(_nowUs, suppressedBy: null);
        Assert.Equal("cannot be judged: what one of its units uses is not known", explained.Next);
    }

    [Fact]
    public void ItGoesOnWhereTheStateFileLeftIt()
    {
        Use(5 * GiB);
        _budget.Subject = new BudgetSubject("web-0.service", "/system.slice/web-0.service", new string('a', 32));
        var after = new BudgetTrack(Tier);
        BudgetState.From(_budget).Restore(after);
        Assert.Equal(_budget.Subject, after.Subject);
        Assert.Equal((1u, true), (after.Track.State.Episode, after.Track.State.IsFiring));
        after.Shares.Add(new BudgetShare("web-0.service", 5 * GiB, _nowUs));
        after.Sum(ByteLimit.Max, _nowUs, Longest);
        Assert.Equal(RuleTransition.None, after.Track.Step(after.Observe(_nowUs), startedUs: 0));
    }

    /// <summary>
    /// Whatever units come, go and are not read: the engine sees their true sum, or that it is not known.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheSumIsTrueOrNotKnown(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++)
        {
            _budget.Shares.Clear();
            UInt128 total = 0;
            bool isKnown = true;
            int units = random.Next(0, 8);
            for (int i = 0; i < units; i++)
            {
                ulong? value = random.Next(12) == 0 ? null
                    : random.Next(20) == 0 ? ulong.MaxValue - (ulong)random.Next(9) : (ulong)random.NextInt64(8L << 30);
                long age = random.Next(12) == 0 ? Longest + random.Next(1, 99) : random.NextInt64(Longest + 1);
                isKnown &= value is not null && age <= Longest;
                total += value ?? 0;
                _budget.Shares.Add(new BudgetShare($"web-{i}.service", value, _nowUs - age));
            }

            _budget.Sum(ByteLimit.Max, _nowUs, Longest);
            Assert.Equal(isKnown ? (ulong)UInt128.Min(total, ulong.MaxValue) : null, _budget.Total);
            RuleState before = _budget.Track.State;
            RuleTransition transition = _budget.Track.Step(_budget.Observe(_nowUs), startedUs: 0);
            Assert.Equal(isKnown, _budget.Track.Found.IsKnown);
            if (!isKnown)
                Assert.Equal((RuleTransition.None, before), (transition, _budget.Track.State));
            _nowUs += Second;
        }
    }

    private RuleTransition Use(params ReadOnlySpan<ulong?> values)
    {
        _nowUs += 5 * Second;
        _budget.Shares.Clear();
        for (int i = 0; i < values.Length; i++)
            _budget.Shares.Add(new BudgetShare($"web-{i}.service", values[i], _nowUs));
        _budget.Sum(ByteLimit.Max, _nowUs, Longest);
        return _budget.Track.Step(_budget.Observe(_nowUs), startedUs: 0);
    }
}
