using Cgmemd.Control.Top;
using Cgmemd.Linux.Sqlite;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

/// <summary>The display on a real history file: through time by keys, as somebody would do it.</summary>
public sealed class TopHistoryTests : IDisposable
{
    private readonly ControlRun _run = new() { Width = null };

    public TopHistoryTests() => TestHistory.Write(_run.HistoryPath);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void APictureOfATime() => Prints(
        """
        HISTORY  Sat 2026-11-21 09:20:00 UTC  2 units, 1 alert
        UNIT                      ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        postgresql@16-main.service  1.2G  1.2G     -      -     0B  300M  900M     -   0.1  -
        api.service                 474M  474M  512M  92.6% +64.5K  402M   60M  422M   0.1  1
        """, "top", "--at=09:20");

    [Fact]
    public void SeveralPicturesOfAHistoryTakeNoTime() => Prints(
        """
        HISTORY  Sat 2026-11-21 08:35:00 UTC  2 units
        UNIT                      ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        postgresql@16-main.service  1.2G  1.2G     -      -     0B  300M  900M     -   0.1  -
        api.service                 304M  304M  512M  59.4% +64.5K  232M   60M  252M   0.1  -

        HISTORY  Sat 2026-11-21 08:41:00 UTC  0 units
        no data: not-running since Sat 2026-11-21 08:39:55 UTC
        UNIT ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        """, "top", "--at=08:35", "-n2", "-d6min", "-b");

