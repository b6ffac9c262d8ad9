using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Samples;

public sealed class PaceTests
{
    private const ulong MiB = 1 << 20;
    private static readonly SamplingOptions Sampling = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));

    [Fact]
    public void Without_a_line_to_cross_the_base_interval_holds() =>
        Assert.Equal(Sampling.Interval, Pace.Next(100 * MiB, 1e9, ceiling: null, Sampling));

    [Fact]
    public void A_unit_far_below_its_line_is_read_at_the_base_interval() =>
        Assert.Equal(Sampling.Interval, Pace.Next(10 * MiB, 0, 100 * MiB, Sampling));

    [Fact]
    public void At_and_above_the_line_the_shortest_interval_holds()
    {
        Assert.Equal(Sampling.MinInterval, Pace.Next(100 * MiB, 0, 100 * MiB, Sampling));
        Assert.Equal(Sampling.MinInterval, Pace.Next(101 * MiB, -5, 100 * MiB, Sampling));
    }

    [Fact]
    public void Half_of_the_time_to_the_crossing_is_slept() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Pace.Next(80 * MiB, 10.0 * MiB, 100 * MiB, Sampling));

    [Fact]
    public void A_steady_fill_is_met_within_the_shortest_interval_of_its_crossing()
    {
        const double Rate = 50.0 * MiB;
        double current = 0, seconds = 0;
        while (current <= 500 * MiB)
        {
            double step = Pace.Next((ulong)current, Rate, 500 * MiB, Sampling).TotalSeconds;
            seconds += step;
            current = Rate * seconds;
        }

        Assert.InRange(current - (500 * MiB), 0, Rate * Sampling.MinInterval.TotalSeconds);
    }
}
