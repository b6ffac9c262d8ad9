using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

/// <summary>What holds of spikes whatever the series: over plateaus, ramps, jitter and gaps of many seeds.</summary>
public sealed class SpikeInvariantTests
{
    private const int Seeds = 150;
    private const ulong MB = 1_000_000;

    [Fact]
    public void Fires_only_above_the_line_and_once_an_episode()
    {
        int fired = 0, escalated = 0, verdicts = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SpikeCondition condition = Any(seed);
            var run = new TrackRun(condition);
            ulong told = 0;
            foreach (var (second, value) in Series(seed))
            {
                bool wasFiring = run.Track.State.IsFiring;
                RuleTransition transition = run.At(second, value);
                if (transition == RuleTransition.None)
                    continue;
                ulong baseline = run.Spike.Baseline!.Value, v = value!.Value;
                Assert.Equal(wasFiring, transition != RuleTransition.Fired);
                if (transition == RuleTransition.Resolved)
                    Assert.True(v < baseline + Amount(condition.Rearm, baseline));
                else if (transition == RuleTransition.Fired)
                    Assert.True(v > baseline + Amount(condition.Rise, baseline));
                else
                    Assert.True(v >= told + Amount(condition.NewPeak, baseline));
                told = v;
            }

            int rises = run.Transitions.Count(transition => transition != RuleTransition.Resolved);
            Assert.InRange(run.Verdicts.Count, 0, 2 * rises);
            Assert.All(run.Verdicts, verdict => Assert.True(verdict.Peak >= verdict.Settled));
            Assert.All(run.Verdicts, verdict => Assert.InRange(verdict.Retained, 0u, 10_000u));
            Assert.All(run.Verdicts, verdict => Assert.True(verdict.ReturnUs is null or >= 0));
            fired += run.Transitions.Count(transition => transition == RuleTransition.Fired);
            escalated += run.Transitions.Count(transition => transition == RuleTransition.Escalated);
            verdicts += run.Verdicts.Count;
        }

        // The series are none that nothing happens in.
        Assert.All([fired, escalated, verdicts], count => Assert.True(count > Seeds / 4));
    }

    [Fact]
    public void Absent_samples_between_change_nothing()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new TrackRun(Any(seed));
            var gappy = new TrackRun(Any(seed));
            var random = new Random(seed);
            foreach (var (second, value) in Series(seed))
            {
                run.At(second, value);
                for (int i = random.Next(4); i > 0; i--)
                    gappy.At(second - (0.1 * i), null);
                gappy.At(second, value);
            }

            Assert.Equal(run.Told, gappy.Told);
            Assert.Equal(run.Verdicts, gappy.Verdicts);
        }
    }

    [Fact]
    public void A_restart_at_any_time_changes_nothing()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new TrackRun(Any(seed));
            var restarted = new TrackRun(Any(seed));
            var random = new Random(seed);
            foreach (var (second, value) in Series(seed))
            {
                run.At(second, value);
                restarted.At(second, value);
                Assert.Equal(run.Track.Found, restarted.Track.Found);
                if (random.Next(8) == 0)
                    restarted.Restart();
            }

            Assert.Equal(run.Told, restarted.Told);
            Assert.Equal(run.Verdicts, restarted.Verdicts);
        }
    }

    [Fact]
    public void Whatever_was_saved_is_refused_or_goes_on()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var run = new TrackRun(Any(seed));
            foreach (var (second, value) in Series(seed).Take(100))
                run.At(second, value);
            long[] saved = run.Spike.Save();
            for (int i = 0; i < 5; i++)
                saved[random.Next(saved.Length)] = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var other = new TrackRun(Any(seed + 1));
            if (!other.Spike.TryLoad(saved))
                continue;
            foreach (var (second, value) in Series(seed))
                other.At(second, value);
        }
    }

    private static ulong Amount(Bound bound, ulong baseline) =>
        bound.IsShare ? (ulong)((UInt128)baseline * bound.Value / 10_000) : bound.Value;

    private static SpikeCondition Any(int seed)
    {
        var random = new Random(seed);
        Bound rise = random.Next(3) == 0
            ? Bound.OfShare((uint)random.Next(2000, 10_001))
            : Bound.OfBytes((ulong)random.Next(20, 150) * MB);
        var baseline = new SpikeBaseline((BaselineKind)random.Next(3), 50 * MB);
        return new SpikeCondition(
            Metric.Anon, baseline, rise, random.Next(4) == 0 ? rise : SpikeCondition.HalfOf(rise))
        {
            Settle = TimeSpan.FromSeconds(random.Next(10, 120)),
            ReturnWithin = TimeSpan.FromSeconds(random.Next(120, 400)),
            Window = TimeSpan.FromSeconds(random.Next(60, 900)),
            NewPeak = random.Next(2) == 0 ? rise : Bound.OfBytes((ulong)random.Next(5, 100) * MB),
        };
    }

    private static IEnumerable<(double Second, ulong? Value)> Series(int seed)
    {
        var random = new Random(seed + 1_000_000);
        double second = 0, level = random.Next(20, 100);
        for (int part = 0; part < 25; part++)
        {
            double goal = random.Next(3) == 0 ? random.Next(20, 600) : random.Next(40, 70);
            int length = random.Next(1, 40), ramp = random.Next(1, length + 1), jitter = random.Next(1, 12);
            double step = (goal - level) / ramp;
            for (int i = 0; i < length; i++)
            {
                level += i < ramp ? step : 0;
                second += random.Next(20) == 0 ? random.Next(5, 200) : 5;
                ulong value = (ulong)((level + (random.NextDouble() * jitter)) * MB);
                yield return (second, random.Next(10) == 0 ? null : value);
            }
        }
    }
}
