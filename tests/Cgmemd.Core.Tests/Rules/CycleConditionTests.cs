using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Rules;

public sealed class CycleConditionTests
{
    private const ulong MB = 1_000_000;
    private const int CycleSeconds = 300;

    private static readonly CycleCondition Cycles = new(
        Metric.Anon, "cycle-end*", 1 * MB, MB / 2, MinCycles: 3, Cycles: 20, TimeSpan.Zero);

    [Fact]
    public void Three_cycles_of_waking_and_sleeping_without_a_leak_keep_nothing()
    {
        var run = new TrackRun(Cycles);
        WakeAndSleep(run, cycles: 3, leak: 0);
        Assert.Equal(new CycleResidual(3, 0, null), run.Cycles.Residual);
        Assert.Equal(new Finding(true, 0, 0, 1 * MB), run.Track.Found);
        Assert.Empty(run.Told);
    }

    [Fact]
    public void Three_cycles_that_leak_fire_at_the_mark_that_ends_the_third()
    {
        var run = new TrackRun(Cycles);
        WakeAndSleep(run, cycles: 3, leak: 2 * MB);
        Assert.Equal(new CycleResidual(3, 2 * MB, null), run.Cycles.Residual);
        (double second, RuleTransition transition, ulong value) = Assert.Single(run.Told);
        Assert.Equal((RuleTransition.Fired, new Finding(true, 1, 2 * MB, 1 * MB)), (transition, run.Track.Found));
        Assert.Equal(4 * CycleSeconds, second);
        Assert.Equal(20 * MB, value);
    }

    [Fact]
    public void Clears_when_later_cycles_keep_nothing()
    {
        var run = new TrackRun(Cycles with { Cycles = 4 });
        double second = WakeAndSleep(run, cycles: 4, leak: 2 * MB);
        for (int i = 0; i < 5; i++)
        {
            run.Mark(second);
            second = run.Hold(second, CycleSeconds, 30 * MB);
        }

        Assert.Equal([RuleTransition.Fired, RuleTransition.Resolved], run.Transitions);
    }

    [Fact]
    public void With_a_work_counter_the_bytes_are_told_by_operation_too()
    {
        var run = new TrackRun(Cycles);
        WakeAndSleep(run, cycles: 4, leak: 2 * MB, work: 500);
        Assert.Equal(new CycleResidual(4, 2 * MB, 4000), run.Cycles.Residual);
    }

