using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class CauseTests
{
    private const ulong M = 1 << 20;

    private static readonly CauseFacts Leak = new()
    {
        Current = 420 * M,
        Anon = 340 * M,
        File = 60 * M,
        Shmem = 0,
        Kernel = 20 * M,
        BytesPerMinute = 38 * M,
        HighEvents = 4,
    };

    [Fact]
    public void ALeak() => Assert.Equal("81% anon, +38M/min, 4 high events", Cause.Describe(Leak));

    [Fact]
    public void OneOfEach() => Assert.Equal(
        "81% anon, -38M/min, 1 high event, 1 max event, 1 OOM kill",
        Cause.Describe(Leak with { BytesPerMinute = -38.0 * M, HighEvents = 1, MaxEvents = 1, OomKills = 1 }));

    [Fact]
    public void WhereNothingDominatesTheTwoLargestAreTold() => Assert.Equal(
        "52% file, 43% anon, steady",
        Cause.Describe(new CauseFacts
        {
            Current = 100 * M,
            Anon = 43 * M,
            File = 52 * M,
            Kernel = 5 * M,
            BytesPerMinute = -1000,
        }));

    [Fact]
    public void SharedMemoryIsNoFile() => Assert.Equal(
        "90% shmem",
        Cause.Describe(new CauseFacts { Current = 100 * M, Anon = 2 * M, File = 95 * M, Shmem = 90 * M }));

    [Fact]
    public void WhatIsAbsentIsNotTold()
    {
        Assert.Null(Cause.Describe(default));
        Assert.Null(Cause.Describe(new CauseFacts { Current = 0, HighEvents = 3 }));
        Assert.Equal("+1M/min", Cause.Describe(new CauseFacts { Current = M, BytesPerMinute = M }));
    }

    [Fact]
    public void GrowthIsTheSlope()
    {
        Assert.Equal(12 * M, Cause.BytesPerMinute([.. Enumerable.Range(0, 60).Select(Leaking)])!.Value, 1.0);
        (long, ulong) Leaking(int i) => (i * 5_000_000L, (100 + (ulong)i) * M);
    }

    [Fact]
    public void GrowthOfTooLittleIsUnknown()
    {
        Assert.Null(Cause.BytesPerMinute([]));
        Assert.Null(Cause.BytesPerMinute([(0, M), (29_000_000, 2 * M)]));
        Assert.Equal(2 * M, Cause.BytesPerMinute([(0, M), (30_000_000, 2 * M)])!.Value, 1.0);
    }
}
