using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void WithoutAFileTheDefaultsHold() =>
        Assert.Equivalent(Core.Configuration.Configuration.Default, Read().Configuration, strict: true);

    [Fact]
    public void EveryKeyIsBound()
    {
        var configuration = Read("""
            sampling = { interval = "2s", min_interval = "50ms" }
            [pss]
            enabled = false
            interval = "1min"
            share = "1.25%"
            target_share = "0.05%"
            [journal]
            usage_interval = "infinity"
            [history]
            enabled = false
            full_retention = "1d"
            minute_retention = "1w"
            hour_retention = "5y"
            max_bytes = "1G"
            keep_free = "0"
            [captures]
            max_count = 3
            max_bytes = "1048576"
            keep_free = "0"
            cooldown = "0"
            before_oomd_kill = "1min"
            [breakdown]
            redact = ["/srv/clients/*", "memfd:x", "anon:y*"]
            [watch.a-b_C]
            units = ["x@*.service"]
            slices = ["system.slice"]
            cgroups = ["/kubepods.slice/*"]
            exclude = []
            [rule.r]
            units = ["x.service"]
            on = "pss"
            above = "1G"
            clear_below = "512M"
            of = "memory.high"
            for = "30s"
            keep_firing_for = "1min"
            severity = "critical"
            actions = ["log", "capture"]
            dry_run = false
            summary = "too much"
            """).Configuration;
        Assert.Equivalent(
            new Core.Configuration.Configuration(
                new SamplingOptions(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50)),
                new PssOptions(false, TimeSpan.FromMinutes(1), Bound.OfShare(125), Bound.OfShare(5)),
                new JournalOptions(TimeSpan.Zero),
                new HistoryOptions(
                    false, TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(1826.25), 1 << 30, 0),
                new CaptureOptions(3, 1 << 20, 0, TimeSpan.Zero) { BeforeOomdKill = TimeSpan.FromMinutes(1) },
                ActionOptions.Default,
                new BreakdownOptions(["/srv/clients/*", "memfd:x", "anon:y*"]),
                [new Watch("a-b_C", ["x@*.service"], ["system.slice"], ["/kubepods.slice/*"], [])],
                [
                    new Rule("r", ["x.service"], new ThresholdCondition(
                        Metric.Pss, [new Level(Bound.OfBytes(1 << 30), Bound.OfBytes(1 << 29), Severity.Critical)],
                        LimitFile.MemoryHigh))
                    {
                        For = TimeSpan.FromSeconds(30),
                        KeepFiringFor = TimeSpan.FromMinutes(1),
                        Severity = Severity.Critical,
                        Actions = [new CaptureAction()],
                        DryRun = false,
                        Summary = "too much",
                    },
                ]),
            configuration, strict: true);
    }

    [Fact]
    public void ARuleNeedsOnAndAboveAlone() => Assert.Equivalent(
        new Rule("r", ["*"], new ThresholdCondition(
            Metric.MemoryCurrent, [new Level(Bound.OfShare(8000), Bound.OfShare(7500), Severity.Warning)],
            LimitFile.MemoryMax)),
        Assert.Single(Read("[rule.r]\non='memory.current'\nabove='80%'").Configuration!.Rules), strict: true);

    [Theory]
    [InlineData("80%", "75%")]
    [InlineData("12.34%", "7.34%")]
    [InlineData("5%", "4.75%")]
    [InlineData("0.01%", "0.01%")]
    [InlineData("1000B", "950")]
    [InlineData("1B", "1")]
    [InlineData("100000", "95000")]
    public void ClearBelowHasADefault(string above, string clearBelow) => Assert.Equal(clearBelow,
        Threshold(Read($"[rule.r]\non='pss'\nabove='{above}'")).Levels[0].ClearBelow.ToString());

    [Fact]
    public void ALaterFileOverridesKeyByKey()
    {
        ConfigurationResult result = Read(
            "[rule.r]\non='pss'\nabove='80%'\nunits=['a', 'b']\n[rule.s]\non='pss'\nabove='1G'",
            "[rule.r]\nabove='90%'\nunits=['c']\n[watch.w]\nunits=['*']");
        Rule rule = result.Configuration!.Rules[0];
        ThresholdCondition threshold = Threshold(result);
        Assert.Equal((Metric.Pss, Bound.OfShare(9000)), (threshold.Metric, threshold.Levels[0].Above));
        Assert.Equal(["c"], rule.Units);
        Assert.Equal(["r", "s"], result.Configuration.Rules.Select(r => r.Name));
        Assert.Equal(["a.toml", "b.toml"], result.Files);
    }

    [Theory]
    [InlineData("[samplin]", "a.toml:1:2: error: unknown key \"samplin\" in the file", "sampling")]
    [InlineData("[sampling]\nintervall='5s'", "a.toml:2:1: error: unknown key \"intervall\" in [sampling]", "interval")]
    [InlineData("[rule.r]\non='pss'\nabove='1G'\nunit=['a']", "a.toml:4:1: error: unknown key \"unit\"", "units")]
    [InlineData("[sampling]\ninterval=5", "a.toml:2:10: error: interval takes a time with a unit", "5s")]
    [InlineData("[sampling]\ninterval='5'", "a.toml:2:10: error: interval takes a time with a unit", "5s")]
    [InlineData("[sampling]\ninterval='5x'", "a.toml:2:10: error: \"5x\" is no time span", null)]
    [InlineData("[sampling]\ninterval='infinity'", "a.toml:2:10: error: interval must be finite", null)]
    [InlineData("[sampling]\ninterval='0'", "a.toml:2:10: error: interval must be more than 0", null)]
    [InlineData("[sampling]\nmin_interval='9ms'", "a.toml:2:14: error: min_interval must be 10ms or more", null)]
    [InlineData("[sampling]\ninterval='2y'", "a.toml:2:10: error: interval must be 1y at most", null)]
    [InlineData("[sampling]\nmin_interval='6s'", "a.toml:2:14: error: min_interval (6s) is more than interval", null)]
    [InlineData("\"\\u001B[2J\" = 1", "a.toml:1:1: error: unknown key \"\uFFFD[2J\"", null)]
    [InlineData("[sampling]\ninterval='50ms'", "a.toml:2:10: error: min_interval (100ms) is more than interval", null)]
    [InlineData("sampling=1", "a.toml:1:10: error: sampling is a table: write [sampling]", null)]
    [InlineData("[pss]\nenabled='yes'", "a.toml:2:9: error: enabled takes true or false, not a string", null)]
    [InlineData("[captures]\nmax_bytes=8", "a.toml:2:11: error: max_bytes takes a size with a unit", null)]
    [InlineData("[captures]\nmax_bytes='8GB'", "a.toml:2:11: error: \"8GB\" is no size", null)]
    [InlineData("[pss]\nshare=0.5", "a.toml:2:7: error: share takes a share with its sign, such as \"0.5%\"", "0.5%")]
    [InlineData("[pss]\nshare='1'", "a.toml:2:7: error: share takes a share with its sign", "1%")]
    [InlineData("[pss]\nshare='1G'", "a.toml:2:7: error: \"1G\" is no share: write it as \"0.5%\"", null)]
    [InlineData("[pss]\nshare='0.001%'", "a.toml:2:7: error: \"0.001%\" is no share", null)]
    [InlineData("[pss]\nshare='0%'", "a.toml:2:7: error: share must be 0.01% to 10%", null)]
    [InlineData("[pss]\ntarget_share='11%'", "a.toml:2:14: error: target_share must be 0.01% to 10%", null)]
    [InlineData("[pss]\nshare=[]", "a.toml:2:7: error: share takes a share in quotes", null)]
    [InlineData("[pss]\nbudget='20ms'", "a.toml:2:1: error: unknown key \"budget\" in [pss]", "share")]
    [InlineData(
        "[pss]\nmax_process_size='8G'", "a.toml:2:1: error: unknown key \"max_process_size\" in [pss]", "target_share")]
    [InlineData("[history]\nenabeld=false", "a.toml:2:1: error: unknown key \"enabeld\" in [history]", "enabled")]
    [InlineData("[history]\nenabled='no'", "a.toml:2:9: error: enabled takes true or false, not a string", null)]
    [InlineData("[history]\nfull_retention=2", "a.toml:2:16: error: full_retention takes a time with a unit", "2s")]
    [InlineData("[history]\nfull_retention='59min'", "a.toml:2:16: error: full_retention must be 1h or more", null)]
    [InlineData("[history]\nhour_retention='11y'", "a.toml:2:16: error: hour_retention must be 10y at most", null)]
    [InlineData("[history]\nmax_bytes='1M'", "a.toml:2:11: error: max_bytes must be 32M or more", "32M")]
    [InlineData("[history]\nmax_bytes=512", "a.toml:2:11: error: max_bytes takes a size with a unit", null)]
    [InlineData("[history]\nkeep_free='-1'", "a.toml:2:11: error: \"-1\" is no size", null)]
    [InlineData("[history]\nfull_retention='31d'",
        "a.toml:2:16: error: minute_retention (30d) is less than full_retention (31d)", null)]
    [InlineData("[captures]\nmax_count=0", "a.toml:2:11: error: max_count must be 1 or more", null)]
    [InlineData("[captures]\nmax_count='3'", "a.toml:2:11: error: max_count takes a number without quotes", null)]
    [InlineData("[breakdown]\nredact='/srv/*'", "a.toml:2:8: error: redact takes a list of strings", null)]
    [InlineData("[breakdown]\nredact=['/a', '']", "a.toml:2:15: error: redact takes strings that are not empty", null)]
    [InlineData("[breakdown]\nredact=['srv/*']", "a.toml:2:9: error: redact takes paths from their slash on", null)]
    [InlineData("[breakdown]\nredact=['/']", "a.toml:2:9: error: redact takes paths from their slash on", null)]
    [InlineData("[breakdown]\nredact=['memfd:']", "a.toml:2:9: error: redact takes paths from their slash on", null)]
    [InlineData("[breakdown]\nredakt=[]", "a.toml:2:1: error: unknown key \"redakt\" in [breakdown]", "redact")]
    [InlineData("[watch.w]\nunits=[]", "a.toml:2:7: error: units is empty", null)]
    [InlineData("[watch.w]\nunits='*'", "a.toml:2:7: error: units takes a list of strings", null)]
    [InlineData("[watch.w]\nunits=['a', '']", "a.toml:2:13: error: units takes strings that are not empty", null)]
    [InlineData("[watch.w]", "a.toml:1:8: error: [watch.w] needs units, slices or cgroups", null)]
    [InlineData("[watch.w]\nslices=['x']", "a.toml:2:9: error: a slice ends in .slice", null)]
    [InlineData("[watch.w]\ncgroups=['x']", "a.toml:2:10: error: a cgroup is a path", null)]
    [InlineData("[watch]\nunits=['*']", "a.toml:2:1: error: [watch] holds tables: write [watch.NAME]", null)]
    [InlineData("[watch.'a b']\nunits=['*']", "a.toml:1:8: error: a name is up to 64 letters", null)]
    [InlineData("[rule.r]\nabove='80%'", "a.toml:1:7: error: [rule.r] needs \"on\"", null)]
    [InlineData("[rule.r]\non='pss'", "a.toml:1:7: error: [rule.r] needs \"above\"", null)]
    public void WhatIsWrongIsToldInItsPlace(string text, string message, string? suggestion)
    {
        ConfigurationResult result = Read(text);
        Diagnostic error = Assert.Single(result.Diagnostics);
        Assert.StartsWith(message, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Null(result.Configuration);
    }

    [Theory]
    [InlineData("on='memory.curent'", "8:4", "on is one of \"memory.current\", \"working_set\", \"memory.stat.anon\", "
        + "\"memory.swap.current\", \"pss\", not \"memory.curent\"", "memory.current")]
    [InlineData("on='memory.stat.file'", "8:4", "on is one of", null)]
    [InlineData("of='memory.hgih'", "8:4", "of is one of \"memory.max\", \"memory.high\"", "memory.high")]
    [InlineData("severity='warn'", "8:10", "severity is one of", null)]
    [InlineData("severity=1", "8:10", "severity is one of \"info\", \"warning\", \"critical\", not an integer", null)]
    [InlineData("actions=['log', 'captrue']", "8:17", "an action is one of \"capture\", \"log\"", "capture")]
    [InlineData("above='101%'", "8:7", "\"101%\" is no share: write 0% to 100%", null)]
    [InlineData("above='-1%'", "8:7", "\"-1%\" is no share", null)]
    [InlineData("above='1.234%'", "8:7", "\"1.234%\" is no share", null)]
    [InlineData("above='lots'", "8:7", "\"lots\" is neither a share such as \"80%\" nor a size", null)]
    [InlineData("above=80", "8:7", "above takes a share or a size with a unit", "80%")]
    [InlineData("above='80'", "8:7", "above takes a share or a size with a unit", "80%")]
    [InlineData("above=1073741824", "8:7", "above takes a share or a size with a unit", null)]
    [InlineData("above='0%'", "8:7", "above must be more than 0", null)]
    [InlineData("clear_below='1G'", "8:13", "clear_below is a size, but above is a share (a.toml:4:9)", null)]
    [InlineData("clear_below='81%'", "8:13", "clear_below is more than above (a.toml:4:9)", null)]
    [InlineData("clear_below='0%'", "8:13", "clear_below must be more than 0", null)]
    [InlineData("dry_run=0", "8:9", "dry_run takes true or false, not an integer", null)]
    [InlineData("for='-5s'", "8:5", "\"-5s\" is no time span", null)]
    public void WhatIsWrongInARuleIsToldInItsPlace(string line, string place, string message, string? suggestion)
    {
        string key = line[..line.IndexOf('=', StringComparison.Ordinal)];
        string[] rule = ["[rule.r]", "# ", "on    = 'pss'", "above = '80%'", "", "", ""];
        string text = string.Join('\n', rule.Select(l => l.Split(' ')[0] == key ? "" : l)) + "\n" + line;
        Diagnostic error = Assert.Single(Read(text).Diagnostics);
        Assert.StartsWith($"a.toml:{place}: error: {message}", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(suggestion, error.Suggestion);
    }

    [Fact]
    public void AnErrorIsShownWithLineCaretAndSuggestion() => Assert.Equal(
        """
        a.toml:2:2: error: unknown key "intervall" in [sampling]
          	intervall = "5s"
          	^
          did you mean "interval"?
        """,
        Read("[sampling]\n\tintervall = \"5s\"").Diagnostics[0].ToString());

    [Fact]
    public void WhatIsToldIsBounded()
    {
        ConfigurationResult many = Read(string.Concat(Enumerable.Range(0, 2000).Select(i => $"k{i} = 1\n")));
        Assert.Equal(501, many.Diagnostics.Count);
        Assert.Contains("too many errors", many.Diagnostics[^1].Message, StringComparison.Ordinal);
        ConfigurationResult large = Read($"[captures]\nmax_bytes = '{new string('x', 1 << 20)}'");
        Assert.InRange(large.Diagnostics[0].ToString().Length, 1, 1000);
    }

    [Fact]
    public void AllErrorsOfAllFilesAreToldInOrder()
    {
        ConfigurationResult result = Read(
            "[pss]\ninterval = 5ms\nintervall = '5s'\n[rule.r]\nabove = 80",
            "[jornal]\n[sampling]\ninterval = 3");
        Assert.Equal(
            ["a.toml:2:12", "a.toml:3:1", "a.toml:5:9", "b.toml:1:2", "b.toml:3:12"],
            result.Diagnostics.Select(d => d.Position.ToString()));
    }

    private static ThresholdCondition Threshold(ConfigurationResult result) =>
        Assert.IsType<ThresholdCondition>(result.Configuration!.Rules[0].Condition);
}
