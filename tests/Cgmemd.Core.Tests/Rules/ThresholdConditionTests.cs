using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class ThresholdConditionTests
{
    private const ulong MiB = 1 << 20;
    private const long Second = 1_000_000;

    private static readonly Rule NearLimit = new("near-limit", ["*.service"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Warning)],
        LimitFile.MemoryMax));

    private static readonly Limits HundredMiB = new(
        ByteLimit.Max, ByteLimit.Of(100 * MiB), ByteLimit.Max, ByteLimit.Max, ByteLimit.Of(100 * MiB));

    [Fact]
    public void Fires_above_the_bound_and_resolves_below_the_lower_one()
    {
        var run = new Run(NearLimit);
        Assert.Equal(RuleTransition.None, run.At(1, 80 * MiB));
        Assert.Equal(RuleTransition.Fired, run.At(2, (80 * MiB) + 1));
        Assert.Equal(RuleTransition.None, run.At(3, 95 * MiB));
        Assert.Equal(RuleTransition.None, run.At(4, 75 * MiB));
        Assert.Equal(RuleTransition.Resolved, run.At(5, (75 * MiB) - 1));
        Assert.Equal(95 * MiB, run.State.PeakValue);
        Assert.Equal(1u, run.State.Episode);
        Assert.Equal(RuleTransition.Fired, run.At(6, 90 * MiB));
        Assert.Equal(2u, run.State.Episode);
    }

    [Fact]
    public void Waits_for_as_long_as_the_rule_asks_and_starts_over_after_a_dip()
    {
        var run = new Run(NearLimit with { For = TimeSpan.FromSeconds(10) });
        Assert.Equal(RuleTransition.None, run.At(1, 90 * MiB));
        Assert.Equal(RuleTransition.None, run.At(10, 90 * MiB));
        Assert.Equal(RuleTransition.None, run.At(11 - 1, 70 * MiB));
        Assert.Equal(RuleTransition.None, run.At(12, 90 * MiB));
        Assert.Equal(RuleTransition.None, run.At(21, 90 * MiB));
        Assert.Equal(RuleTransition.Fired, run.At(22, 90 * MiB));
    }

    [Fact]
    public void Keeps_firing_for_as_long_as_the_rule_asks()
    {
        var run = new Run(NearLimit with { KeepFiringFor = TimeSpan.FromSeconds(10) });
        Assert.Equal(RuleTransition.Fired, run.At(1, 90 * MiB));
        Assert.Equal(RuleTransition.None, run.At(2, 10 * MiB));
        Assert.Equal(RulePhase.Clearing, run.State.Phase);
        Assert.Equal(RuleTransition.None, run.At(5, 78 * MiB));
        Assert.Equal(RulePhase.Firing, run.State.Phase);
        Assert.Equal(RuleTransition.None, run.At(6, 10 * MiB));
        Assert.Equal(RuleTransition.Resolved, run.At(16, 10 * MiB));
    }

    [Fact]
    public void What_is_not_known_neither_fires_nor_resolves()
    {
        var run = new Run(NearLimit);
        Assert.Equal(RuleTransition.None, run.At(1, value: null));
        Assert.Equal(RuleTransition.Fired, run.At(2, 90 * MiB));
        Assert.Equal(RuleTransition.None, run.At(3, value: null));
        Assert.True(run.State.IsFiring);
    }

    [Fact]
    public void A_share_of_no_limit_holds_nothing()
    {
        var run = new Run(NearLimit) { Limits = default };
        Assert.Equal(RuleTransition.None, run.At(1, ulong.MaxValue));
    }

    [Fact]
    public void A_new_invocation_arms_the_rule_even_if_the_value_never_cleared()
    {
        var run = new Run(NearLimit);
        Assert.Equal(RuleTransition.Fired, run.At(1, 90 * MiB));
        run.State.Rearm(2 * Second);
        Assert.Equal(RuleTransition.Fired, run.At(3, 90 * MiB));
        Assert.Equal(2u, run.State.Episode);
    }

    /// <summary>
    /// Random walks with random gaps, for many seeds: the invariants that every alert history must keep.
    /// </summary>
    [Fact]
    public void Holds_its_invariants_over_a_seeded_simulation()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var run = new Run(NearLimit with
            {
                For = TimeSpan.FromSeconds(random.Next(0, 5)),
                KeepFiringFor = TimeSpan.FromSeconds(random.Next(0, 5)),
            });
            bool firing = false;
            long aboveSince = long.MaxValue, belowSince = long.MaxValue;
            for (long t = 1; t < 300; t++)
            {
                ulong? value = random.Next(10) == 0 ? null : (ulong)random.Next(60, 100) * MiB;
                RuleTransition transition = run.At(t, value);
                if (value is { } v)
                {
                    aboveSince = v <= 80 * MiB ? long.MaxValue : Math.Min(aboveSince, t);
                    belowSince = v >= 75 * MiB ? long.MaxValue : Math.Min(belowSince, t);
                }

                Assert.Equal(
                    firing,
                    transition == RuleTransition.Resolved
                        || (run.State.IsFiring && transition == RuleTransition.None));
                if (transition == RuleTransition.Fired)
                    Assert.True(t - aboveSince >= run.Rule.For.TotalSeconds);
                if (transition == RuleTransition.Resolved)
                    Assert.True(t - belowSince >= run.Rule.KeepFiringFor.TotalSeconds);
                firing = run.State.IsFiring;
            }
        }
    }

    private sealed class Run(Rule rule)
    {
        public RuleState State;

        public Rule Rule { get; } = rule;

        public Limits Limits { get; init; } = HundredMiB;

        public RuleTransition At(long second, ulong? value)
        {
            var sample = default(Sample);
            if (value is { } v)
                sample.Set(Metric.MemoryCurrent, v);
            Limits limits = Limits;
            var seen = new Observation(sample, limits, second * Second);
            Finding found = Rule.Condition.Judge(memory: null, seen, State.FiringLevel);
            return RuleEngine.Step(Rule, ref State, found, startedUs: 0, second * Second);
        }
    }
}
