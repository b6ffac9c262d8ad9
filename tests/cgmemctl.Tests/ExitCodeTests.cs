using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests;

public class ExitCodeTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("list --frobnicate")]
    [InlineData("list --sort=beauty")]
    [InlineData("list --json=loud")]
    [InlineData("show")]
    [InlineData("events -n x")]
    [InlineData("events -n -1")]
    [InlineData("events --since=whenever")]
    [InlineData("")]
    public void AWrongCommandLineIs2WithAMessageOnStandardError(string command)
    {
        using var run = new ControlRun();
        Assert.Equal(2, run.Run(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.StartsWith("cgmemctl: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData("frobnicate", "Unrecognized command or argument 'frobnicate'.")]
    [InlineData("list --sort=beauty",
        "--sort: 'beauty' is none of current, unit, peak, limit, share, anon, file, pss, rate, pressure, alert")]
    [InlineData("events -n x", "--lines: 'x' is not a whole number from 0 up")]
    [InlineData("events --since=whenever", "--since: not a time: \"whenever\"; see systemd.time(7)")]
    public void TheMessageNamesTheMistake(string command, string message)
    {
        using var run = new ControlRun();
        run.Run(command.Split(' '));
        Assert.StartsWith($"cgmemctl: {message}\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoDaemonIs69WithTheReasonAndAHint()
    {
        using var run = new ControlRun();
        string nowhere = run.Socket + ".none";
        Assert.Equal(69, run.RunExactly("list", $"--socket={nowhere}"));
        Assert.Equal(
            $"cgmemctl: cannot reach the daemon: {nowhere}: No such file or directory\n" +
            "Is it running? See: systemctl status cgmemd\n", run.Error);
    }

    [Fact]
    public void AUnitNotWatchedIs1()
    {
        using var run = new ControlRun();
        Assert.Equal(1, run.Run("show", "nosuch"));
        Assert.Equal("cgmemctl: nosuch.service: not watched. What is: cgmemctl list\n", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void DeniedIs77()
    {
        using var run = new ControlRun(_ => VarlinkReply.OfError(DaemonInterface.PermissionDenied));
        Assert.Equal(77, run.Run("reload"));
        Assert.StartsWith("cgmemctl: Permission denied", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ABadConfigurationIs78AndItsDiagnosticsArePrinted()
    {
        const string diagnostics = "/etc/cgmemd/cgmemd.toml:3:1: error: unknown key";
        using var run = new ControlRun(_ => VarlinkReply.OfError(
            DaemonInterface.ConfigurationError,
            new ConfigurationErrorParameters(diagnostics),
            ReplyJson.Default.ConfigurationErrorParameters));
        Assert.Equal(78, run.Run("reload"));
        Assert.Equal(
            diagnostics + "\ncgmemctl: configuration not reloaded, the old one stays in force\n", run.Error);
    }

    [Fact]
    public void ReloadSaysItsWarningsAndIsSilentWithQ()
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("reload", "-q"));
        Assert.Equal("a.toml:1:1: warning: old\n", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void ADaemonOfAnotherVersionIs1AndSaysSo()
    {
        using var run = new ControlRun(_ => VarlinkReply.Nothing);
        Assert.Equal(1, run.Run("status"));
        Assert.Contains("of another version", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void HelpAndVersionAre0OnStandardOutput()
    {
        using var help = new ControlRun();
        Assert.Equal(0, help.Run("--help"));
        Assert.Contains("events", help.Out, StringComparison.Ordinal);
        using var version = new ControlRun();
        Assert.Equal(0, version.RunExactly("--version"));
        Assert.Matches(@"^cgmemctl 0\.1\.0 \(net10\.0 JIT\)\n$", version.Out);
    }
}
