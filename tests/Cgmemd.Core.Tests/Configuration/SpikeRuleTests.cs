using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

/// <summary>Rules of the kinds spike and cycle, as files have them.</summary>
public sealed class SpikeRuleTests
{
    private const ulong MiB = 1 << 20;

    [Fact]
    public void A_spike_needs_its_rise_alone() => Assert.Equal(
        new SpikeCondition(
            Metric.Anon, new SpikeBaseline(BaselineKind.Settled), Bound.OfBytes(100 * MiB), Bound.OfBytes(50 * MiB))
        {
            NewPeak = Bound.OfBytes(100 * MiB),
            Noise = Bound.OfBytes(10 * MiB),
            Settle = TimeSpan.FromMinutes(5),
            ReturnWithin = TimeSpan.FromMinutes(15),
            Window = TimeSpan.FromHours(1),
        },
        Condition("kind='spike'\nrise='100M'"));

    [Fact]
    public void Every_key_of_a_spike_is_bound() => Assert.Equal(
        new SpikeCondition(
            Metric.Pss, new SpikeBaseline(BaselineKind.Rolling), Bound.OfShare(5000), Bound.OfShare(3000))
        {
            NewPeak = Bound.OfBytes(20 * MiB),
            Noise = Bound.OfShare(100),
            Settle = TimeSpan.FromMinutes(20),
            ReturnWithin = TimeSpan.FromMinutes(30),
            Window = TimeSpan.FromMinutes(30),
        },
        Condition("""
            kind = "spike"
            on = "pss"
            baseline = "rolling"
            window = "30min"
            rise = "50%"
            rearm = "30%"
            new_peak = "20M"
            noise = "1%"
            settle = "20min"
            return_within = "30min"
            """));

    [Fact]
    public void A_baseline_may_be_a_size() => Assert.Equal(
        new SpikeBaseline(BaselineKind.Fixed, 64 * MiB),
        Assert.IsType<SpikeCondition>(Condition("kind='spike'\nbaseline='64M'\nrise='1%'")).Baseline);

    [Fact]
    public void What_takes_long_to_settle_has_long_to_return() => Assert.Equal(
        TimeSpan.FromHours(1),
        Assert.IsType<SpikeCondition>(Condition("kind='spike'\nrise='1M'\nsettle='1h'")).ReturnWithin);

    [Fact]
    public void A_cycle_needs_its_mark_and_a_size() => Assert.Equal(
        new CycleCondition(Metric.Anon, "cycle-end*", 1_000_000, 950_000, 3, 20, TimeSpan.Zero),
        Condition("kind='cycle'\nmark='cycle-end*'\nabove='1000000B'"));

    [Fact]
    public void Every_key_of_a_cycle_is_bound() => Assert.Equal(
        new CycleCondition(Metric.WorkingSet, "x", 2 * MiB, MiB, 30, 40, TimeSpan.FromSeconds(30)),
        Condition("""
            kind = "cycle"
            on = "working_set"
            mark = "x"
            above = "2M"
            clear_below = "1M"
            min_cycles = 30
            cycles = 40
            settle = "30s"
            """));

    [Theory]
    [InlineData("", "1:7", "[rule.r] needs \"rise\"", null)]
    [InlineData("ries='1M'\nrise='2M'", "3:1", "unknown key \"ries\" in [rule.r]", "rise")]
    [InlineData("rise=100", "3:6", "rise takes a share or a size with a unit", "100%")]
    [InlineData("rise='0'", "3:6", "rise must be more than 0", null)]
    [InlineData("rise='1M'\nrearm='0%'", "4:7", "rearm must be more than 0", null)]
    [InlineData("rise='1M'\nrearm='2M'", "4:7", "rearm is more than rise (a.toml:3:6)", null)]
    [InlineData("rise='1M'\nrearm='1%'", "4:7", "rearm is a share, but rise is a size (a.toml:3:6)", null)]
    [InlineData("rise='1M'\nnew_peak='0'", "4:10", "new_peak must be more than 0", null)]
    [InlineData("rise='1M'\nbaseline='setled'", "4:10",
        "baseline is \"settled\", \"rolling\" or a size such as \"512M\", not \"setled\"", "settled")]
    [InlineData("rise='1M'\nbaseline=64", "4:10", "baseline is \"settled\", \"rolling\" or a size such as \"512M\", "
        + "not an integer", null)]
    [InlineData("baseline='0'\nrise='1%'", "4:6", "rise is a share, but the baseline is 0", null)]
    [InlineData("rise='1M'\nwindow='1h'", "4:8", "window is that of a rolling baseline", null)]
    [InlineData("rise='1M'\nbaseline='rolling'\nwindow='59s'", "5:8", "window must be 1min or more", null)]
    [InlineData("rise='1M'\nsettle='9s'", "4:8", "settle must be 10s or more", null)]
    [InlineData("rise='1M'\nsettle='5'", "4:8", "settle takes a time with a unit", "5s")]
    [InlineData("rise='1M'\nreturn_within='4min'", "4:15", "return_within is less than settle", null)]
    [InlineData("rise='1M'\nmin_cycles=3", "4:1", "unknown key \"min_cycles\" in [rule.r]", null)]
    public void What_is_wrong_in_a_spike_is_told_in_its_place(
        string lines, string place, string message, string? suggestion) =>
        AssertRefused("spike", lines, place, message, suggestion);

