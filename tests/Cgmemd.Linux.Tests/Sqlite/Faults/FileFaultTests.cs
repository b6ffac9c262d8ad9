using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>What others do to the file of a history that is being written.</summary>
public sealed class FileFaultTests
{
    [Fact]
    public void A_lock_is_waited_for_and_said()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        rig.UntilCommitted();
        using (SqliteDatabase other = SqliteDatabase.OpenOrCreate(rig.Path, TimeSpan.FromSeconds(5)))
        {
            other.Execute("BEGIN EXCLUSIVE");
            rig.UntilSaid(HistoryNoticeKind.Unavailable);
            Assert.Equal(HistoryFault.Locked, rig.Recorder.Status.Fault);
            other.Execute("ROLLBACK");
        }

        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.UntilCommitted();
        Assert.Equal([HistoryNoticeKind.Unavailable, HistoryNoticeKind.Recovered], rig.Kinds);
        rig.StopAndExpectAll();
    }

    [Fact]
    public void A_reader_is_in_nobodys_way()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        rig.UntilCommitted();
        using SqliteDatabase reader = SqliteDatabase.OpenReadOnly(rig.Path, TimeSpan.FromSeconds(5));
        reader.Execute("BEGIN");
        long seen = reader.Scalar("SELECT count(*) FROM open_sample")!.Value;
        for (int i = 0; i < 10; i++)
            rig.UntilCommitted();
        Assert.Equal(seen, reader.Scalar("SELECT count(*) FROM open_sample"));
        reader.Execute("ROLLBACK");
        Assert.Empty(rig.Notices);
        rig.StopAndExpectAll();
    }

    // As "cgmemctl snapshot" stopped by ^Z: the log cannot begin anew, and is bounded.
    [Fact]
    public void A_reader_that_is_stopped_is_named()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        string text = new('x', 1 << 20);
        for (int i = 0; i < 8; i++)
            rig.Recorder.Mark(new Mark(RecorderRig.Now(), text, null, null));
        rig.UntilCommitted();
        using (DriverProcess reader = DriverProcess.Copying(rig.Path))
        {
            MountedDisk.Run("kill", "-STOP", $"{reader.Pid}");
            for (int i = 0; i < 70; i++)
            {
                rig.Recorder.Mark(new Mark(RecorderRig.Now(), text, null, null));
                rig.Sample();
            }

            rig.UntilSaid(HistoryNoticeKind.Unavailable);
            Assert.Contains("a reader has held", rig.Notices[0].Problem, StringComparison.Ordinal);
            Assert.EndsWith(
                $"; held by dotnet[{reader.Pid}] (stopped)", rig.Notices[0].Problem, StringComparison.Ordinal);
            Assert.Equal(rig.Notices[0].Problem, rig.Recorder.Status.Problem);
        }

        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.StopAndExpectAll();
    }

    [Fact]
    public void A_file_that_is_no_database_is_moved_aside_at_the_start()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        byte[] garbage = new byte[20_000];
        new Random(1).NextBytes(garbage);
        File.WriteAllBytes(path, garbage);
        using var rig = new RecorderRig(path);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        Assert.Equal([HistoryNoticeKind.MovedAside, HistoryNoticeKind.Recovered], rig.Kinds);
        Assert.Matches("history\\.db\\.corrupt-[0-9]{8}T[0-9]{6}Z$", rig.Notices[0].Aside);
        Assert.Equal(garbage, File.ReadAllBytes(rig.Notices[0].Aside!));
        rig.StopAndExpectAll();
    }

    // As dd does it; this process must not open the file, or the close would drop SQLite's locks.
    [Fact]
    public void A_header_that_is_overwritten_is_noticed()
    {
        using var scratch = new ScratchDirectory();
        using var rig = new RecorderRig(scratch.PathOf("history.db"));
        rig.Until(() => rig.Given > 1_000);
        rig.UntilCommitted();
        Overwrite(rig.Path, offset: 0, count: 4096);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        Assert.Contains("header", rig.Notices[0].Problem, StringComparison.Ordinal);
        // Mended from the log, where that had the page, or else begun anew beside what was moved.
        if (!rig.Kinds.Contains(HistoryNoticeKind.MovedAside))
        {
            rig.StopAndExpectAll();
            return;
        }

        ulong then = rig.Given;
        rig.UntilCommitted();
        Assert.Contains(then, rig.StopAndRead());
    }

    [Fact]
    public void Pages_that_are_spoiled_are_noticed_when_they_are_used()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        using (var former = new RecorderRig(path))
        {
            former.Until(() => former.Given > 2_000);
            former.StopAndExpectAll();
        }

        Overwrite(path, offset: 4096, count: (int)new FileInfo(path).Length - 4096);
        using var rig = new RecorderRig(path);
        rig.UntilSaid(HistoryNoticeKind.MovedAside);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        rig.StopAndExpectAll();
    }

    [Fact]
    public void Of_files_moved_aside_two_are_kept()
    {
        using var scratch = new ScratchDirectory();
        var files = new HistoryFiles(scratch.PathOf("history.db"));
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 4; i++)
        {
            File.WriteAllText(scratch.PathOf("history.db"), $"{i}");
            File.WriteAllText(scratch.PathOf("history.db-wal"), $"log of {i}");
            files.MoveAside(now.AddHours(i));
        }

        Assert.Equal(
            ["history.db.corrupt-20261121T140000Z", "history.db.corrupt-20261121T140000Z-wal",
                "history.db.corrupt-20261121T150000Z", "history.db.corrupt-20261121T150000Z-wal"],
            Directory.GetFiles(scratch.PathOf("")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Files_moved_aside_count_and_the_oldest_goes_first()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        string older = path + ".corrupt-20261121T140000Z", newer = path + ".corrupt-20261121T150000Z";
        File.WriteAllBytes(older, new byte[3 << 20]);
        File.WriteAllBytes(older + "-wal", new byte[1 << 20]);
        File.WriteAllBytes(newer, new byte[28 << 20]);
        using var rig = new RecorderRig(
            path, options: HistoryOptions.Default with { MaxBytes = 32 << 20, KeepFree = 0 });
        rig.Until(() => !File.Exists(older) && !File.Exists(older + "-wal"));
        rig.UntilCommitted();
        Assert.True(File.Exists(newer));
        // Until what is recorded since needs the room.
        for (int i = 0; i < 9; i++)
            rig.Recorder.Mark(new Mark(RecorderRig.Now(), new string('x', 1 << 20), null, null));
        rig.Until(() => !File.Exists(newer));
        Assert.Empty(rig.Notices);
        rig.StopAndExpectAll();
    }

    [Fact]
    public void A_disk_that_spoils_every_file_does_not_cost_the_first_one()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        File.WriteAllText(path, new string('x', 8_192));
        using var rig = new RecorderRig(path);
        rig.UntilSaid(HistoryNoticeKind.Recovered);
        // The log too, or it would mend the file.
        Overwrite(path + "-wal", offset: 0, count: 1 << 20);
        Overwrite(path, offset: 0, count: 65_536);
        rig.Until(() => rig.Notices.Any(n => n.Problem.Contains("not moved aside", StringComparison.Ordinal)));
        Assert.Single(rig.Kinds, HistoryNoticeKind.MovedAside);
        Assert.Equal(HistoryFault.Corrupt, rig.Recorder.Status.Fault);
    }

    [Fact]
    public void A_history_of_a_newer_cgmemd_is_left_alone()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.PathOf("history.db");
        using (var former = new RecorderRig(path))
            former.UntilCommitted();
        using (SqliteDatabase newer = SqliteDatabase.OpenOrCreate(path, TimeSpan.FromSeconds(5)))
            newer.Execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
        byte[] before = File.ReadAllBytes(path);
        using var rig = new RecorderRig(path);
        rig.UntilSaid(HistoryNoticeKind.Unavailable);
        Assert.Equal(HistoryFault.Foreign, rig.Recorder.Status.Fault);
        rig.Until(() => rig.Recorder.Status.SamplesLost > 0);
        rig.Recorder.Stop();
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private static void Overwrite(string path, int offset, int count) => MountedDisk.Run(
        "dd", "if=/dev/urandom", $"of={path}", "bs=4096", $"seek={offset / 4096}", $"count={count / 4096}",
        "conv=notrunc", "status=none");
}
