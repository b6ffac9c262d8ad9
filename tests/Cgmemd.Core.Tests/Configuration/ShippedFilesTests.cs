using System.Text.RegularExpressions;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

/// <summary>The configuration as installed, in etc/.</summary>
public sealed class ShippedFilesTests
{
    private static readonly string Main = File.ReadAllText(InRepository("etc/cgmemd.toml"));

    [Fact]
    public void TheCommentedFileSetsNothing()
    {
        ConfigurationResult result = Read(Main);
        Assert.Empty(result.Diagnostics);
        Assert.Empty(result.Merged.Entries);
    }

    [Fact]
    public void TheCommentedFileShowsEveryDefault()
    {
        // A key or a header in comments has no space behind its "#".
        string uncommented = Regex.Replace(Main, "^#(?=[a-z\\[])", "", RegexOptions.Multiline);
        ConfigurationResult result = Read(uncommented);
        Assert.Empty(result.Diagnostics);
        Assert.Equivalent(Core.Configuration.Configuration.Default, result.Configuration, strict: true);
        Assert.DoesNotContain("# default", ConfigurationText.Render(result.Configuration!, result.Merged));
    }

    [Fact]
    public void TheDefaultRulesWarnAtEightyPercentAndCapture()
    {
        ConfigurationResult result = Read(File.ReadAllText(InRepository("etc/rules.d/50-default.toml")));
        Assert.Empty(result.Diagnostics);
        Assert.Equal(["*.service"], Assert.Single(result.Configuration!.Watches).Units);
        Assert.Equal(["near-limit", "at-limit"], result.Configuration.Rules.Select(r => r.Name));
        Rule near = result.Configuration.Rules[0];
        Level level = Assert.Single(Assert.IsType<ThresholdCondition>(near.Condition).Levels);
        Assert.Equal(("80%", "75%", false), (level.Above.ToString(), level.ClearBelow.ToString(), near.DryRun));
        Assert.Equal([new CaptureAction()], near.Actions);
    }
}