    [Theory]
    [InlineData("above='1M'", "1:7", "[rule.r] needs \"mark\"", null)]
    [InlineData("mark='x'", "1:7", "[rule.r] needs \"above\"", null)]
    [InlineData("mark=''\nabove='1M'", "3:6", "mark is empty", null)]
    [InlineData("mark=['x']\nabove='1M'", "3:6", "mark takes a string, not", null)]
    [InlineData("mark='x'\nabove='1%'", "4:7", "above is a size for each cycle here, such as \"1M\"", null)]
    [InlineData("mark='x'\nabove='1M'\nclear_below='2M'", "5:13", "clear_below is more than above", null)]
    [InlineData("mark='x'\nabove='1M'\nclear_bellow='1K'", "5:1", "unknown key \"clear_bellow\"", "clear_below")]
    [InlineData("mark='x'\nabove='1M'\nmin_cycles=1", "5:12", "min_cycles must be 2 to 50", null)]
    [InlineData("mark='x'\nabove='1M'\nmin_cycles=51", "5:12", "min_cycles must be 2 to 50", null)]
    [InlineData("mark='x'\nabove='1M'\nmin_cycles='3'", "5:12", "min_cycles takes a number without quotes", null)]
    [InlineData("mark='x'\nabove='1M'\ncycles=51", "5:8", "cycles must be 50 at most", null)]
    [InlineData("mark='x'\nabove='1M'\ncycles=2", "5:8", "cycles is less than min_cycles (3)", null)]
    [InlineData("mark='x'\nabove='1M'\nrise='1M'", "5:1", "unknown key \"rise\" in [rule.r]", null)]
    public void What_is_wrong_in_a_cycle_is_told_in_its_place(
        string lines, string place, string message, string? suggestion) =>
        AssertRefused("cycle", lines, place, message, suggestion);

    [Fact]
    public void A_kind_is_suggested()
    {
        Diagnostic error = Read("[rule.r]\nkind='spikes'\non='pss'\nabove='1M'").Diagnostics[0];
        Assert.StartsWith("a.toml:2:6: error: kind is one of", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("spike", error.Suggestion);
    }

    [Theory]
    [InlineData("kind='spike'\nrise='100M'")]
    [InlineData("kind='spike'\nrise='50%'\nbaseline='rolling'\nwindow='2h'\nnew_peak='1G'\nnoise='0'\nsettle='1h'")]
    [InlineData("kind='spike'\nrise='1B'\nbaseline='0'\nreturn_within='1d'\non='memory.current'")]
    [InlineData("kind='cycle'\nmark='\"*'\nabove='1B'")]
    [InlineData("kind='cycle'\nmark='é'\nabove='1G'\nclear_below='7B'\nmin_cycles=50\nsettle='3s'\non='pss'")]
    public void What_is_written_reads_back_to_the_same(string lines)
    {
        ConfigurationResult result = Read("[rule.r]\n" + lines);
        Assert.Empty(result.Diagnostics);
        foreach (var merged in new[] { null, result.Merged })
        {
            ConfigurationResult back = Read(ConfigurationText.Render(result.Configuration!, merged));
            Assert.Empty(back.Diagnostics);
            Assert.Equivalent(result.Configuration, back.Configuration, strict: true);
        }
    }

    private static Condition Condition(string lines)
    {
        ConfigurationResult result = Read("[rule.r]\n" + lines);
        Assert.Empty(result.Diagnostics);
        return result.Configuration!.Rules[0].Condition;
    }

    private static void AssertRefused(string kind, string lines, string place, string message, string? suggestion)
    {
        ConfigurationResult result = Read($"[rule.r]\nkind='{kind}'\n{lines}");
        Diagnostic error = Assert.Single(result.Diagnostics);
        Assert.StartsWith($"a.toml:{place}: error: {message}", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Null(result.Configuration);
    }
}
