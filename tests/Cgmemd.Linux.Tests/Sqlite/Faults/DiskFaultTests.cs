using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>What happens to the disk below a history that is being written.</summary>
public sealed class DiskFaultTests
{
    [MountedDiskFact]
    public void A_full_disk_is_waited_for()
    {
        using var disk = new MountedDisk(24);
        using var rig = new RecorderRig(disk.PathOf("history.db"));
        rig.UntilCommitted();
        string filler = disk.Fill();
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        Assert.Equal(HistoryState.Faulted, rig.Recorder.Status.State);
        Assert.Equal(HistoryFault.DiskFull, rig.Recorder.Status.Fault);
        Assert.Contains("full", rig.Recorder.Status.Problem, StringComparison.Ordinal);
        ulong waiting = rig.Given;
        File.Delete(filler);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        Assert.Equal(HistoryState.Recording, rig.Recorder.Status.State);
        Assert.Equal([HistoryNoticeKind.Unavailable, HistoryNoticeKind.Recovered], rig.Kinds);
        // Of what was sealed before, some may have made room.
        rig.StopAndExpectAll(from: waiting);
    }

    // What the history has of its own is given back, oldest first, when nobody else makes room.
    [MountedDiskFact]
    public void On_a_disk_that_stays_full_the_oldest_goes()
    {
        using var disk = new MountedDisk(24);
        using var rig = new RecorderRig(disk.PathOf("history.db"));
        rig.UntilCommitted();
        var noise = new Random(1);
        while (new FileInfo(rig.Path).Length < 6 << 20)
        {
            for (int i = 0; i < 200; i++)
                rig.Sample(noise: noise);
            rig.UntilCommitted();
        }

        disk.Fill();
        for (int i = 0; i < 50; i++)
        {
            for (int j = 0; j < 40; j++)
                rig.Sample(noise: noise);
            rig.UntilCommitted();
        }

        ulong then = rig.Given;
        rig.UntilCommitted();
        Assert.Equal(0, rig.Recorder.Status.SamplesLost);
        HashSet<ulong> found = rig.StopAndRead();
        Assert.Contains(then, found);
        Assert.DoesNotContain(0ul, found);
    }

    [MountedDiskFact]
    public void A_disk_that_became_read_only_is_waited_for()
    {
        using var disk = new MountedDisk(24);
        using var rig = new RecorderRig(disk.PathOf("history.db"));
        rig.UntilCommitted();
        disk.Break();
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        Assert.Equal(HistoryState.Faulted, rig.Recorder.Status.State);
        disk.Mend();
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        HashSet<ulong> found = rig.StopAndRead();
        Assert.Equal(0, rig.Recorder.Status.SamplesLost);
        Assert.Contains(rig.Given - 1, found);
        // First the write failed, then the opening: each is said, and the end once.
        Assert.Equal([HistoryNoticeKind.Unavailable, HistoryNoticeKind.Recovered], rig.Kinds.Distinct());
        Assert.Single(rig.Kinds, HistoryNoticeKind.Recovered);
    }

    [Fact]
    public void A_directory_that_went_is_made_again()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("lib/history.db"));
        rig.UntilCommitted();
        Directory.Move(scratch.PathOf("lib"), scratch.PathOf("gone"));
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        Assert.Contains(rig.Given - 1, rig.StopAndRead());
    }

    [Fact]
    public void A_file_that_was_deleted_is_begun_again()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        rig.UntilCommitted();
        File.Delete(rig.Path);
        ulong then = rig.Given;
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        HashSet<ulong> found = rig.StopAndRead();
        // All that was committed after it was gone.
        for (ulong n = then; n < rig.Given; n++)
            Assert.Contains(n, found);
        Assert.Contains("deleted or replaced", rig.Notices[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_was_deleted_loses_nothing()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        rig.UntilCommitted();
        File.Delete(rig.Path + "-wal");
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        rig.StopAndExpectAll();
    }

    [Fact]
    public void A_place_that_is_no_file_is_said_and_waited_for()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        Directory.CreateDirectory(path);
        using var rig = new RecorderRig(path);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        Assert.Equal(HistoryFault.Unwritable, rig.Recorder.Status.Fault);
        Directory.Delete(path);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.StopAndExpectAll();
    }

    [Fact]
    public void What_finds_no_room_in_the_queue_is_counted_and_a_gap()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        Directory.CreateDirectory(path);
        using var rig = new RecorderRig(path, RecorderRig.Pace with { MaxQueuedBytes = 8_192 });
        rig.Until(() => rig.Recorder.Status.SamplesLost > 20);
        Directory.Delete(path);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        ulong then = rig.Given;
        for (int i = 0; i < 10; i++)
            rig.UntilCommitted();
        HashSet<ulong> found = rig.StopAndRead();
        Assert.Equal((long)rig.Given, found.Count + rig.Recorder.Status.SamplesLost);
        Assert.Contains(0ul, found);
        Assert.Contains(found, n => n >= then);
        Assert.True(rig.Notices.First(n => n.Kind == HistoryNoticeKind.Recovered).SamplesLost > 20);
        Assert.Contains("unwritable", rig.Gaps().Select(gap => gap.Reason));
    }

    [Fact]
    public void A_history_that_is_not_wanted_is_not_written()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(
            scratch.PathOf("history.db"), options: HistoryOptions.Default with { Enabled = false });
        rig.Sample();
        Assert.False(File.Exists(rig.Path));
        Assert.Equal(HistoryState.Off, rig.Recorder.Status.State);
        // As a reload does; the series that were begun before go on.
        rig.Recorder.Configure(HistoryOptions.Default);
        rig.UntilCommitted();
        Assert.Contains(rig.Given - 1, rig.StopAndRead());
    }
}
