using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class HistoryRetentionTests
{
    private const long DayUs = 86_400_000_000;
    private const long Now = 20_000 * DayUs;
    private const ulong Plenty = 1UL << 40;

    private static readonly HistoryOptions Options = new(
        true, TimeSpan.FromDays(2), TimeSpan.FromDays(30), TimeSpan.FromDays(730), 512UL << 20, 512UL << 20);

    [Theory]
    [InlineData(1.9, 29, 729, 0, null, null)]
    [InlineData(2.1, 29, 729, 0, HistoryTier.Full, RetentionReason.Age)]
    [InlineData(1, 31, 400, 0, HistoryTier.Minute, RetentionReason.Age)]
    [InlineData(1, 20, 731, 0, HistoryTier.Hour, RetentionReason.Age)]
    [InlineData(1.0, 14, 300, 513, HistoryTier.Full, RetentionReason.Bytes)] // The shares are 0.50, 0.47, 0.41.
    [InlineData(0.9, 14, 300, 513, HistoryTier.Minute, RetentionReason.Bytes)]
    [InlineData(0.8, 12, 300, 513, HistoryTier.Hour, RetentionReason.Bytes)]
    [InlineData(-1, -1, -1, 513, HistoryTier.Hour, RetentionReason.Bytes)] // The clock stepped back.
    public void WhatHasLivedThroughMostOfItsTimeGoesFirst(
        double full, double minute, double hour, int mebibytes, HistoryTier? tier, RetentionReason? reason)
    {
        OldestChunk[] oldest =
            [At(HistoryTier.Full, full), At(HistoryTier.Minute, minute), At(HistoryTier.Hour, hour)];
        (HistoryTier Tier, RetentionReason Reason)? next =
            HistoryRetention.Next(oldest, (ulong)mebibytes << 20, Plenty, Options, Now);
        Assert.Equal((tier, reason), (next?.Tier, next?.Reason));
    }

    [Fact]
    public void AFullDiskTakesTheOldest() =>
        Assert.Equal(
            (HistoryTier.Minute, RetentionReason.FreeSpace),
            HistoryRetention.Next(
                [At(HistoryTier.Full, 0.1), At(HistoryTier.Minute, 3)], HistoryRetention.LeastBytes + 1, 511 << 20,
                Options, Now));

    [Fact]
    public void AFullDiskDoesNotTakeAll() =>
        Assert.Null(HistoryRetention.Next(
            [At(HistoryTier.Full, 0.1), At(HistoryTier.Minute, 3)], HistoryRetention.LeastBytes, 511 << 20, Options,
            Now));

    [Fact]
    public void ADiskWithoutAnyRoomTakesWhatItNeeds() =>
        Assert.Equal(
            (HistoryTier.Minute, RetentionReason.FreeSpace),
            HistoryRetention.Next(
                [At(HistoryTier.Full, 0.1), At(HistoryTier.Minute, 3)], 16 << 20, HistoryRetention.ReserveBytes - 1,
                Options with { KeepFree = 0 }, Now));

    [Theory]
    [InlineData(3 << 20, true)]
    [InlineData(4 << 20, false)]
    public void AYoungHistoryGivesUpHalfForIt(int free, bool isPruned) => Assert.Equal(
        isPruned,
        HistoryRetention.Next(
            [At(HistoryTier.Full, 0.1)], 4 << 20, (ulong)free, Options with { KeepFree = 0 }, Now) is not null);

    [Theory]
    [InlineData(2, 300, 100, 1_000, false)]
    [InlineData(2, 300, 213, 1_000, true)] // Together they are too much.
    [InlineData(1, 512, 100, 1_000, false)] // The last stays for a time,
    [InlineData(1, 512, 129, 1_000, true)] // until what is new is a quarter;
    [InlineData(1, 300, 212, 1_000, false)]
    [InlineData(1, 300, 100, 511, true)] // but not on a disk without room,
    [InlineData(1, 20, 100, 511, false)] // for which it must be worth it.
    [InlineData(0, 0, 600, 511, false)]
    public void AFileMovedAsideStaysWhileThereIsRoom(int count, int aside, int used, int free, bool expected) =>
        Assert.Equal(expected, HistoryRetention.GivesUpAside(
            count, (ulong)aside << 20, (ulong)used << 20, (ulong)free << 20, Options));

    [Theory]
    [InlineData(512, 100_000)]
    [InlineData(32, 10_485)]
    public void LivesHaveTheirShare(int mebibytes, long lives) =>
        Assert.Equal(lives, HistoryRetention.MostLives(Options with { MaxBytes = (ulong)mebibytes << 20 }));

    [Fact]
    public void AnEmptyHistoryHasNothingToGo() => Assert.Null(HistoryRetention.Next([], Plenty, 0, Options, Now));

    [Fact]
    public void ATierThatIsNotKeptGoesAtOnce() =>
        Assert.Equal(
            (HistoryTier.Full, RetentionReason.Age),
            HistoryRetention.Next(
                [At(HistoryTier.Full, 0.1)], 0, Plenty, Options with { FullRetention = TimeSpan.Zero }, Now));

    private static OldestChunk At(HistoryTier tier, double ageDays) => new(tier, Now - (long)(ageDays * DayUs));
}
