namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>That an error of the disk is said, loses nothing, and is over when it ends.</summary>
public sealed class FailingDiskTests
{
    [FaultyDiskFact]
    public void Writes_that_fail_are_made_up_for() => FailsAndRecovers('w', "disk I/O error");

    [FaultyDiskFact]
    public void Syncs_that_fail_are_made_up_for() => FailsAndRecovers('s', "disk I/O error");

    [FaultyDiskFact]
    public void Reads_that_fail_are_made_up_for() => FailsAndRecovers('r', "disk I/O error");

    [FaultyDiskFact]
    public void A_file_that_cannot_grow_is_made_up_for() => FailsAndRecovers('f', "full");

    private static void FailsAndRecovers(char fault, string problem)
    {
        using var directory = new ScratchDirectory();
        string path = directory.PathOf("history.db"), control = directory.PathOf("fault");
        File.WriteAllText(control, "-");
        using var driver = new DriverProcess(path, 1, 10, FaultyDisk.Environment(path, control));
        driver.ReadUntil(() => driver.Committed > 0);
        using (FileStream stream = File.OpenWrite(control))
        {
            stream.WriteByte((byte)fault);
            stream.Flush();
            driver.ReadUntil(() => driver.Notices.Count > 0);
            Assert.StartsWith("Unavailable ", driver.Notices[0], StringComparison.Ordinal);
            Assert.Contains(problem, driver.Notices[0], StringComparison.Ordinal);
            Thread.Sleep(300);
            stream.Position = 0;
            stream.WriteByte((byte)'-');
        }

        driver.ReadUntil(() => driver.Notices.Count > 1);
        Assert.StartsWith("Recovered ", driver.Notices[1], StringComparison.Ordinal);
        long recovered = driver.Committed;
        driver.ReadUntil(() => driver.Committed > recovered);
        driver.Kill();
        Assert.Equal(2, driver.Notices.Count);
        Assert.Equal(0, driver.Lost);
        ForetoldHistory.Verify(path, new Dictionary<int, long> { [1] = driver.Committed }, 0);
    }
}
