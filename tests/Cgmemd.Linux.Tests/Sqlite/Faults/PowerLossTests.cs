using Xunit.Abstractions;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>
/// That a power loss takes no more than what was not committed. The disk is one that forgets (disk.c): of what was not
/// synced, nothing is left, or any part of its pages.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int Losses = 60;
    private const int PageSize = 4096;
    private const string DurableSuffix = ".durable";

    [FaultyDiskFact]
    public void Nothing_committed_is_lost_to_the_power()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new ScratchDirectory();
        string path = directory.PathOf("history.db");
        var committed = new Dictionary<int, long>();
        long pages = 0;
        for (int run = 1; run <= Losses; run++)
        {
            using (var driver = new DriverProcess(path, run, 10, FaultyDisk.Environment(path)))
            {
                driver.ReadUntil(() => driver.Committed > 0);
                Thread.Sleep(random.Next(150));
                driver.Kill();
                committed[run] = driver.Committed;
            }

            pages += CutPower(path, keepsSome: run % 2 == 0, random);
            ForetoldHistory.Verify(path, committed, 0);
            // The reading has made an index of the log; the next start is to find none, as after a boot.
            File.Delete(path + "-shm");
        }

        output.WriteLine($"{Losses} losses of power, {committed.Values.Sum()} samples committed, none lost; "
            + $"{pages} pages were not synced");
        Assert.True(pages > 0, "all was synced whenever the power went: nothing was tried");
    }

    // Puts what the disk still has in the place of what was written; how many pages were at stake.
    private static long CutPower(string path, bool keepsSome, Random random)
    {
        long pages = 0;
        foreach (string written in new[] { path, path + "-wal", path + "-journal" })
        {
            string durable = written + DurableSuffix;
            byte[] before = File.Exists(durable) ? File.ReadAllBytes(durable) : [];
            byte[] after = File.Exists(written) ? File.ReadAllBytes(written) : [];
            bool exists = File.Exists(durable);
            if (keepsSome && random.Next(2) == 0 && after.Length != before.Length)
                Array.Resize(ref before, after.Length);
            for (int start = 0; start < before.Length; start += PageSize)
            {
                Span<byte> old = before.AsSpan(start, Math.Min(PageSize, before.Length - start));
                ReadOnlySpan<byte> young = after.AsSpan(Math.Min(start, after.Length));
                young = young[..Math.Min(young.Length, old.Length)];
                if (old[..young.Length].SequenceEqual(young))
                    continue;
                pages++;
                if (keepsSome && random.Next(2) == 0)
                    young.CopyTo(old);
            }

            pages += Math.Max(0, after.Length - before.Length) / PageSize;
            File.Delete(written);
            File.Delete(durable);
            if (exists)
            {
                File.WriteAllBytes(written, before);
                File.WriteAllBytes(durable, before);
            }
        }

        File.Delete(path + "-shm");
        return pages;
    }
}
