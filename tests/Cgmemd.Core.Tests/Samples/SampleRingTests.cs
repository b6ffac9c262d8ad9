using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Samples;

public sealed class SampleRingTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Holds_the_last_thirty_seconds_at_any_pace()
    {
        var ring = new SampleRing();
        for (int i = 0; i < 1_000; i++)
            ring.Add(At(i * Second / 10));

        Assert.True(ring.Count <= SampleRing.MaxCapacity);
        Assert.Equal(At(999 * Second / 10), ring[ring.Count - 1]);
        Assert.True(ring[ring.Count - 1].TimestampUs - ring[0].TimestampUs >= SampleRing.WindowUs);
    }

    [Fact]
    public void Does_not_grow_at_the_base_interval()
    {
        var ring = new SampleRing();
        for (int i = 0; i < 1_000; i++)
            ring.Add(At(i * 5 * Second));

        Assert.Equal(8, ring.Count);
        Assert.Equal(At(992 * 5 * Second), ring[0]);
    }

    [Fact]
    public void Keeps_the_order_across_growth()
    {
        var ring = new SampleRing();
        for (int i = 0; i < 11; i++)
            ring.Add(At(i * 5 * Second));
        for (int i = 0; i < 100; i++)
            ring.Add(At((50 * Second) + (i * Second / 10)));

        RingSample[] all = ring.ToArray();
        Assert.Equal(all.OrderBy(s => s.TimestampUs), all);
    }

    [Fact]
    public void Of_two_samples_of_one_instant_the_second_stays()
    {
        var ring = new SampleRing();
        ring.Add(At(Second));
        ring.Add(At(2 * Second) with { Anon = null });
        ring.Add(At(2 * Second) with { Anon = 7 });
        Assert.Equal([At(Second), At(2 * Second) with { Anon = 7 }], ring.ToArray());
    }

    [Fact]
    public void The_rate_is_over_a_second_or_over_the_last_two_samples_where_they_are_further_apart()
    {
        var ring = new SampleRing();
        Assert.Equal(0, ring.Rate(Second));
        ring.Add(new RingSample(0, 100, null, null, null));
        ring.Add(new RingSample(5 * Second, 600, null, null, null));
        Assert.Equal(100, ring.Rate(Second));
        for (int i = 1; i <= 20; i++)
            ring.Add(new RingSample((5 * Second) + (i * Second / 10), 600 + ((ulong)(i / 10) * 50), null, null, null));
        Assert.Equal(50, ring.Rate(Second));
    }

    private static RingSample At(long us) => new(us, (ulong)us, null, null, null);
}
