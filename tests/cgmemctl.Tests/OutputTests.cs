using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>What a person sees, to the letter.</summary>
public class OutputTests
{
    [Fact]
    public void List() => Prints(
        """
        UNIT                           CURRENT PEAK LIMIT %LIMIT ANON  PSS    RATE ALERT
        system-postgres…6-main.service      2G 2.1G     -      - 512M    -   -4K/s     -
        api.service                       420M 480M  512M  82.0% 300M 398M +1.2M/s     1
        cron.service                      1.5K    -     -      -    -    -    0B/s     -
        batch.service                        -  90M     -      -    -    -       -     -

        4 units listed, 1 with alerts firing.
        """, "list");

    [Fact]
    public void Show() => Prints(
        """
        ● api.service
              Cgroup: /system.slice/api.service (id 4711)
          Invocation: 6a1b6e4bbd3c4f5f9d1f6a2b8c7d9e0f
             Watched: since Sat 2026-11-21 08:00:00 UTC; 2h ago
             Sampled: 2s ago
               Cause: 71% anon, +72M/min, 3 max events
              Alerts: memory-80 firing [warning] for 3min: memory.current 420M, threshold 410M
              Memory: 420M of 512M (82.0%), 92M left
              Limits: max 512M (an ancestor's; own none), high none
                Peak: 480M; in the last interval 421M (highest sampled)
                Rate: +1.2M/s; at this rate at the limit in 1min 16s
             Made of: anon 300M, file 88M, shmem 0B, kernel 24M
         Working set: 350M
                Swap: 0B
                 PSS: 398M, read 12s ago
            Pressure: some 0.12%, full 0.00% (10 s average)
              Events: high 0, max 3, oom 0, oom_kill 0
           OOM kills: none
               Tasks: 17

         PID  PSS  RSS PROCESS
        4242 300M 320M api
        4250    -  20M evil�[2J

        TIME            EVENT         MESSAGE
        Nov 21 08:00:00 unit-started  api.service: started
        Nov 21 09:57:00 alert-firing  api.service: memory-80: memory.current 412M is above 80% of 512M
        Nov 21 09:57:02 capture-taken api.service: capture written, 14.2K
        """, "show", "api");

    [Fact]
    public void Status() => Prints(
        """
        ● cgmemd 0.1.0 (net9.0 NativeAOT)
              Running: since Sat 2026-11-21 07:55:00 UTC; 2h 5min ago (PID 812)
                 Boot: 0c5f2ea4a0ab4e7a8b0cf50e2ec0f4a1
             Watching: 4 units, 9 cgroups, 2 rules
               Alerts: 1 firing
             Captures: 1, 14.2K
               Events: 1 to 3
              History: 41M, since Thu 2026-11-19 10:00:00 UTC; 2 days ago
                  PSS: 31 processes, read up to 44s ago, in 0.13% of the time
                       2 not read yet, 1 undercounted by the kernel
              systemd: connected
         systemd-oomd: may ask before it kills; 2 times so far
           Configured: since Sat 2026-11-21 07:55:00 UTC; 2h 5min ago
                       /usr/lib/cgmemd/cgmemd.toml
                       /etc/cgmemd/rules.d/memory.toml
           Own memory: 6.4M PSS, 3.1M private dirty
              Own CPU: 9.4s, 0.125% of a core, 0.125% over the last minute
                Ticks: 1500: last 410us, mean 396us, longest 2.104ms
         Kernel files: 81000 reads, 64 descriptors open
            Allocated: 512K since the start
               Writer: 0.013% of a core, 13500 samples written; 1500 commits: last 8.31ms, longest 41.2ms
           State file: 4K
              Journal: 27 entries written

        This host lacks:
          kernel 6.1, before 6.12: peaks between samples are not exact
        """, "status");

    [Fact]
    public void StatusWhilePssIsNotRead()
    {
        DaemonMeasuring well = CannedDaemon.Status().Pss;
        Assert.Contains(
            "stuck for 12s at PID 42: rules have no PSS\n",
            PrintStatus(well with { State = "stuck", StuckPid = 42, StuckUsec = 12_000_000 }),
            StringComparison.Ordinal);
        string failed = PrintStatus(well with { State = "failed" });
        Assert.Contains(
            "failed by a defect, and is begun anew: see measuring-failed in the journal\n", failed,
            StringComparison.Ordinal);
        Assert.StartsWith("\e[1;31m●", failed, StringComparison.Ordinal);
        Assert.StartsWith("\e[1;32m●", PrintStatus(well), StringComparison.Ordinal);
    }

    [Fact]
    public void EventsOfTheDaemon()
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("events", "-r", "-S", "-1h", "-q"));
        Assert.Equal("", run.Error);
        Assert.Equal(
            """
            TIME            EVENT         UNIT        MESSAGE
            Nov 21 09:57:02 capture-taken api.service api.service: capture written, 14.2K
            Nov 21 09:57:00 alert-firing  api.service api.service: memory-80: memory.current 412M is above 80% of 512M

            """, run.Out);
    }

    [Fact]
    public void ATableFitsTheTerminalAndIsWholeInAPipe()
    {
        using var terminal = new ControlRun();
        terminal.Run("list");
        Assert.All(terminal.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 80));

        using var pipe = new ControlRun { Width = null };
        pipe.Run("list");
        Assert.Contains("\nsystem-postgresql.slice/postgresql@16-main.service ", pipe.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void NoLegendLeavesTheRowsOnly()
    {
        using var run = new ControlRun();
        run.Run("list", "--no-legend", "--sort=unit", "[abc]*");
        string[] names = [.. run.Out.TrimEnd().Split('\n').Select(line => line.Split(' ')[0])];
        Assert.Equal(["api.service", "batch.service", "cron.service"], names);
    }

    [Fact]
    public void ColourIsForTerminalsThatWantIt()
    {
        using var color = new ControlRun { Color = true };
        color.Run("list");
        Assert.Contains("\e[1;31mapi.service", color.Out, StringComparison.Ordinal);

        using var plain = new ControlRun { Color = true };
        plain.Run("list", "--no-color");
        Assert.DoesNotContain('\e', plain.Out);
    }

    [Theory]
    [InlineData("unit", "api.service")]
    [InlineData("current", "system-postgres")]
    [InlineData("share", "api.service")]
    [InlineData("alert", "api.service")]
    [InlineData("anon", "system-postgres")]
    public void ListIsSortedByTheKey(string key, string first)
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("list", "--no-legend", "--sort", key));
        Assert.StartsWith(first, run.Out, StringComparison.Ordinal);
    }

    private static string PrintStatus(DaemonMeasuring pss)
    {
        DaemonStatus status = CannedDaemon.Status() with { AlertsFiring = 0, Pss = pss };
        using var run = new ControlRun(
            _ => VarlinkReply.Of(new GetStatusReply(status), ReplyJson.Default.GetStatusReply))
        {
            Color = true,
        };
        Assert.Equal(0, run.Run("status"));
        return run.Out.Replace("\e[31mstuck", "stuck", StringComparison.Ordinal)
            .Replace("\e[31mfailed", "failed", StringComparison.Ordinal)
            .Replace("\e[0m\n", "\n", StringComparison.Ordinal);
    }

    private static void Prints(string expected, params string[] arguments)
    {
        using var run = new ControlRun();
        Assert.Equal(0, run.Run(arguments));
        Assert.Equal("", run.Error);
        Assert.Equal(expected + "\n", run.Out);
    }
}
