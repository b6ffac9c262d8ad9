using System.Text.Json;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public sealed class BreakdownCutTests
{
    [Fact]
    public void WhatFitsStaysAsItIs()
    {
        Breakdown breakdown = Breakdowns.Large(40);
        Assert.Same(breakdown, BreakdownCut.ToFit(breakdown, _ => true));
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(20_000)]
    [InlineData(8_000)]
    [InlineData(4_000)]
    public void TheSmallestProcessesLoseTheirDetailsFirstAndTheSumsStay(int most)
    {
        Breakdown breakdown = Breakdowns.Large(60);
        Breakdown cut = BreakdownCut.ToFit(breakdown, b => Length(b) <= most)!;
        Assert.InRange(Length(cut), 1, most);
        Assert.Equal(breakdown.Categories, cut.Categories);
        Assert.Equal(breakdown.ProcessCount, cut.ProcessCount);
        Assert.Equal(breakdown.Reconciliation, cut.Reconciliation);
        // Those that have something left are the first.
        Assert.Equal(
            breakdown.Processes.Take(cut.Processes.Count).Select(p => p.Pid), cut.Processes.Select(p => p.Pid));
        int detailed = cut.Processes.Count(p => p.TopMappings is not null);
        Assert.All(cut.Processes.Take(detailed), p => Assert.NotNull(p.TopMappings));
        int categorised = cut.Processes.Count(p => p.Categories is not null);
        Assert.True(categorised >= detailed);
        Assert.All(cut.Processes.Take(categorised), p => Assert.NotNull(p.Categories));
    }

    [Fact]
    public void WhatNothingHelpsIsNull()
    {
        Breakdown last = Breakdowns.Large(3);
        Assert.Null(BreakdownCut.ToFit(last, b =>
        {
            last = b;
            return false;
        }));
        Assert.Empty(last.Processes);
        Assert.Empty(last.Names);
        Assert.Empty(last.Escaped);
    }

    private static int Length(Breakdown breakdown) =>
        JsonSerializer.SerializeToUtf8Bytes(breakdown, BreakdownJson.Default.Breakdown).Length;
}
