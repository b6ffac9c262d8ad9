using System.Text.Json;
using Xunit;

namespace Cgmemd.Control.Tests;

public class JsonTests
{
    [Theory]
    [InlineData("status", "uptime_usec", "7500000000")]
    [InlineData("show api", "unit", "api.service")]
    public void AnObject(string command, string key, string value)
    {
        using JsonDocument json = Parse(command, "--json=short");
        Assert.Equal(value, json.RootElement.GetProperty(key).ToString());
    }

    [Theory]
    [InlineData("list", 4)]
    [InlineData("events", 3)]
    [InlineData("events -n 1", 1)]
    [InlineData("events -u api.service --since=@0", 3)]
    [InlineData("events -u api.service --since @0", 3)]
    public void AnArray(string command, int length)
    {
        using JsonDocument json = Parse(command, "--json=pretty");
        Assert.Equal(length, json.RootElement.GetArrayLength());
    }

    [Fact]
    public void KernelKeysStandAsTheKernelWritesThemAndNoLimitIsNull()
    {
        using JsonDocument json = Parse("show api", "-j");
        Assert.Equal(314572800u, json.RootElement.GetProperty("sample").GetProperty("memory.stat.anon").GetUInt64());
        JsonElement own = json.RootElement.GetProperty("limits").GetProperty("memory.max");
        Assert.Equal(JsonValueKind.Null, own.ValueKind);
    }

    [Fact]
    public void ABareJsonOptionTakesNoArgumentAndIsShortInAPipe()
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("--json", "list"));
        Assert.Equal(1, run.Out.Count(c => c == '\n'));
    }

    private static JsonDocument Parse(string command, string option)
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run([.. command.Split(' '), option]));
        return JsonDocument.Parse(run.Out);
    }
}
