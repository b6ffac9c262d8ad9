using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Kernel;

public class FlatKeyedTests
{
    [Fact]
    public void MemoryStatSetsKnownKeysAndSkipsOthers()
    {
        var sample = new Sample();
        Assert.True(MemoryStat.TryParse("anon 24313856\nfile 5423104\nswapcached 1\npgmajfault 17\n"u8, ref sample));
        Assert.Equal(24313856ul, sample[Metric.Anon]);
        Assert.Equal(5423104ul, sample[Metric.File]);
        Assert.Equal(17ul, sample[Metric.MajorPageFaults]);
        Assert.Null(sample[Metric.Kernel]);
        Assert.Null(sample[Metric.MemoryCurrent]);
    }

    [Fact]
    public void OrderDoesNotMatter()
    {
        var sample = new Sample();
        Assert.True(MemoryStat.TryParse("pgfault 3\nanon 1\nfile 2"u8, ref sample));
        Assert.Equal((1ul, 2ul, 3ul), (sample[Metric.Anon], sample[Metric.File], sample[Metric.PageFaults]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("anon\n")]
    [InlineData("anon 1\nfile x\n")]
    [InlineData("anon 1\nfile -2\n")]
    [InlineData("anon 18446744073709551616\n")]
    [InlineData("anon 1 2\n")]
    [InlineData(" 5\n")]
    public void MalformedSetsNothing(string text)
    {
        var sample = new Sample();
        Assert.False(MemoryStat.TryParse(Encoding.UTF8.GetBytes(text), ref sample));
        Assert.Null(sample[Metric.Anon]);
    }

    [Fact]
    public void EventsAndLocalEventsAreKeptApart()
    {
        var sample = new Sample();
        Assert.True(MemoryEvents.TryParse("low 0\nhigh 3\nmax 12\noom 1\noom_kill 1\n"u8, ref sample));
        Assert.True(MemoryEvents.TryParseLocal("max 11\noom_group_kill 2\n"u8, ref sample));
        Assert.Equal((12ul, 11ul), (sample[Metric.EventsMax], sample[Metric.EventsLocalMax]));
        Assert.Null(sample[Metric.EventsOomGroupKill]);
        Assert.Equal(2ul, sample[Metric.EventsLocalOomGroupKill]);
        Assert.Null(sample[Metric.EventsLocalOom]);
    }

    [Fact]
    public void WhatIsPrintedIsReadBack() => Prop.ForAll<uint, ulong>((anon, pgfault) =>
    {
        var sample = new Sample();
        byte[] text = Encoding.UTF8.GetBytes($"anon {anon}\nnew_key 5\npgfault {pgfault}\n");
        bool parsed = MemoryStat.TryParse(text, ref sample);
        return parsed && sample[Metric.Anon] == anon && sample[Metric.PageFaults] == pgfault;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ParsingAllocatesNothing()
    {
        var sample = new Sample();
        ReadOnlySpan<byte> text = "anon 24313856\nfile 5423104\nswapcached 1\npgmajfault 17\n"u8;
        _ = MemoryStat.TryParse(text, ref sample);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            _ = MemoryStat.TryParse(text, ref sample);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
