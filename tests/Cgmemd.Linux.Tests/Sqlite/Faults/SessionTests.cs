using System.Collections.Concurrent;
using System.Diagnostics;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>One run of the writer's thread after the other, and what one of them leaves to the next.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly HistoryOptions On = HistoryOptions.Default with { KeepFree = 0 };
    private static readonly HistoryOptions Off = On with { Enabled = false };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ScratchDirectory _scratch = new();

    private string FilePath => _scratch.PathOf("history.db");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Switched_on_while_the_thread_before_is_stuck_it_comes_on_by_itself()
    {
        using var rig = new RecorderRig(
            FilePath, RecorderRig.Pace with { StopPatience = TimeSpan.FromMilliseconds(50) });
        rig.UntilCommitted();
        HistorySeries quiet;
        using (SqliteDatabase other = SqliteDatabase.OpenOrCreate(FilePath, TimeSpan.FromSeconds(5)))
        {
            // SQLite waits two seconds for it in each attempt.
            other.Execute("BEGIN EXCLUSIVE");
            rig.Sample();
            long commits = rig.Recorder.Status.Commits;
            Thread.Sleep(200);
            Assert.Equal(commits, rig.Recorder.Status.Commits);
            rig.Recorder.Configure(Off);
            rig.Recorder.Configure(On);
            Assert.NotEqual(HistoryState.Recording, rig.Recorder.Status.State);
            quiet = rig.Recorder.Begin(RecorderRig.Life("quiet.service", 8));
            HistorySeries brief = rig.Recorder.Begin(RecorderRig.Life("brief.service", 9));
            rig.Recorder.EndFirstPass();
            rig.Recorder.End(brief, brief.Start with { End = RecorderRig.Now() });
            other.Execute("ROLLBACK");
        }

        long before = rig.Recorder.Status.SamplesWritten;
        rig.Until(() => rig.Recorder.Status is { State: HistoryState.Recording } status
            && status.SamplesWritten > before + 10);
        rig.Recorder.Stop();
        using HistoryReader reader = HistoryReader.Open(FilePath);
        Assert.Contains(rig.Given - 1, RecorderRig.Read(FilePath));
        // It has given no sample since, and goes on all the same.
        Assert.Null(Assert.Single(reader.Invocations(UnitChoice.Named(quiet.Start.Unit), HistoryRange.All)).Result);
        Assert.Empty(reader.Invocations(UnitChoice.Named("brief.service"), HistoryRange.All));
    }

    [Fact]
    public void A_run_of_the_thread_tells_of_its_own_faults()
    {
        Directory.CreateDirectory(FilePath);
        using var rig = new RecorderRig(FilePath);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        rig.Recorder.Configure(Off);
        Assert.Equal((HistoryState.Off, null), (rig.Recorder.Status.State, rig.Recorder.Status.Problem));
        // What was sampled in between and never written is told of.
        Assert.Equal((long)rig.Given, rig.Recorder.Status.SamplesLost);

        // Still there, it is said again.
        rig.Notices.Clear();
        rig.Recorder.Configure(On);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);

        // Gone meanwhile, nothing has recovered that was ever told of.
        rig.Recorder.Configure(Off);
        Directory.Delete(FilePath);
        while (rig.Recorder.TryTakeNotice(out _))
        {
        }

        rig.Notices.Clear();
        rig.Recorder.Configure(On);
        rig.UntilCommitted();
        Assert.Empty(rig.Notices);
        rig.Recorder.Stop();
        Assert.Empty(rig.Gaps());
    }

    [Fact]
    public void A_file_that_takes_long_to_open_does_not_lengthen_the_gap()
    {
        using (var former = new RecorderRig(FilePath))
            former.UntilCommitted();
        File.Move(FilePath, FilePath + ".away");
        Directory.CreateDirectory(FilePath);
        using var rig = new RecorderRig(FilePath);
        HistoryTime first = RecorderRig.Now();
        rig.Sample(first);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        Directory.Delete(FilePath);
        File.Move(FilePath + ".away", FilePath);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.Recorder.Stop();
        Gap gap = Assert.Single(rig.Gaps());
        Assert.Equal("not-running", gap.Reason);
        Assert.InRange(gap.End.MonotonicUs, gap.Start.MonotonicUs, first.MonotonicUs);
    }

    // The commit goes to a log that has no name any more, and comes into the file when that is closed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_in_doubt_is_written_once(bool hasSamples)
    {
        var batches = new ConcurrentQueue<HistoryBatch>();
        using var writer = new HistoryWriter(
            FilePath, RecorderRig.BootId, TimeProvider.System, () => { }, RecorderRig.Pace,
            next => batches.TryDequeue(out HistoryBatch? batch) ? batch : next)
        { Options = On };
        // Of one tick, as all that the loop samples in one has its time.
        HistoryTime tick = RecorderRig.Now();
        var first = new HistoryBatch();
        first.AppendBegin(new HistorySeries(1, RecorderRig.Life()));
        Append(first, 1, tick);
        batches.Enqueue(first);
        writer.Start();
        Until(() => writer.Status.SamplesWritten == 1);

        var doubted = new HistoryBatch();
        if (hasSamples)
            Append(doubted, 2, tick);
        int attempts = 0;
        doubted.Append(store =>
        {
            store.AddMark(new Mark(tick, "once", null, null));
            if (++attempts == 1)
                File.Delete(FilePath + "-wal");
        });
        batches.Enqueue(doubted);
        Until(() => writer.TryTakeNotice(out HistoryNotice? notice) && notice!.Kind == HistoryNoticeKind.Recovered);
        writer.Stop();
        Assert.Equal(1, attempts);
        using HistoryReader reader = HistoryReader.Open(FilePath);
        Assert.Single(reader.Marks(null, HistoryRange.All));
        Assert.Equal(hasSamples ? 2 : 1, reader.Rows(
            RecorderRig.Unit, HistoryRange.All, null, [HistoryFields.Find("memory.current")!]).Sum(r => r.Samples));
    }

    private static void Append(HistoryBatch batch, ulong current, HistoryTime time)
    {
        var sample = default(Sample);
        sample.Set(Metric.MemoryCurrent, current);
        Assert.True(batch.TryAppend(1, sample, default, isFull: true, hasNewPss: false, time, 1 << 20));
    }

    private static void Until(Func<bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < Patience, "it does not come to that");
            Thread.Sleep(5);
        }
    }
}
