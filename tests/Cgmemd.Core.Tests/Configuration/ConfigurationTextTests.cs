using Cgmemd.Core.Configuration;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    private static readonly string[] Lines =
    [
        "[sampling]", "[pss]", "[captures]", "[journal]", "[watch.a]", "[watch.b]", "[rule.a]", "[rule.b]", "[rule]",
        "interval = '3s'", "min_interval = '20ms'", "enabled = false", "budget = '1ms 5us'", "max_count = 7",
        "max_bytes = '1.7G'", "usage_interval = '0'", "units = ['*.service', 'a\\x2db']", "slices = ['a.slice']",
        "cgroups = ['/x']", "exclude = []", "on = 'pss'", "on = 'working_set'", "above = '12.5%'", "above = '3M'",
        "clear_below = '1K'", "for = '5s'", "severity = 'info'", "actions = ['capture']", "dry_run = false",
        "summary = \"\\\"a\\\\\\u0001\\n\"", "summary = '#'", "cooldown = '1d'", "x = 1", "for = [",
    ];

    [Fact]
    public void DefaultsAreWrittenAsDefaults()
    {
        ConfigurationResult result = Read("[sampling]\ninterval = '90s'");
        string text = ConfigurationText.Render(result.Configuration!, result.Merged);
        Assert.StartsWith(
            """
            [sampling]
            interval = "1min 30s"  # a.toml:2
            min_interval = "100ms"  # default

            [pss]
            enabled = true  # default

            """, text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutOriginsThereAreNoComments() =>
        Assert.DoesNotContain('#', ConfigurationText.Render(Core.Configuration.Configuration.Default));

    [Fact]
    public void WhatIsWrittenReadsBackToTheSame()
    {
        string[] files = [File.ReadAllText(InRepository("etc/rules.d/50-default.toml")), """
            [watch.x]
            cgroups = ["/a\\\"b"]
            [rule.x]
            on = "memory.swap.current"
            above = "1000001B"
            summary = "a \"quote\", a \\, a \u0007 and an é"
            """];
        ConfigurationResult result = Read(files);
        Assert.Empty(result.Diagnostics);
        foreach (var merged in new[] { null, result.Merged })
        {
            ConfigurationResult back = Read(ConfigurationText.Render(result.Configuration!, merged));
            Assert.Empty(back.Diagnostics);
            Assert.Equivalent(result.Configuration, back.Configuration, strict: true);
        }
    }

    [Fact]
    public void AnyLinesAreRefusedOrReadBackToTheSame()
    {
        Gen<string> text = Gen.Elements(Lines).ArrayOf().Select(lines => string.Join('\n', lines));
        Prop.ForAll(text.ToArbitrary(), lines =>
        {
            ConfigurationResult result = Read(lines, "[pss]\nbudget = '2ms'");
            Assert.Equal(result.Configuration is null, result.Diagnostics.Count > 0);
            if (result.Configuration is not { } configuration)
                return;
            string rendered = ConfigurationText.Render(configuration, result.Merged);
            Assert.Equivalent(configuration, Read(rendered).Configuration, strict: true);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }
}
