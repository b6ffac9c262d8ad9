using System.Text.Json;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Tests.Status;

public sealed class ExplainBudgetTests : IDisposable
{
    private static readonly Configuration Watching = Configuration.Default with
    {
        Watches = [new Watch("all", ["*.service"], [], [], [])],
        Rules =
        [
            new Rule("tier", ["web-*.service"], new BudgetCondition(
                Metric.MemoryCurrent, [new Level(Bound.OfBytes(1), Bound.OfBytes(1), Severity.Warning)])),
        ],
    };

    private readonly HandlersRig _rig = new("web-1.service", "web-2.service");

    public ExplainBudgetTests()
    {
        _rig.Daemon.Configure(Watching);
        long nowUs = RecordedTree.NowUs;
        foreach (var group in _rig.Daemon.Watched.All)
            _ = _rig.Daemon.Sampler.ReadFull(group, nowUs);
        _rig.Daemon.BudgetJudge.Evaluate((_, _) => Assert.Fail("all were read"), nowUs);
    }

    [Theory]
    [InlineData("""{"rule":"tier"}""")]
    [InlineData("""{"unit":"web-1.service"}""")]
    [InlineData("""{"unit":"web-1.service","rule":"tier"}""")]
    public void ABudgetIsExplainedByItsNameAndByEachOfItsUnits(string parameters)
    {
        JsonElement rule = Call(DaemonInterface.ExplainRules, parameters).GetProperty("rules")[0];
        Assert.Equal("firing", rule.GetProperty("state").GetString());
        Assert.Equal(
            ["web-1.service", "web-2.service"],
            rule.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("unit").GetString()));
    }

    [Fact]
    public void ItIsListedOnceAndShownWithItsUnits()
    {
        JsonElement rule = Call(DaemonInterface.ListRules, "{}").GetProperty("rules")[0];
        Assert.Equal(
            (2, 1), (rule.GetProperty("watched").GetInt32(), rule.GetProperty("firing").GetInt32()));
        JsonElement alert =
            Call(DaemonInterface.GetUnit, """{"unit":"web-2.service"}""").GetProperty("unit").GetProperty("alerts")[0];
        Assert.Equal("budget.memory.current", alert.GetProperty("metric").GetString());
        Assert.Empty(
            Call(DaemonInterface.GetUnit, """{"unit":"api.service"}""").GetProperty("unit").GetProperty("alerts")
                .EnumerateArray());
    }

    [Theory]
    [InlineData("""{"rule":"none"}""", DaemonInterface.NoSuchRule)]
    [InlineData("""{"unit":"api.service","rule":"tier"}""", DaemonInterface.NoSuchRule)]
    [InlineData("{}", ServiceInterface.InvalidParameter)]
    public void WhatIsNoBudgetIsSaid(string parameters, string error) =>
        Assert.Equal(error, _rig.Call(DaemonInterface.ExplainRules, parameters).Error);

    public void Dispose() => _rig.Dispose();

    private JsonElement Call(string method, string parameters)
    {
        VarlinkReply reply = _rig.Call(method, parameters);
        Assert.Null(reply.Error);
        return JsonDocument.Parse(reply.Parameters.ToArray()).RootElement;
    }
}
