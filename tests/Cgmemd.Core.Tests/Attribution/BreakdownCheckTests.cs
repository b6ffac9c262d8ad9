using System.Text.Json;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public sealed class BreakdownCheckTests
{
    private const long NowUs = 1_790_000_000_000_000;
    private static readonly Breakdown Right = Breakdowns.Api(NowUs - 1_000_000, 200);
    private static readonly string Long = new('x', 5000);

    [Fact]
    public void WhatWasReadIsRight()
    {
        Assert.Null(BreakdownCheck.Problem(Right, NowUs));
        Assert.Null(BreakdownCheck.Problem(Right with { InvocationId = null, Reconciliation = null }, NowUs));
        Assert.Null(BreakdownCheck.Problem(Breakdowns.Large(100) with { TimeUsec = NowUs }, NowUs));
    }

    public static TheoryData<string, Breakdown> Wrong => new()
    {
        { "unit", Right with { Unit = "" } },
        { "unit", Right with { Unit = Long } },
        { "cgroup", Right with { Cgroup = "system.slice" } },
        { "invocation_id", Right with { InvocationId = "1234" } },
        { "invocation_id", Right with { InvocationId = new string('X', 32) } },
        { "time_usec", Right with { TimeUsec = NowUs + 1 } },
        { "time_usec", Right with { TimeUsec = NowUs - 700_000_000 } },
        { "duration_usec", Right with { DurationUsec = -1 } },
        { "categories", Right with { Categories = new Dictionary<string, MemoryUse> { ["heap"] = default } } },
        { "names", Right with { Names = [new NamedUse(Long, "stack", default)] } },
        { "names", Right with { Names = [new NamedUse("x", "heap", default)] } },
        { "names", Right with { Names = [null!] } },
        { "names", Right with { Names = [.. Enumerable.Repeat(Right.Names[0], 1001)] } },
        { "process_count", Right with { ProcessCount = -1 } },
        { "missing", Right with { Missing = new MissingProcesses(0, -1, 0) } },
        { "processes", Right with { Processes = [Right.Processes[0] with { Command = Long }] } },
        { "processes", Right with { Processes = [Right.Processes[0] with { Pid = 0 }] } },
        { "processes", Right with { Processes = [Right.Processes[0] with { RuntimeVersion = Long }] } },
        { "escaped", Right with { Escaped = [Right.Escaped[0] with { Cgroup = Long }] } },
        {
            "reconciliation",
            Right with { Reconciliation = Right.Reconciliation! with { Beside = [new("x", 1, Long)] } }
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WhatCannotBeIsTold(string part, Breakdown breakdown) =>
        Assert.Equal(part, BreakdownCheck.Problem(breakdown, NowUs));

    [Fact]
    public void JSONGivesItBackAsItWas()
    {
        string json = JsonSerializer.Serialize(Right, BreakdownJson.Default.Breakdown);
        Breakdown read = JsonSerializer.Deserialize(json, BreakdownJson.Default.Breakdown)!;
        Assert.Equivalent(Right, read, strict: true);
        Assert.Contains("\"large_anonymous_regions\":7", json);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            json.Replace("\"unit\":\"api.service\"", "\"unit\":null"), BreakdownJson.Default.Breakdown));
    }
}
