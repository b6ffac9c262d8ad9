using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class RuleKindsTests
{
    private const string Ladder = """
        [rule.r]
        on = "memory.current"
        levels = [
          { above = "80%", severity = "info" },
          { above = "90%", clear_below = "82%" },
          { above = "95%", severity = "critical" },
        ]

        """;

    [Fact]
    public void ALadderHasItsLevelsWithDefaults()
    {
        var condition = Assert.IsType<ThresholdCondition>(Rule(Ladder).Condition);
        Assert.Equal(
            [
                new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Info),
                new Level(Bound.OfShare(9000), Bound.OfShare(8200), Severity.Warning),
                new Level(Bound.OfShare(9500), Bound.OfShare(9000), Severity.Critical),
            ],
            condition.Levels);
    }

    [Fact]
    public void AnEventCountsOnceInFiveMinutesByDefault() => Assert.Equal(
        new EventCondition(EventSource.Counter, Metric.EventsHigh, 1, TimeSpan.FromMinutes(5)),
        Rule("[rule.r]\nkind='event'\non='memory.events.high'").Condition);

    [Fact]
    public void KillsBySystemdOomdAreACountOfTheirOwn() => Assert.Equal(
        "oomd_kill", Rule("[rule.r]\nkind='event'\non='oomd_kill'").Condition.On);

    [Fact]
    public void OomKillsAreThoseThatWereReported() => Assert.Equal(
        new EventCondition(EventSource.OomKill, Metric.EventsOomKill, 2, TimeSpan.FromHours(1)),
        Rule("[rule.r]\nkind='event'\non='memory.events.oom_kill'\ncount=2\nwithin='1h'").Condition);

    [Fact]
    public void PressureIsAShareOfTheTime() => Assert.Equal(
        new PressureCondition(true, Bound.OfShare(1250), Bound.OfShare(1000), TimeSpan.FromSeconds(30)),
        Rule("[rule.r]\nkind='pressure'\non='memory.pressure.full'\nabove='12.5%'\nclear_below='10%'\nwindow='30s'")
            .Condition);

    [Fact]
    public void TheTimeToTheLimitIsThatOfTheWorkingSetByDefault() => Assert.Equal(
        new TimeToLimitCondition(
            Metric.WorkingSet, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5),
            LimitFile.MemoryMax),
        Rule("[rule.r]\nkind='time-to-limit'\nbelow='10min'").Condition);

    [Fact]
    public void WhatAllKindsHaveInCommonIsRead()
    {
        Rule rule = Rule("""
            [rule.other]
            on = "pss"
            above = "1G"
            [rule.r]
            on = "pss"
            above = "1G"
            startup_grace = "1min"
            repeat_interval = "1h"
            inhibited_by = ["oth*"]
            labels = { team = "core" }
            annotations.runbook = "https://example.org/r"
            """, index: 1);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), (rule.StartupGrace, rule.RepeatInterval));
        Assert.Equal(["oth*"], rule.InhibitedBy);
        Assert.Equal([new Note("team", "core")], rule.Labels);
        Assert.Equal([new Note("runbook", "https://example.org/r")], rule.Annotations);
    }

    /// <summary>What is written reads back to the same, whatever the kind.</summary>
    [Theory]
    [InlineData(Ladder)]
    [InlineData("[rule.r]\non='pss'\nlevels=[{above='1G'}]")]
    [InlineData("[rule.r]\nkind='event'\non='memory.events.local.max'\ncount=7")]
    [InlineData("[rule.r]\nkind='pressure'\non='memory.pressure.some'\nabove='3%'")]
    [InlineData("[rule.r]\nkind='time-to-limit'\non='memory.current'\nbelow='1h'\nof='memory.high'")]
    [InlineData("[rule.r]\non='pss'\nabove='1G'\nlabels={a-b='x \"y\" z'}\nannotations={n='1'}\nrepeat_interval='1d'")]
    public void TheTextReadsBack(string file)
    {
        ConfigurationResult first = Read(file);
        Assert.Empty(first.Diagnostics);
        ConfigurationResult second = Read(ConfigurationText.Render(first.Configuration!));
        Assert.Empty(second.Diagnostics);
        Assert.Equivalent(first.Configuration, second.Configuration, strict: true);
    }

    [Theory]
    [InlineData("kind='treshold'\non='pss'\nabove='1G'", "2:6: error: kind is one of", "threshold")]
    [InlineData("kind='event'\non='memory.events.hi'", "3:4: error: on is one of", "memory.events.high")]
    [InlineData("kind='event'\non='memory.events.high'\nabove='1G'", "4:1: error: unknown key \"above\"", null)]
    [InlineData("kind='pressure'\non='memory.pressure.full'\nabove='1G'",
        "4:7: error: above is a share of the time", null)]
    [InlineData("kind='pressure'\non='memory.pressure.full'\nabove='1%'\nwindow='1s'",
        "5:8: error: window must be 2s", null)]
    [InlineData("kind='time-to-limit'", "1:7: error: [rule.r] needs \"below\"", null)]
    [InlineData("kind='time-to-limit'\nbelow='1h'\nclear_above='1min'", "4:13: error: clear_above is less", null)]
    [InlineData("on='pss'\nlevels=[{above='2G'},{above='1G'}]",
        "3:22: error: each level is above the one before", null)]
    [InlineData("on='pss'\nlevels=[{above='50%'},{above='1G'}]", "3:23: error: each level is above the one", null)]
    [InlineData("on='pss'\nabove='1G'\nlevels=[{above='1G'}]", "3:7: error: above stands in each of the levels", null)]
    [InlineData("on='pss'\nlevels=['1G']", "3:9: error: levels holds tables", null)]
    [InlineData("on='pss'\nlevels=[]", "3:8: error: levels is a list of one to eight tables", null)]
    [InlineData("on='pss'\nlevels=[{abov='1G'}]",
        "3:9: error: a level needs \"above\"", null)]
    [InlineData("on='pss'\nabove='1G'\ninhibited_by=['q']",
        "4:14: error: inhibited_by: no other rule is named \"q\"", null)]
    [InlineData("on='pss'\nabove='1G'\nlabels='x'", "4:8: error: labels is a table", null)]
    [InlineData("on='pss'\nabove='1G'\nlabels={'a b'='x'}", "4:9: error: a name is up to 64 letters", null)]
    [InlineData("on='pss'\nabove='1G'\nlabels={a=1}", "4:11: error: labels.a is a string of one line", null)]
    public void AnErrorHasItsPlaceAndWhatWasMeant(string keys, string error, string? suggestion)
    {
        ConfigurationResult result = Read("[rule.r]\n" + keys);
        Diagnostic first = result.Diagnostics[0];
        Assert.StartsWith("a.toml:" + error, first.ToString(), StringComparison.Ordinal);
        Assert.Equal(suggestion, first.Suggestion);
    }

    [Fact]
    public void RulesMayNotInhibitEachOtherInACircle()
    {
        ConfigurationResult result = Read("""
            [rule.a]
            on = "pss"
            above = "1G"
            inhibited_by = ["b"]
            [rule.b]
            on = "pss"
            above = "2G"
            inhibited_by = ["c", "a*"]
            [rule.c]
            on = "pss"
            above = "3G"
            """);
        Assert.Equal(
            [
                "a.toml:4:16: error: inhibited_by: the rule would inhibit itself, by way of others",
                "a.toml:8:16: error: inhibited_by: the rule would inhibit itself, by way of others",
            ],
            result.Diagnostics.Select(diagnostic => diagnostic.ToString().Split('\n')[0]));
    }

    private static Rule Rule(string file, int index = 0)
    {
        ConfigurationResult result = Read(file);
        Assert.Empty(result.Diagnostics);
        return result.Configuration!.Rules[index];
    }
}
