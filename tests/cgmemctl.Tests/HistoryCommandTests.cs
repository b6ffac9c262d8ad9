using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>What a person sees of the history, to the letter.</summary>
public sealed class HistoryCommandTests
{
    [Fact]
    public void TheLastDay() => Prints("", "history", "api");
    [Fact]
    public void Leak() => Prints("", "history", "api", "-S", "08:30", "-U", "09:40", "--step", "5m");
    [Fact]
    public void Wide()
    {
        using var run = new ControlRun { Width = 130, HasHistory = true };
        Assert.Equal(0, run.Run("history", "api", "-S", "08:30"));
        Assert.Equal("", run.Out);
    }
    [Fact]
    public void Oom() => Prints("", "history", "api", "--around", "oom");
    [Fact]
    public void Fields() => Prints("", "history", "api", "-S", "-1h", "--fields", "current,anon,working_set,memory.events.high,some,pss,full.total,memory.max,memory.high");
    [Fact]
    public void Json() => Prints("", "history", "api", "-S", "-30s", "--fields", "current,anon,working_set,memory.high", "--json");
    [Fact]
    public void Ev() => Prints("", "events");
    [Fact]
    public void Inv() => Prints("", "invocations", "api");
    [Fact]
    public void Inv2() => Prints("", "invocations");
    [Fact]
    public void Show() => Prints("", "show", "api", "--around", "oom");
    [Fact]
    public void Show2() => Prints("", "show", "api");
    [Fact]
    public void Csv() => Prints("", "export", "--fields", "current,memory.high,pss", "-S", "09:29:55", "-U", "09:30:10");
    [Fact]
    public void Om() => Prints("", "export", "api", "--format=openmetrics", "--fields", "current,limit,pss,some.total,oom_kill", "-S", "09:29:55", "-U", "09:30:10");

    private static void Prints(string expected, params string[] arguments)
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run(arguments));
        Assert.Equal("", run.Error);
        Assert.Equal(expected + "\n", run.Out);
    }
}
