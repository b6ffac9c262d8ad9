using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>
/// Hosts of made-up processes over hours, from a seed: whatever they do, the budgets hold, and nobody is left out.
/// </summary>
public class PssSimulationTests
{
    [Theory]
    [InlineData(1, 50, 0.005)]
    [InlineData(2, 400, 0.005)]
    [InlineData(3, 2_000, 0.005)]
    [InlineData(4, 2_000, 0.0005)]
    [InlineData(5, 400, 0.05)]
    [InlineData(6, 5_000, 0.01)]
    public void The_budgets_hold_and_all_are_read(int seed, int count, double share)
    {
        var host = new PssHost(seed, count, new PssLimits(TimeSpan.FromSeconds(30), share, 0.001));
        host.Run(TimeSpan.FromHours(3));
        // One reading of the largest, a burst, and what began to rest by a share that was smaller from then on.
        Assert.InRange(host.GreatestOverdraftUs, 0, (3 * host.GreatestCostUs) + (3 * PssSchedule.BurstUs));
        Assert.Equal(0, host.ReadTooEarly);
        Assert.True(host.GreatestWaitUs <= host.WaitBoundUs, $"{host.GreatestWaitUs} > {host.WaitBoundUs}");
        Assert.Equal(0, host.NeverRead);
        Assert.True(host.Readings > count);
    }

    [Fact]
    public void Preferred_ones_are_read_more_often_where_the_budget_is_short()
    {
        var host = new PssHost(7, 2_000, new PssLimits(TimeSpan.FromSeconds(30), 0.0005, 0.001)) { HasChanges = false };
        host.Run(TimeSpan.FromHours(6));
        Assert.True(host.MeanAgeUs(isPreferred: true) * 2 < host.MeanAgeUs(isPreferred: false));
    }

    [Fact]
    public void A_process_of_200_GB_does_not_make_the_others_wait()
    {
        var host = new PssHost(8, 100, new PssLimits(TimeSpan.FromSeconds(30), 0.005, 0.001)) { HasChanges = false };
        host.AddGiant(200UL << 30);
        host.Run(TimeSpan.FromHours(3));
        Assert.InRange(host.GreatestCostUs, 500_000, 900_000);
        Assert.InRange(host.GreatestSmallWaitUs, 0, 30_000_000);
        Assert.Equal(0, host.NeverRead);
    }
}
