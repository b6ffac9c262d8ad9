using Cgmemd.Core.Actions;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Actions;

/// <summary>
/// Alerts of many units at random times, restarts in between, and a clock that is set back: whatever the order, what
/// really was done never exceeds a limit in any window of real time.
/// </summary>
public sealed class ActionSimulationTests
{
    private const long Second = 1_000_000;

    private readonly List<(long AtUs, string Unit, string Rule)> _done = [];
    private readonly List<ActionEntry> _waiting = [];
    private ActionLedger _ledger = new();
    private long _clockUs = 500_000 * 3_600 * Second;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_limit_is_ever_exceeded(int seed)
    {
        var random = new Random(seed);
        ActionOptions host = new(
            random.Next(1, 30), TimeSpan.FromSeconds(random.Next(60, 7_200)), TimeSpan.FromSeconds(random.Next(0, 60)));
        Rule[] rules = [MakeRule("r0", random), MakeRule("r1", random), MakeRule("r2", random)];
        int asked = 0;
        for (long nowUs = 10 * Second; nowUs < 40_000 * Second; nowUs += random.Next(1, 60) * Second)
        {
            Do(nowUs, random);
            Disturb(random, nowUs);
            for (int i = random.Next(0, 4); i > 0; i--, asked++)
                Ask($"u{random.Next(5)}.service", rules[random.Next(3)], (uint)asked, host, nowUs);
        }

        Assert.NotEmpty(_done);
        AssertWithin(host.Window, host.MaxPerHost, _ => true);
        AssertApart(host.MinInterval, _ => true);
        foreach (Rule rule in rules)
        {
            for (int unit = 0; unit < 5; unit++)
            {
                string name = $"u{unit}.service";
                AssertWithin(rule.Limits.Window, rule.Limits.Limit, IsOf);
                AssertApart(rule.Limits.Cooldown, IsOf);

                bool IsOf((long AtUs, string Unit, string Rule) done) => done.Unit == name && done.Rule == rule.Name;
            }
        }
    }

    public static TheoryData<int> Seeds()
    {
        var seeds = new TheoryData<int>();
        for (int seed = 0; seed < 60; seed++)
            seeds.Add(seed);
        return seeds;
    }

    private void Ask(string unit, Rule rule, uint episode, ActionOptions host, long nowUs)
    {
        ActionVerdict verdict = ActionBudget.Decide(_ledger, unit, rule, episode, host, nowUs);
        if (verdict.AtUs is not { } atUs)
        {
            Assert.NotEmpty(verdict.Reason);
            return;
        }

        Assert.True(atUs >= nowUs);
        _waiting.Add(_ledger.Add(unit, rule.Name, atUs));
    }

    // What is due is done, but for some whose condition has passed.
    private void Do(long nowUs, Random random)
    {
        _waiting.Sort((a, b) => a.TimeUs.CompareTo(b.TimeUs));
        while (_waiting.Count > 0 && _waiting[0].TimeUs <= nowUs)
        {
            ActionEntry due = _waiting[0];
            _waiting.RemoveAt(0);
            if (random.Next(5) == 0)
                _ledger.Remove(due.Number);
            else
                _done.Add((due.TimeUs, due.Unit, due.Rule));
        }
    }

    // A restart: what waits is given up, the ledger is saved and loaded. The host's clock may be set back before the
    // save, or while the daemon is away; it always goes on otherwise.
    private void Disturb(Random random, long nowUs)
    {
        long realtimeUs = _clockUs + nowUs;
        if (random.Next(100) == 0)
            _clockUs -= random.Next(1, 100_000) * Second;
        if (random.Next(20) != 0)
            return;
        foreach (ActionEntry entry in _waiting)
            _ledger.Remove(entry.Number);
        _waiting.Clear();
        ActionState saved = _ledger.Save(realtimeUs, nowUs);
        _ledger = new ActionLedger(saved, _clockUs + nowUs, nowUs);
    }

    private void AssertWithin(TimeSpan window, int limit, Predicate<(long AtUs, string Unit, string Rule)> which)
    {
        long[] times = Times(which);
        for (int i = limit; i < times.Length; i++)
            Assert.True(times[i] - times[i - limit] >= (long)window.TotalMicroseconds, $"{limit + 1} within {window}");
    }

    private void AssertApart(TimeSpan pause, Predicate<(long AtUs, string Unit, string Rule)> which)
    {
        long[] times = Times(which);
        for (int i = 1; i < times.Length; i++)
            Assert.True(times[i] - times[i - 1] >= (long)pause.TotalMicroseconds, $"two within {pause}");
    }

    private long[] Times(Predicate<(long AtUs, string Unit, string Rule)> which) =>
        [.. _done.FindAll(which).ConvertAll(done => done.AtUs).Order()];

    private static Rule MakeRule(string name, Random random) => new(name, ["*"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfShare(8_000), Bound.OfShare(7_500), Severity.Warning)],
        LimitFile.MemoryMax))
    {
        Limits = new ActionLimits(
            TimeSpan.FromSeconds(random.Next(0, 1_200)), random.Next(1, 6),
            TimeSpan.FromSeconds(random.Next(60, 7_200)), TimeSpan.FromSeconds(random.Next(0, 120))),
    };
}
