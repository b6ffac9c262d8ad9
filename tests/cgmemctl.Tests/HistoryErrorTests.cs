using Cgmemd.Linux.Sqlite;
using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>What is said where the history cannot be read, or asked for wrongly.</summary>
public sealed class HistoryErrorTests
{
    [Theory]
    [InlineData("history api --fields annon", "--fields: no field \"annon\"; did you mean anon?")]
    [InlineData("history api --step x", "--step: not a time span: \"x\"; see systemd.time(7)")]
    [InlineData("history api --step 293y", "--step: more than a hundred years: \"293y\"")]
    [InlineData("export api --step 293y", "--step: more than a hundred years: \"293y\"")]
    [InlineData("export api --step infinity", "--step: more than a hundred years: \"infinity\"")]
    [InlineData("history api --around noon",
        "--around: 'noon' is none of oom, alert, capture, mark, with or without :N")]
    [InlineData("history api -S 10:00 -U 09:00", "--until is not after --since")]
    [InlineData("invocations -S whenever", "--since: not a time: \"whenever\"; see systemd.time(7)")]
    [InlineData("export --format=sqlite", "--format=sqlite needs --output")]
    [InlineData("export --format=xml", "--format: 'xml' is none of csv, json, openmetrics, sqlite")]
    [InlineData("events -f -r", "--follow goes with neither --reverse nor --from")]
    [InlineData("show api --at 09:00 --around oom", "--at and --around exclude each other")]
    [InlineData("mark a\tb", "the text of a mark is one line, of up to 200 characters")]
    [InlineData("mark x --count -1", "--count: '-1' is not a whole number from 0 up")]
    public void AWrongCommandLineIs2AndSaysWhy(string command, string message)
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(2, run.Run(command.Split(' ')));
        Assert.StartsWith($"cgmemctl: {message}\n", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData("history api")]
    [InlineData("invocations")]
    [InlineData("export")]
    [InlineData("snapshot /nonexistent/x")]
    [InlineData("show api --at=-1h")]
    [InlineData("events -f")]
    public void WithoutAHistoryItIs1AndSaysWhatMayBeTheReason(string command)
    {
        using var run = new ControlRun();
        Assert.Equal(1, run.Run(command.Split(' ')));
        Assert.Equal(
            $"cgmemctl: {run.HistoryPath}: No such file or directory\nThere is no history: cgmemd has not run yet, " +
            "or [history] is off in its configuration\n", run.Error);
    }

    [Fact]
    public void ASnapshotThatIsNotThereIsNotTheHosts()
    {
        using var run = new ControlRun();
        Assert.Equal(1, run.Run("history", "api", "--from", "/nonexistent/h"));
        Assert.Equal("cgmemctl: /nonexistent/h: No such file or directory\n", run.Error);
    }

    [Theory]
    [InlineData(HistoryProblem.Denied, false, 77, "\nThe history is for root: run this as root, or as root")]
    [InlineData(HistoryProblem.Denied, true, 77, "")]
    [InlineData(HistoryProblem.Corrupt, false, 1, "")]
    public void TheReasonDecidesTheExitCode(HistoryProblem problem, bool isSnapshot, int exitCode, string advice)
    {
        var exception = new HistoryException(problem, "h.db", "Permission denied");
        Assert.Equal(exitCode, HistorySource.ReasonOf(exception, isSnapshot, out string message));
        Assert.StartsWith("h.db: Permission denied" + advice, message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoHistoryIsSaidToBeNone()
    {
        using var run = new ControlRun();
        File.WriteAllText(run.HistoryPath, new string('x', 8192));
        Assert.Equal(1, run.Run("history", "api"));
        Assert.StartsWith($"cgmemctl: {run.HistoryPath}: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData("history nosuch", "nosuch.service: not in the history. What is: cgmemctl invocations")]
    [InlineData("history api -S 2020-01-01 -U 2020-01-02",
        "api.service: nothing recorded at that time; it is recorded since Fri 2026-11-20 09:00:00 UTC")]
    [InlineData("history api --around oom:2", "api.service: there is no oom:2 in the history")]
    [InlineData("show nosuch --at 09:00", "nosuch.service: not in the history. What is: cgmemctl invocations")]
    [InlineData("export nosuch", "nosuch.service: not in the history. What is: cgmemctl invocations")]
    [InlineData("invocations nosuch", "nosuch.service: not in the history. What is: cgmemctl invocations")]
    public void WhatIsNotInItIs1(string command, string message)
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(1, run.Run(command.Split(' ')));
        Assert.Equal($"cgmemctl: {message}\n", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void WithoutAHistoryEventsAreTheDaemonsLastOnes()
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("events", "-e", "alert-firing", "--no-legend"));
        Assert.Equal(
            $"cgmemctl: {run.HistoryPath}: No such file or directory: these are the latest that the daemon holds in " +
            "memory\n", run.Error);
        Assert.StartsWith("Nov 21 09:57:00 alert-firing api.service ", run.Out, StringComparison.Ordinal);
        Assert.Single(run.Out.TrimEnd().Split('\n'));
    }
}
