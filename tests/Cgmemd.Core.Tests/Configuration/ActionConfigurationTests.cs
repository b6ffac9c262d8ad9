using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using static Cgmemd.Core.Tests.Configuration.ConfigurationSource;

namespace Cgmemd.Core.Tests.Configuration;

public sealed class ActionConfigurationTests
{
    private const string Head = "[rule.r]\non='pss'\nabove='1G'\n";

    [Fact]
    public void WordsAndTablesBecomeActions()
    {
        Rule rule = Assert.Single(Read(Head + """
            actions = [
              "log", "capture", "reload",
              { action = "restart", timeout = "2min", fallback = true },
              { signal = "SIGUSR2" }, { signal = "SIGRTMIN+3", to = "all" },
              { exec = ["/usr/local/bin/notify", "--now"], timeout = "5s" },
              { recycle = "SIGUSR1", settle = "1min" },
            ]
            action_cooldown = "1min"
            action_limit = 5
            action_window = "2h"
            action_jitter = "30s"
            """).Configuration!.Rules);
        Assert.Equal(
            [
                "capture", "reload", "restart", "signal SIGUSR2 to main", "signal SIGRTMIN+3 to all",
                "exec /usr/local/bin/notify", "recycle by signal SIGUSR1 to main",
            ], rule.Actions.Select(action => action.Text));
        Assert.Equal([2], Enumerable.Range(0, 7).Where(i => rule.Actions[i].IsFallback));
        Assert.Equal(TimeSpan.FromMinutes(2), rule.Actions[2].Timeout);
        Assert.Equal(["/usr/local/bin/notify", "--now"], Assert.IsType<ExecAction>(rule.Actions[5]).Command);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<RecycleAction>(rule.Actions[6]).Settle);
        Assert.Equal(
            new ActionLimits(TimeSpan.FromMinutes(1), 5, TimeSpan.FromHours(2), TimeSpan.FromSeconds(30)), rule.Limits);
        Assert.True(rule.DryRun);
    }

    [Fact]
    public void WhatIsEnforcedIsAShareOrASize() => Assert.Equal(
        ["enforce memory.high 90%", "enforce memory.high 1.5G"],
        Assert.Single(Read(Head + "actions=[{enforce='90%'}, {enforce='1.5G'}]").Configuration!.Rules).Actions
            .Select(action => action.Text));

    [Fact]
    public void ACaptureHasATimeLimitOfItsOwn()
    {
        Core.Configuration.Configuration read = Read(Head + """
            actions = ["capture", { action = "capture", timeout = "2min" }]
            """).Configuration!;
        Assert.Equal([60, 120], Assert.Single(read.Rules).Actions.Select(action => action.Timeout.TotalSeconds));
        Assert.Contains(
            """actions = ["capture", { action = "capture", timeout = "2min" }]""", ConfigurationText.Render(read),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actions=['kill']", "an action is one of", null)]
    [InlineData("actions=['restrat']", "an action is one of", "restart")]
    [InlineData("actions='restart'", "actions takes a list", null)]
    [InlineData("actions=[5]", "an action is a word", null)]
    [InlineData("actions=[{enforce='much'}]", "\"much\" is neither a share", null)]
    [InlineData("actions=['enforce']", "an action is one of", null)]
    [InlineData("tripwire=true", "a tripwire is for a threshold on memory.current", null)]
    [InlineData("actions=[{}]", "an action has one of", null)]
    [InlineData("actions=[{exec=['/x'], signal='SIGHUP'}]", "an action has one of", null)]
    [InlineData("actions=[{exec=['notify']}]", "exec begins with an absolute path", null)]
    [InlineData("actions=[{exec=[]}]", "exec is empty", null)]
    [InlineData("actions=[{exec='/x'}]", "exec takes a list of strings", null)]
    [InlineData("actions=[{signal='SIGUSER1'}]", "signal takes the name of a signal", "SIGUSR1")]
    [InlineData("actions=[{signal='SIGSTOP'}]", "signal takes the name of a signal", null)]
    [InlineData("actions=[{signal='SIGHUP', to='some'}]", "to is one of", null)]
    [InlineData("actions=[{signal='SIGHUP', settle='1s'}]", "unknown key \"settle\" in the action", null)]
    [InlineData("actions=[{recycle='kill'}]", "recycle is \"restart\", \"reload\", a signal", null)]
    [InlineData("actions=[{exec=['/x'], timeout='0'}]", "timeout must be more than 0", null)]
    [InlineData("actions=[{exec=['/x'], timeout='2h'}]", "timeout must be 1h at most", null)]
    [InlineData("actions=[{action='restart', fallback=true}]", "the first action is nothing's fallback", null)]
    [InlineData("action_limit=201", "action_limit must be 200 at most", null)]
    [InlineData("action_window='8d'", "action_window must be", null)]
    [InlineData("actions=['restart']\nunits=['a.service', 'dbus.service']", "dbus.service is vital", null)]
    [InlineData("actions=['recycle']\nunits=['cgmemd.service']", "cgmemd.service is cgmemd's own", null)]
    [InlineData("actions=['reload']\nunits=['system.slice']", "system.slice is a slice", null)]
    public void WhatIsWrongIsTold(string text, string message, string? suggestion)
    {
        ConfigurationResult result = Read(Head + text);
        Assert.Null(result.Configuration);
        Assert.Contains(result.Diagnostics, diagnostic =>
            diagnostic.Message.Contains(message, StringComparison.Ordinal)
            && (suggestion is null || diagnostic.Suggestion == suggestion));
    }

    [Theory]
    [InlineData("actions=['capture', {exec=['/x']}]\nunits=['dbus.service', 'system.slice']")]
    [InlineData("actions=['restart']\nunits=['*.service']")]
    [InlineData("actions=[]")]
    public void WhatIsHarmlessOrNotKnownYetIsTaken(string text) => Assert.Empty(Read(Head + text).Diagnostics);
}