    [Fact]
    public void AsJsonWithoutSums()
    {
        Assert.Equal(0, _run.Run("top", "--at=09:20", "--tree", "--json=short"));
        Assert.StartsWith("""[{"unit":"postgresql@16-main.service",""", _run.Out, StringComparison.Ordinal);
        Assert.Contains("\"pressure_some_avg10\":12", _run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\"system.slice\"", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDaemonsPictureIsThatOfNow()
    {
        Assert.Equal(0, _run.Run("top", "--sort=unit"));
        Assert.StartsWith("LIVE  Sat 2026-11-21 10:00:00 UTC  4 units, 1 alert\n", _run.Out, StringComparison.Ordinal);
        Assert.Contains("\napi.service ", _run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--at: not a time: \"soon\"", "--at=soon")]
    [InlineData(2, "--delay: '0' is no time from 0.1 seconds to a day", "--delay=0")]
    [InlineData(1, "/nowhere.db: No such file or directory", "--from=/nowhere.db")]
    public void WhatIsWrongIsSaid(int exitCode, string message, params string[] arguments)
    {
        Assert.Equal(exitCode, _run.Run(["top", .. arguments]));
        Assert.Contains(message, _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheDaemonThePastIsStillThere()
    {
        Assert.Equal(69, _run.RunExactly("top", "--socket=/nowhere"));
        Assert.Equal(0, _run.RunExactly("top", "--socket=/nowhere", "--at=09:20"));
    }

    /// <summary>Back from live by events, one at a time; none is lost, though two are of the same instant.</summary>
    [Fact]
    public void BackThroughTheEventsAndForthAgain()
    {
        TopDisplay display = Open(live: true, out TopJourney journey);
        Assert.Equal("LIVE  Sat 2026-11-21 10:00:00 UTC  2 units", Line(display, 0));
        string[] back =
        [
            "Nov 21 09:30:00 oom-kill api.service: the OOM killer killed 1 process of it at a limit of 512M; " +
                "alert-resolved api.service: memory.current is no longer an alert",
            "Nov 21 09:20:00 mark a deployment",
            "Nov 21 09:12:01 capture api.service: captured its state",
            "Nov 21 09:12:00 alert-firing api.service: memory.current is 411M, above 409M, 80% of 512M",
            "Nov 21 09:00:00 mark api.service: load test begins (count 5000)",
        ];
        foreach (string expected in back)
        {
            Press(display, "p");
            Assert.Equal(expected, Line(display, 1));
        }

        Assert.Equal("HISTORY  Sat 2026-11-21 09:00:00 UTC  2 units", Line(display, 0));
        Press(display, "p");
        Assert.Equal("no earlier event", Line(display, 1));
        foreach (string expected in back.Reverse().Skip(1))
        {
            Press(display, "n");
            Assert.Equal(expected, Line(display, 1));
        }

        Press(display, "n");
        Assert.Equal("no later event", Line(display, 1));
        Press(display, "l");
        Assert.True(journey.IsLive);
        Press(display, "n");
        Assert.Equal("this is now: no later event yet", Line(display, 1));
    }

    [Fact]
    public void TheCursorIsOnTheUnitOfTheEvent()
    {
        TopDisplay display = Open(live: false, out _);
        Assert.Equal(0, display.State.Cursor);
        Press(display, "p");
        Assert.Equal(1, display.State.Cursor);
        Assert.Equal("/system.slice/api.service", display.State.Selected?.Cgroup);
    }

    [Theory]
    [InlineData("[", "09:59:00")]
    [InlineData("{", "09:00:00")]
    [InlineData("{[]}", "10:00:00")]
    [InlineData("]}", "10:00:00")]
    [InlineData(",", "09:59:55")]
    [InlineData("j,", "09:59:57")]
    [InlineData("j,,.", "09:59:57")]
    [InlineData("g09:29:59.55\r,", "09:29:55")]
    [InlineData("g09:29:59.55\rj,", "09:29:59")]
    [InlineData("g08:42\r.", "08:45:00")]
    [InlineData("g08:42\r,", "08:39:55")]
    [InlineData("g-30min\r", "09:30:00")]
    [InlineData("gtomorrow\r", "10:00:00")]
    public void Steps(string keys, string time)
    {
        TopDisplay display = Open(live: false, out _);
        Press(display, keys);
        Assert.StartsWith($"history.db  Sat 2026-11-21 {time} UTC", Line(display, 0), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoTimeIsSaid()
    {
        TopDisplay display = Open(live: false, out _);
        Press(display, "gsoon\r");
        Assert.StartsWith("not a time: \"soon\"", Line(display, 1), StringComparison.Ordinal);
        Press(display, "g2001-01-01\r");
        Assert.Equal("no data: nothing is recorded of this time", Line(display, 1));
        Press(display, ",");
        Assert.Equal("no earlier sample of anything", Line(display, 1));
        Press(display, "l");
        Assert.Equal("", Line(display, 1));
    }

    /// <summary>Who may not read the history, or has none, still has the daemon.</summary>
    [Fact]
    public void WithoutAHistoryLiveGoesOn()
    {
        File.Delete(_run.HistoryPath);
        TopDisplay display = Open(live: true, out TopJourney journey);
        Press(display, "p");
        Assert.Equal($"{_run.HistoryPath}: No such file or directory", Line(display, 1));
        Assert.True(journey.IsLive);
        display.Refresh();
        Assert.Equal("LIVE  Sat 2026-11-21 10:00:00 UTC  2 units", Line(display, 0));
    }

    [Fact]
    public void TheDetailsAreThoseOfThatTime()
    {
        TopDisplay display = Open(live: false, out _);
        Press(display, "g09:20\rj\r");
        string screen = string.Join('\n', Enumerable.Range(0, 24).Select(row => Line(display, row)));
        Assert.Contains("alert    memory-80 firing for 8min: memory.current 411M, threshold 409M", screen,
            StringComparison.Ordinal);
        Assert.Contains("why      85% anon, +3.8M/min", screen, StringComparison.Ordinal);
        Assert.Contains(" 248M to 474M in 59min 55s", screen, StringComparison.Ordinal);
        Press(display, "g09:29:59\r");
        Assert.Contains("largest  api (4242) 430M, api-worker (4250) 10M",
            Enumerable.Range(0, 24).Select(row => Line(display, row)));
    }

    /// <summary>What is damaged is told, with what else there is to say.</summary>
    [Fact]
    public void WhatIsDamagedIsSaid()
    {
        using (SqliteDatabase raw = SqliteDatabase.OpenOrCreate(_run.HistoryPath, TimeSpan.FromSeconds(1)))
            raw.Execute("UPDATE chunk SET data = x'00'");
        TopDisplay display = Open(live: false, out _);
        Press(display, "g08:30\r");
        Assert.StartsWith("no data: nothing is recorded of this time; left out, with ", Line(display, 1),
            StringComparison.Ordinal);
        Assert.Equal(0, _run.Run("top", "--at=08:30"));
        Assert.Contains("; left out, with ", _run.Out, StringComparison.Ordinal);
    }

    /// <summary>The daemon tells nothing of before this began; the history does, of the same cgroup.</summary>
    [Fact]
    public void TheLiveCourseBeginsInTheHistory()
    {
        TopDisplay display = Open(live: true, out TopJourney journey);
        Press(display, "j\r");
        Assert.Contains(Enumerable.Range(0, 24).Select(row => Line(display, row)),
            line => line.StartsWith("course ", StringComparison.Ordinal)
                && line.EndsWith(" 222M to 420M in 29min 53s", StringComparison.Ordinal));
        Assert.True(journey.IsLive);
    }

    private TopDisplay Open(bool live, out TopJourney journey)
    {
        var session = _run.Session();
        TimeZoneInfo zone = TimeZoneInfo.Utc;
        journey = new TopJourney(
            live ? new FixedSource() : null,
            () => new HistoryTop(HistorySource.Open(session, live ? null : _run.HistoryPath), zone),
            session.Terminal.Clock);
        journey.GoTo(long.MaxValue);
        var display = new TopDisplay(journey, new TopState(), Charset.Utf8, zone);
        display.Refresh();
        return display;
    }

    private static void Press(TopDisplay display, string keys)
    {
        foreach (char key in keys)
            display.Press(key == '\r' ? new Key(KeyKind.Enter) : Key.Of(key));
    }

    private static string Line(TopDisplay display, int row) => display.Render(200, 24).Text(row);

    private void Prints(string expected, params string[] arguments)
    {
        Assert.Equal(0, _run.Run(arguments));
        Assert.Equal(expected + "\n", _run.Out);
    }

    /// <summary>A daemon that sees two units.</summary>
    private sealed class FixedSource : ITopSource
    {
        public TopFrame Read(long atUs) =>
            new("LIVE", atUs, [.. TopViewTests.Units.Take(2).Select(u => u with { Alerts = 0, CgroupId = 'c' })]);

        public TopDetail? Detail(Cgmemd.Core.Varlink.UnitSummary unit, long atUs) =>
            new(CannedDaemon.Api() with { Unit = unit.Unit }, [(atUs, unit.MemoryCurrent!.Value)]);

        public void Dispose()
        {
        }
    }
}
