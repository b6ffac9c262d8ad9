namespace Cgmemd.Daemon.Tests;

public class OptionsTests
{
    [Fact]
    public void WithoutArgumentsTheRootIsTheHosts()
    {
        Assert.True(Options.TryParse([], out Options? options, out _));
        Assert.Equal(
            ("/", "/var/lib/cgmemd", "/run/cgmemd", LogTargetChoice.Auto),
            (options!.Root, options.StateDirectory, options.RunDirectory, options.LogTarget));
        Assert.Empty(options.ConfigurationFiles);
    }

    [Fact]
    public void DirectoriesAreBelowTheRootUnlessNamed()
    {
        Assert.True(Options.TryParse(["--root", "/r", "--run-dir=/x"], out Options? options, out _));
        Assert.Equal(
            ("/r", "/r/var/lib/cgmemd", "/x"), (options!.Root, options.StateDirectory, options.RunDirectory));
    }

    [Fact]
    public void EveryConfigurationFileCountsAndTheLastOfTheOthers()
    {
        string[] arguments = ["--config", "a", "--root=/a", "--config=b=c", "--root", "/b", "--log-target", "journal"];
        Assert.True(Options.TryParse(arguments, out Options? options, out _));
        Assert.Equal(["a", "b=c"], options!.ConfigurationFiles);
        Assert.Equal(("/b", LogTargetChoice.Journal), (options.Root, options.LogTarget));
    }

    [Theory]
    [InlineData("--rot", "--rot: no such option; see cgmemd --help")]
    [InlineData("stray", "stray: no such option; see cgmemd --help")]
    [InlineData("--root", "--root needs a value")]
    [InlineData("--log-target=syslog", "--log-target takes auto, journal or console")]
    public void WhatIsWrongIsSaid(string argument, string expected)
    {
        Assert.False(Options.TryParse([argument], out Options? options, out string error));
        Assert.Null(options);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void ToReleaseIsAllItDoesThen()
    {
        Assert.True(Options.TryParse(["--release", "--root", "/r"], out Options? options, out _));
        Assert.True(options is { IsRelease: true, Root: "/r" });
        Assert.False(Options.TryParse(["--root", "/r", "--release"], out _, out string error));
        Assert.Equal("--release: no such option; see cgmemd --help", error);
    }

    [Fact]
    public void TheUsageNamesEveryOption() => Assert.All(
        ["--release", "--root", "--state-dir", "--run-dir", "--config", "--log-target", "--help", "--version"],
        name => Assert.Contains(name, Options.Usage, StringComparison.Ordinal));
}
