using Cgmemd.Core.Configuration;
using FsCheck;
using FsCheck.Fluent;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    private const string Actions = "actions=['reload', {recycle='SIGUSR1', to='all', settle='5s'}, "
        + "{recycle=['/x', 'a b'], timeout='2s'}, {exec=['/bin/x', '$Y'], fallback=true}, "
        + "{signal='SIGRTMIN+3'}, {action='restart', timeout='2min', fallback=true}, 'recycle', {recycle='reload'},"
        + "{enforce='90%'}]";

    // For each section its keys, and for each key some lines of which one is taken, or none.
    private static readonly string[][][] Sections =
    [
        [["[sampling]"], ["interval='3s'", "interval='1ms'"], ["min_interval='20ms'", "min_interval='1h'"]],
        [["[pss]"], ["enabled=false"], ["interval='1y 3us'"], ["share='0.75%'"], ["target_share='1%'"]],
        [["[journal]"], ["usage_interval='0'", "usage_interval='infinity'", "usage_interval='1d'"]],
        [
            ["[history]"], ["enabled=false"], ["full_retention='3d'", "full_retention='3y'"], ["hour_retention='9y'"],
            ["minute_retention='5d'", "minute_retention='1us'"], ["max_bytes='1G'", "max_bytes='1'"],
            ["keep_free='3G 1B'"],
        ],
        [
            ["[captures]"], ["max_count=7", "max_count=-7"], ["keep_free='1'", "keep_free='3T'"], ["cooldown='0s'"],
            ["before_oomd_kill='0'", "before_oomd_kill='20s'", "before_oomd_kill='2min'"],
        ],
        [["[actions]"], ["max_per_host=3", "max_per_host=900"], ["window='2h'"], ["min_interval='0'"]],
        [["[watch.a]"], ["units=['*.service', 'a\\x2db']"], ["slices=['a.slice']"], ["cgroups=['/x']"], ["exclude=[]"]],
        [
            ["[rule.a]"], ["on='pss'", "on='working_set'", "on='memory.current'"], ["above='12.5%'", "above='3M'"],
            ["clear_below='2M'", "clear_below='1%'"], ["for='5s'"], ["severity='info'"],
            ["actions=['capture', 'log']", Actions],
            ["action_limit=4", "action_limit=0"], ["action_jitter='5s'"], ["action_window='1d'"],
            ["dry_run=false"], ["summary=\"\\\"a\\\\\\u0001\\n\"", "summary='#'"], ["of='memory.high'"], ["x=1"],
            ["tripwire=true"],
        ],
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
    public void AnyKeysAreRefusedOrReadBackToTheSame()
    {
        int accepted = 0;
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            ConfigurationResult result = Read(AnyText(new System.Random(seed)), "[pss]\nshare = '2%'");
            Assert.Equal(result.Configuration is null, result.Diagnostics.Count > 0);
            if (result.Configuration is not { } configuration)
                return;
            accepted++;
            string rendered = ConfigurationText.Render(configuration, result.Merged);
            Assert.Equivalent(configuration, Read(rendered).Configuration, strict: true);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        Assert.InRange(accepted, 50, 950);
    }

    private static string AnyText(System.Random random)
    {
        List<string> lines = [];
        foreach (string[][] section in Sections)
        {
            if (random.Next(2) == 0)
                continue;
            lines.AddRange(section[0]);
            foreach (string[] key in section[1..])
            {
                if (random.Next(3) > 0)
                    lines.Add(key[random.Next(key.Length)]);
            }
        }

        return string.Join('\n', lines);
    }
}
