using Cgmemd.Core.Actions;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Actions;

public sealed class ActionBudgetTests
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    private static readonly ActionOptions Host = ActionOptions.Default;

    [Fact]
    public void The_first_is_admitted_at_once()
    {
        ActionVerdict verdict = ActionBudget.Decide(new ActionLedger(), "a.service", Make("r"), 1, Host, Hour);
        Assert.Equal(Hour, verdict.AtUs);
    }

    [Fact]
    public void A_cooldown_is_of_one_rule_and_one_unit_and_says_how_long()
    {
        var ledger = new ActionLedger();
        ledger.Add("a.service", "r", Hour);
        ActionVerdict refused = Decide(ledger, "a.service", "r", Hour + (7 * Minute));
        Assert.Null(refused.AtUs);
        Assert.Equal("cooldown: 3min left of action_cooldown", refused.Reason);
        Assert.NotNull(Decide(ledger, "b.service", "r", Hour + (7 * Minute)).AtUs);
        Assert.NotNull(Decide(ledger, "a.service", "other", Hour + (7 * Minute)).AtUs);
        Assert.NotNull(Decide(ledger, "a.service", "r", Hour + (10 * Minute)).AtUs);
    }

    [Fact]
    public void The_fourth_within_the_window_is_refused()
    {
        var ledger = new ActionLedger();
        for (int i = 0; i < 3; i++)
            ledger.Add("a.service", "r", Hour + (i * 15 * Minute));
        ActionVerdict refused = Decide(ledger, "a.service", "r", Hour + (45 * Minute));
        Assert.Null(refused.AtUs);
        Assert.Equal("limit: done 3 times within 1h, and action_limit is 3", refused.Reason);
        Assert.NotNull(Decide(ledger, "a.service", "r", Hour + (60 * Minute)).AtUs);
    }

    [Fact]
    public void The_host_has_a_limit_over_all_units()
    {
        var ledger = new ActionLedger();
        for (int i = 0; i < 10; i++)
            ledger.Add($"u{i}.service", "r", Hour + (i * Minute));
        ActionVerdict refused = Decide(ledger, "new.service", "r", Hour + (20 * Minute));
        Assert.Null(refused.AtUs);
        Assert.StartsWith("limit of the host: done 10 times within 1h", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_too_soon_after_another_is_put_off_and_too_many_are_refused()
    {
        var ledger = new ActionLedger();
        ActionOptions many = Host with { MaxPerHost = 200 };
        for (int i = 0; i <= 30; i++)
        {
            ActionVerdict verdict = ActionBudget.Decide(ledger, $"u{i}.service", Make("r"), 1, many, Hour);
            Assert.Equal(Hour + (i * 10 * Second), verdict.AtUs);
            ledger.Add($"u{i}.service", "r", verdict.AtUs!.Value);
        }

        ActionVerdict refused = ActionBudget.Decide(ledger, "last.service", Make("r"), 1, many, Hour);
        Assert.Null(refused.AtUs);
        Assert.Contains("min_interval", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Jitter_is_the_same_for_one_alert_and_spread_over_many()
    {
        TimeSpan most = TimeSpan.FromSeconds(60);
        Assert.Equal(
            ActionBudget.Jitter("a.service", "r", 1, most), ActionBudget.Jitter("a.service", "r", 1, most));
        Assert.Equal(0, ActionBudget.Jitter("a.service", "r", 1, TimeSpan.Zero));
        int[] quarters = new int[4];
        for (uint i = 0; i < 4_000; i++)
        {
            long jitter = ActionBudget.Jitter($"worker@{i % 40}.service", "r", i / 40, most);
            Assert.InRange(jitter, 0, 60 * Second);
            quarters[Math.Min(3, jitter / (15 * Second))]++;
        }

        Assert.All(quarters, count => Assert.InRange(count, 800, 1_200));
    }

    [Fact]
    public void What_was_struck_out_counts_no_more()
    {
        var ledger = new ActionLedger();
        ActionEntry entry = ledger.Add("a.service", "r", Hour);
        ledger.Remove(entry.Number);
        Assert.NotNull(Decide(ledger, "a.service", "r", Hour).AtUs);
        Assert.NotEqual(entry.Number, ledger.Add("a.service", "r", Hour).Number);
    }

    [Fact]
    public void A_full_ledger_admits_nothing_and_forgets_what_is_old()
    {
        var ledger = new ActionLedger();
        for (int i = 0; i < ActionLedger.MaxEntries; i++)
            ledger.Add($"u{i}.service", "r", i);
        Assert.StartsWith("budget:", Decide(ledger, "a.service", "r", Hour).Reason, StringComparison.Ordinal);
        Assert.NotNull(Decide(ledger, "a.service", "r", 8 * 24 * Hour).AtUs);
        Assert.Empty(ledger.Entries);
    }

    [Fact]
    public void Over_a_restart_what_lies_in_the_future_was_done_just_now()
    {
        var before = new ActionLedger();
        before.Add("a.service", "r", Hour);
        ActionState saved = before.Save(realtimeUs: 1_000 * Hour, nowUs: Hour);
        Assert.Equal(1_000 * Hour, Assert.Single(saved.Entries).TimeUs);
        // The same boot two minutes later; then one whose clock is a day behind.
        var after = new ActionLedger(saved, (1_000 * Hour) + (2 * Minute), Hour + (2 * Minute));
        Assert.Equal(Hour, Assert.Single(after.Entries).TimeUs);
        var behind = new ActionLedger(saved, 976 * Hour, 5 * Second);
        Assert.Equal(5 * Second, Assert.Single(behind.Entries).TimeUs);
        Assert.Equal(1ul, behind.LastNumber);
    }

    private static ActionVerdict Decide(ActionLedger ledger, string unit, string rule, long nowUs) =>
        ActionBudget.Decide(ledger, unit, Make(rule), 1, Host, nowUs);

    private static Rule Make(string name) => new(name, ["*"], new ThresholdCondition(
        Metric.MemoryCurrent, [new Level(Bound.OfShare(8_000), Bound.OfShare(7_500), Severity.Warning)],
        LimitFile.MemoryMax));
}