    [Fact]
    public void A_work_counter_that_begins_anew_spans_nothing()
    {
        var run = new TrackRun(Cycles);
        ulong[] counts = [1000, 2000, 0, 1000, 2000];
        for (int i = 0; i < counts.Length; i++)
        {
            run.Mark(i * 10, count: counts[i]);
            run.At((i * 10) + 5, (ulong)(10 + i) * MB);
        }

        // Of the five pairs whose counter grows the middle slope is that of a cycle of 1000.
        Assert.Equal(1000, run.Cycles.Residual!.Value.BytesPerOperation);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    [InlineData(0.31)]
    public void A_sawtooth_within_the_cycles_keeps_nothing(double cyclesOfATooth)
    {
        // 64 MiB, and then the instance is recycled.
        var run = new TrackRun(Cycles with { MinCycles = 10 });
        double tooth = cyclesOfATooth * CycleSeconds;
        for (double second = 0; second < 30 * CycleSeconds; second += 5)
        {
            if (second % CycleSeconds == 0)
                run.Mark(second);
            run.At(second, (ulong)(20 + (64 * (second % tooth / tooth))) * MB);
        }

        Assert.Empty(run.Told);
        Assert.InRange(run.Cycles.Residual!.Value.BytesPerCycle, -0.2 * MB, 0.2 * MB);
    }

    [Fact]
    public void A_sawtooth_over_some_cycles_of_many_keeps_nothing()
    {
        var run = new TrackRun(Cycles with { MinCycles = 20 });
        for (int i = 0; i < 60; i++)
        {
            run.Mark(i * CycleSeconds);
            run.Hold(i * CycleSeconds, CycleSeconds, (ulong)(20 + (13 * (i % 5))) * MB);
            if (run.Cycles.Residual is { } residual)
                Assert.Equal(0, residual.BytesPerCycle);
        }

        Assert.Equal(20, run.Cycles.Residual!.Value.Cycles);
        Assert.Empty(run.Told);
    }

    [Fact]
    public void Only_marks_of_the_rule_count_and_what_is_before_the_first_does_not()
    {
        var run = new TrackRun(Cycles);
        double second = run.Hold(0, 1000, 1 * MB);
        for (int i = 0; i < 4; i++)
        {
            run.Mark(second, $"cycle-end {i}");
            second = run.Hold(second, 100, 20 * MB);
            run.Mark(second, "deployed");
            second = run.Hold(second, 100, 20 * MB);
        }

        Assert.Equal(new CycleResidual(3, 0, null), run.Cycles.Residual);
    }

    [Fact]
    public void A_cycle_without_a_value_is_passed_over()
    {
        var run = new TrackRun(Cycles);
        for (int i = 0; i < 5; i++)
        {
            run.Mark(i * 10);
            run.At((i * 10) + 5, i == 1 ? null : (ulong)(10 + (2 * i)) * MB);
        }

        // Of 10, 16 and 14 MB, in the cycles 1, 3 and 4.
        run.Mark(60);
        Assert.Equal(4, run.Cycles.Known);
        Assert.Equal(2 * MB, run.Cycles.Residual!.Value.BytesPerCycle);
    }

    [Fact]
    public void With_a_time_to_settle_the_low_just_after_the_mark_counts()
    {
        var run = new TrackRun(Cycles with { Settle = TimeSpan.FromSeconds(30), MinCycles = 2 });
        double second = 0;
        for (int i = 0; i < 3; i++)
        {
            run.Mark(second);
            second = run.Hold(second, 20, 200 * MB);
            second = run.Hold(second, 15, (ulong)(50 + (3 * i)) * MB);
            Assert.Equal(i + 1, run.Cycles.Known);
            second = run.Hold(second, 100, 10 * MB);
        }

        Assert.Equal(3 * MB, run.Cycles.Residual!.Value.BytesPerCycle);
    }

    [Fact]
    public void The_first_value_after_the_time_to_settle_is_better_than_none()
    {
        var run = new TrackRun(Cycles with { Settle = TimeSpan.FromSeconds(2), MinCycles = 2 });
        for (int i = 0; i < 3; i++)
        {
            run.Mark((i * 100) + 1);
            run.Hold((i * 100) + 5, 50, (ulong)(50 + i) * MB);
        }

        Assert.Equal(1 * MB, run.Cycles.Residual!.Value.BytesPerCycle);
    }

    [Fact]
    public void What_is_kept_less_and_less_is_below_zero_and_does_not_fire()
    {
        var run = new TrackRun(Cycles);
        for (int i = 0; i < 6; i++)
        {
            run.Mark(i * 10);
            run.At((i * 10) + 5, (ulong)(100 - i) * MB);
        }

        Assert.Equal(0, run.Cycles.Residual!.Value.BytesPerCycle);
        Assert.Equal(0ul, run.Track.Found.Value);
    }

    [Fact]
    public void A_new_invocation_begins_with_no_cycle()
    {
        var run = new TrackRun(Cycles);
        double second = WakeAndSleep(run, cycles: 3, leak: 2 * MB);
        run.Track.Rearm(2_000_000_000_000);
        Assert.Null(run.Cycles.Residual);
        run.Hold(second, 100, 20 * MB);
        Assert.Equal(Finding.Unknown, run.Track.Found);
    }

    [Fact]
    public void A_restart_at_any_time_changes_nothing()
    {
        int told = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            CycleCondition condition = Any(seed);
            TrackRun run = new(condition), restarted = new(condition), gappy = new(condition);
            var random = new Random(seed);
            double leak = random.Next(3) * random.NextDouble() * MB / 2;
            ulong work = 0;
            for (int i = 0; i < 400; i++)
            {
                if (random.Next(6) == 0)
                {
                    work = random.Next(20) == 0 ? 0 : work + (ulong)random.Next(100);
                    ulong? count = random.Next(3) == 0 ? null : work;
                    foreach (TrackRun each in (TrackRun[])[run, restarted, gappy])
                        each.Mark((i * 5) - 1, count: count);
                }

                ulong? value = random.Next(8) == 0 ? null : (ulong)(random.Next(20, 60) * (double)MB + (leak * i));
                run.At(i * 5, value);
                restarted.At(i * 5, value);
                gappy.At((i * 5) - 0.5, null);
                gappy.At(i * 5, value);
                Assert.Equal(run.Track.Found, restarted.Track.Found);
                Assert.Equal(run.Cycles.Residual, restarted.Cycles.Residual);
                if (random.Next(8) == 0)
                    restarted.Restart();
            }

            Assert.Equal(run.Told, restarted.Told);
            Assert.Equal(run.Told, gappy.Told);
            told += run.Told.Count;
        }

        Assert.True(told > 100);
    }

    [Fact]
    public void Whatever_was_saved_is_refused_or_goes_on()
    {
        var run = new TrackRun(Cycles);
        double second = WakeAndSleep(run, cycles: 6, leak: 2 * MB, work: 10);
        long[] saved = run.Cycles.Save();
        Assert.False(run.Cycles.TryLoad(saved.AsSpan(1)));
        Assert.False(run.Cycles.TryLoad([]));
        // A shorter memory keeps the last.
        var shorter = new TrackRun(Cycles with { Cycles = 3 });
        Assert.True(shorter.Cycles.TryLoad(saved));
        Assert.Equal(new CycleResidual(3, 2 * MB, 200_000), shorter.Cycles.Residual);
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            long[] broken = [.. saved];
            for (int i = random.Next(1, 4); i > 0; i--)
                broken[random.Next(broken.Length)] = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var other = new TrackRun(Any(seed));
            if (!other.Cycles.TryLoad(broken))
                continue;
            other.Mark(second);
            other.At(second + 5, 20 * MB);
            other.Mark(second + 10);
        }
    }

    private static CycleCondition Any(int seed)
    {
        var random = new Random(seed);
        int least = random.Next(2, 8);
        return Cycles with
        {
            MinCycles = least,
            Cycles = random.Next(least, CycleCondition.MostCycles + 1),
            Settle = TimeSpan.FromSeconds(random.Next(2) * random.Next(30)),
        };
    }

    // A mark, awake for a while, asleep again; the last cycle is ended by a mark too.
    private static double WakeAndSleep(TrackRun run, int cycles, ulong leak, ulong? work = null)
    {
        double second = CycleSeconds;
        for (ulong i = 0; i < (ulong)cycles; i++)
        {
            run.Mark(second, count: work * i);
            second = run.Hold(second, 20, (14 * MB) + (leak * i));
            second = run.Hold(second, 100, (545 * MB) + (leak * i));
            second = run.Hold(second, CycleSeconds - 120, (14 * MB) + (leak * (i + 1)));
        }

        run.Mark(second, count: work * (ulong)cycles);
        run.At(second, (14 * MB) + (leak * (ulong)cycles));
        return second + 5;
    }
}
