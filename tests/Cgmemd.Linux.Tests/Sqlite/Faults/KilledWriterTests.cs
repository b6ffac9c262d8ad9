using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>
/// That SIGKILL loses nothing committed or sealed, at whatever moment. So many times as CGMEMD_KILLS says; 200 unless
/// it does.
/// </summary>
public sealed class KilledWriterTests(ITestOutputHelper output)
{
    /// <summary>Each file lives through so many, so that it stays small and can be looked at as a whole.</summary>
    private const int KillsPerFile = 50;

    [Fact]
    public void Nothing_committed_is_lost_to_SIGKILL()
    {
        int kills = int.Parse(
            Environment.GetEnvironmentVariable("CGMEMD_KILLS") ?? "200", CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new ScratchDirectory();
        var watch = Stopwatch.StartNew();
        long samples = 0;
        for (int done = 0; done < kills; done += KillsPerFile)
        {
            string path = directory.PathOf($"{done}.db");
            var committed = new Dictionary<int, long>();
            for (int run = 1; run <= Math.Min(KillsPerFile, kills - done); run++)
            {
                long sinceUs = TimeProvider.System.RealtimeUs();
                committed[run] = RunUntilKilled(path, run, random);
                samples += committed[run];
                if (committed.Values.Sum() > 0)
                    ForetoldHistory.Verify(path, new Dictionary<int, long> { [run] = committed[run] }, sinceUs);
            }

            ForetoldHistory.Verify(path, committed, 0);
        }

        output.WriteLine($"{kills} kills, {samples} samples committed, none lost, "
            + $"{watch.Elapsed.TotalMilliseconds / kills:0} ms a round");
    }

    // At any time since its start, or, to hit what matters, while it writes.
    private static long RunUntilKilled(string path, int run, Random random)
    {
        using var driver = new DriverProcess(path, run, commitIntervalMs: random.Next(2, 20));
        if (random.Next(3) == 0)
        {
            Thread.Sleep(random.Next(200));
        }
        else
        {
            driver.ReadUntil(() => driver.Committed > 0);
            Thread.Sleep(random.Next(60));
        }

        driver.Kill();
        Assert.Empty(driver.Notices);
        return driver.Committed;
    }
}
