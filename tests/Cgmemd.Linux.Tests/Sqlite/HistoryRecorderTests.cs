using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Tests.Sqlite.Faults;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class HistoryRecorderTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private string FilePath => _scratch.PathOf("history.db");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_is_given_is_there_after_a_stop()
    {
        using var rig = new RecorderRig(FilePath);
        for (int i = 0; i < 500; i++)
            rig.Sample();
        rig.StopAndExpectAll();
        Assert.Equal(HistoryState.Off, rig.Recorder.Status.State);
        Assert.Equal(500, rig.Recorder.Status.SamplesWritten);
    }

    [Fact]
    public void Samples_allocate_nothing()
    {
        // Never committed meanwhile, so that the buffer has grown to what it needs by the second half.
        using var rig = new RecorderRig(FilePath, new HistoryPace { CommitInterval = TimeSpan.FromHours(1) });
        HistorySeries series = rig.Recorder.Begin(RecorderRig.Life("other.service", 8));
        var sample = default(Sample);
        sample.Set(Metric.MemoryCurrent, 1);
        for (int i = 0; i < 2_000; i++)
            rig.Recorder.Sample(series, sample, default, isFull: true, hasNewPss: true, RecorderRig.Now());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            rig.Recorder.Sample(series, sample, default, isFull: true, hasNewPss: true, RecorderRig.Now());
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_restart_goes_on_with_the_same_life_and_leaves_a_gap()
    {
        using (var former = new RecorderRig(FilePath))
            former.UntilCommitted();
        using var rig = new RecorderRig(FilePath);
        rig.UntilCommitted();
        rig.Recorder.Stop();
        using HistoryReader reader = HistoryReader.Open(FilePath);
        Assert.Single(reader.Invocations(null, HistoryRange.All));
        Gap gap = Assert.Single(rig.Gaps());
        Assert.Equal("not-running", gap.Reason);
        Assert.True(gap.Start.RealtimeUs < gap.End.RealtimeUs);
    }

    [Fact]
    public void What_ended_unseen_is_lost_among_more_than_the_queue_takes_at_once()
    {
        const int Count = 300;
        HistoryPace pace = RecorderRig.Pace with { MaxQueuedRecords = 100 };
        for (int run = 0; run < 2; run++)
        {
            using var recorder = new HistoryRecorder(
                FilePath, RecorderRig.BootId, TimeProvider.System, () => { }, pace);
            recorder.Configure(HistoryOptions.Default with { KeepFree = 0 });
            // The first of them is there in the first run only.
            HistorySeries[] all = [.. Enumerable.Range(run, Count - run).Select(
                i => recorder.Begin(RecorderRig.Life($"u{i:d3}.service", (ulong)i + 100)))];
            recorder.EndFirstPass();
            for (long written = 0; written < 2 * Count; written = recorder.Status.SamplesWritten)
            {
                foreach (HistorySeries series in all)
                    recorder.Sample(series, default, default, isFull: true, hasNewPss: false, RecorderRig.Now());
                Thread.Sleep(20);
            }

            recorder.Stop();
            Assert.Equal(0, recorder.Status.RecordsLost);
        }

        using HistoryReader reader = HistoryReader.Open(FilePath);
        IReadOnlyList<Invocation> lives = reader.Invocations(UnitChoice.Matching("u*"), HistoryRange.All);
        Assert.Equal("u000.service", Assert.Single(lives, life => life.Result == "lost").Unit);
        Assert.Equal(Count, lives.Count);
    }

    [Fact]
    public void What_ended_unseen_is_lost()
    {
        using (var former = new RecorderRig(FilePath))
        {
            former.Recorder.Begin(RecorderRig.Life("gone.service", 8));
            former.UntilCommitted();
        }

        using var rig = new RecorderRig(FilePath);
        rig.UntilCommitted();
        rig.Recorder.Stop();
        using HistoryReader reader = HistoryReader.Open(FilePath);
        Invocation gone = Assert.Single(reader.Invocations(UnitChoice.Named("gone.service"), HistoryRange.All));
        Assert.Equal("lost", gone.Result);
        Assert.Null(Assert.Single(reader.Invocations(UnitChoice.Named(RecorderRig.Unit), HistoryRange.All)).End);
    }

    [Fact]
    public void Another_boot_is_a_gap_of_its_own_reason()
    {
        using (var former = new RecorderRig(FilePath))
            former.UntilCommitted();
        using (var recorder = new HistoryRecorder(
            FilePath, new string('c', 32), TimeProvider.System, () => { }, RecorderRig.Pace))
        {
            recorder.Configure(HistoryOptions.Default with { KeepFree = 0 });
            recorder.Stop();
        }

        using HistoryReader reader = HistoryReader.Open(FilePath);
        Assert.Equal("reboot", Assert.Single(reader.Gaps(HistoryRange.All)).Reason);
        Assert.Equal("lost", Assert.Single(reader.Invocations(null, HistoryRange.All)).Result);
    }

    [Theory]
    [InlineData(3_600_000_000)]
    [InlineData(-3_600_000_000)]
    public void A_clock_that_is_set_is_a_gap_and_no_sample_is_lost(long stepUs)
    {
        using var rig = new RecorderRig(FilePath);
        for (int i = 0; i < 200; i++)
        {
            HistoryTime now = RecorderRig.Now();
            rig.Sample(i < 100 ? now : now with { RealtimeUs = now.RealtimeUs + stepUs });
        }

        rig.StopAndExpectAll();
        Gap gap = Assert.Single(rig.Gaps());
        Assert.Equal("clock-step", gap.Reason);
        Assert.InRange(gap.End.RealtimeUs - gap.Start.RealtimeUs - stepUs, -60_000_000, 60_000_000);
    }

    [Fact]
    public void Records_keep_their_order_among_the_samples()
    {
        using var rig = new RecorderRig(FilePath, RecorderRig.Pace with { CommitInterval = TimeSpan.FromHours(1) });
        // Begun, sampled, ended and begun again in one batch: two lives.
        for (int life = 0; life < 2; life++)
        {
            Invocation start = RecorderRig.Life("short.service", 9);
            HistorySeries series = rig.Recorder.Begin(start);
            var sample = default(Sample);
            sample.Set(Metric.MemoryCurrent, (ulong)life);
            rig.Recorder.Sample(series, sample, default, isFull: true, hasNewPss: false, RecorderRig.Now());
            rig.Recorder.End(series, start with { End = RecorderRig.Now(), Result = "success", Peak = 5 });
        }

        rig.Recorder.Stop();
        using HistoryReader reader = HistoryReader.Open(FilePath);
        IReadOnlyList<Invocation> lives = reader.Invocations(UnitChoice.Named("short.service"), HistoryRange.All);
        Assert.Equal(2, lives.Count);
        Assert.All(lives, life => Assert.Equal(("success", 5ul), (life.Result, life.Peak)));
        Assert.Equal(2, reader.Rows(
            "short.service", HistoryRange.All, null, [HistoryFields.Find("memory.current")!]).Count());
    }
}
