using Cgmemd.Core.Captures;

namespace Cgmemd.Core.Tests.Captures;

public sealed class CaptureLedgerTests
{
    private static readonly TimeSpan Cooldown = TimeSpan.FromMinutes(10);
    private const long Minute = 60_000_000;

    [Fact]
    public void A_cooldown_is_of_one_rule_and_one_unit()
    {
        var ledger = new CaptureLedger([]);
        ledger.Add("a.service", "near-limit", 1 * Minute);
        Assert.Equal(TimeSpan.FromMinutes(7), ledger.CooldownLeft("a.service", "near-limit", Cooldown, 4 * Minute));
        Assert.Equal(TimeSpan.Zero, ledger.CooldownLeft("a.service", "near-limit", Cooldown, 11 * Minute));
        Assert.Equal(TimeSpan.Zero, ledger.CooldownLeft("b.service", "near-limit", Cooldown, 2 * Minute));
        Assert.Equal(TimeSpan.Zero, ledger.CooldownLeft("a.service", "other", Cooldown, 2 * Minute));
    }

    [Fact]
    public void It_survives_a_restart_through_its_entries()
    {
        var before = new CaptureLedger([]);
        before.Add("a.service", "near-limit", 1 * Minute);
        var after = new CaptureLedger(before.Entries);
        Assert.Equal(TimeSpan.FromMinutes(9), after.CooldownLeft("a.service", "near-limit", Cooldown, 2 * Minute));
    }

    [Fact]
    public void A_clock_set_back_holds_no_capture_up()
    {
        var ledger = new CaptureLedger([]);
        ledger.Add("a.service", "near-limit", 1_000 * Minute);
        Assert.Equal(TimeSpan.Zero, ledger.CooldownLeft("a.service", "near-limit", Cooldown, 5 * Minute));
        ledger.Add("a.service", "near-limit", 5 * Minute);
        Assert.Equal(TimeSpan.FromMinutes(9), ledger.CooldownLeft("a.service", "near-limit", Cooldown, 6 * Minute));
    }

    [Fact]
    public void It_is_bounded()
    {
        var ledger = new CaptureLedger([]);
        for (int i = 0; i < 3 * CaptureLedger.MaxEntries; i++)
            ledger.Add($"u{i}.service", "r", i);
        Assert.Equal(CaptureLedger.MaxEntries, ledger.Entries.Count);
    }
}
