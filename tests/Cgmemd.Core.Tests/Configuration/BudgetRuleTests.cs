using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class BudgetRuleTests
{
    private const string Tier = """
        [rule.tier]
        kind = "budget"
        units = ["web-*.service", "php-fpm.service"]
        on = "memory.current"

        """;

    [Fact]
    public void ABudgetIsOfBytesOrOfTheHostsMemory()
    {
        var condition = Assert.IsType<BudgetCondition>(Rule(Tier + "above = '4G'").Condition);
        Assert.Equal(Metric.MemoryCurrent, condition.Metric);
        Assert.Equal(
            [new Level(Bound.OfBytes(4UL << 30), Bound.OfBytes((ulong)((4UL << 30) * 0.95)), Severity.Warning)],
            condition.Levels);
        condition = Assert.IsType<BudgetCondition>(Rule(
            Tier + "levels = [{ above = '30%' }, { above = '50%', severity = 'critical' }]").Condition);
        Assert.Equal([Bound.OfShare(3000), Bound.OfShare(5000)], condition.Levels.Select(level => level.Above));
        Assert.Equal("memory.current of its units together > 30% of the host's memory, 50% of the host's memory",
            ConditionText.Summary(condition));
    }

    [Theory]
    [InlineData("kind='budget'\non='memory.current'\nabove='1G'", "[rule.r] needs \"units\"")]
    [InlineData("kind='budget'\nunits=['a.service']\nabove='1G'", "[rule.r] needs \"on\"")]
    [InlineData("kind='budget'\nunits=['a.service']\non='memory.current'", "[rule.r] needs \"above\"")]
    [InlineData("kind='budget'\nunits=['a.service']\non='pss'\nabove='1G'", "on is one of")]
    [InlineData("kind='budget'\nunits=['a.service']\non='memory.current'\nabove='1G'\nof='memory.max'",
        "unknown key \"of\"")]
    [InlineData("kind='budget'\nunits=['a.service']\non='memory.current'\nabove='1G'\nstartup_grace='1min'",
        "start at different times")]
    [InlineData("kind='budget'\nunits=['a.service']\non='memory.current'\nabove='1G'\nactions=[{enforce='1G'}]",
        "actions: enforce is for rules on single units")]
    [InlineData("kind='budget'\nunits=['web.slice', 'web-a.slice']\non='memory.current'\nabove='1G'",
        "web-a.slice is in web.slice, and would be counted twice")]
    [InlineData("kind='budget'\nunits=['x.service', '-.slice']\non='memory.current'\nabove='1G'",
        "x.service is in -.slice, and would be counted twice")]
    [InlineData("kind='budget'\nunits=['/a/b', '/a']\non='memory.current'\nabove='1G'",
        "/a/b is in /a, and would be counted twice")]
    public void WhatABudgetCannotHaveIsAnError(string rule, string message) =>
        Assert.Contains(message, Error("[rule.r]\n" + rule), StringComparison.Ordinal);

    [Fact]
    public void ABudgetNeitherInhibitsNorIsInhibited()
    {
        const string Other = "\n[rule.o]\non='memory.current'\nabove='1G'\n";
        Assert.Contains("of no one unit that another rule could fire for",
            Error(Tier + "above='4G'\ninhibited_by=['o']" + Other), StringComparison.Ordinal);
        Assert.Contains("tier is a budget, whose alert is of no one unit",
            Error(Tier + "above='4G'" + Other + "inhibited_by=['tier']"), StringComparison.Ordinal);
        // With a glob it may be meant for others.
        Assert.NotNull(Read(Tier + "above='4G'" + Other
            + "inhibited_by=['t*']\n[rule.t2]\non='memory.current'\nabove='2G'").Configuration);
    }

    [Fact]
    public void PatternsMayMeetWhereTheUnitsAreKnownOnlyAsTheyRun() =>
        Assert.NotNull(Read("[rule.r]\nkind='budget'\nunits=['*.slice', 'a.service']\non='memory.current'\nabove='1G'")
            .Configuration);

    [Fact]
    public void ItIsWrittenAsItIsRead()
    {
        ConfigurationResult read = Read(Tier + "levels = [{ above = '30%' }, { above = '50%' }]\nfor='1min'");
        string text = ConfigurationText.Render(read.Configuration!);
        var again = Assert.IsType<BudgetCondition>(Assert.Single(Read(text).Configuration!.Rules).Condition);
        Assert.Equal(((BudgetCondition)read.Configuration!.Rules[0].Condition).Levels, again.Levels);
    }

    private static Rule Rule(string text) => Assert.Single(Read(text).Configuration!.Rules);

    private static string Error(string text) => string.Join('\n', Read(text).Diagnostics);
}
