using Cgmemd.Control.Top;
using Cgmemd.Core.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

/// <summary>What is on the screen, to the letter.</summary>
public class TopViewTests
{
    private const ulong M = 1024 * 1024;

    internal static readonly UnitSummary[] Units =
    [
        Unit("api.service", "/system.slice/api.service", 420 * M) with
        {
            MemoryPeak = 480 * M, MemoryMax = 512 * M, Anon = 300 * M, File = 88 * M, Pss = 398 * M, Rate = 1_258_291,
            PressureSomeAvg10 = 1234, Alerts = 1,
        },
        Unit("postgresql@16-main.service", "/system.slice/system-postgresql.slice/postgresql@16-main.service", 2048 * M)
            with { MemoryPeak = 2200 * M, Anon = 512 * M, File = 1500 * M, Rate = -4096, PressureSomeAvg10 = 0 },
        Unit("cron.service", "/system.slice/cron.service", 1500) with { Rate = 0 },
        Unit("batch.service", "/system.slice/batch.service", null) with { Active = false, MemoryPeak = 90 * M },
        Unit("user-1000.slice", "/user.slice/user-1000.slice", 900 * M) with { MemoryMax = 1024 * M },
    ];

    [Fact]
    public void In80Columns() => Shows(
        """
        LIVE  Sat 2026-11-21 10:00:00 UTC  5 units, 1 alert

        UNIT                 ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        postgresql…in.service    2G  2.1G     -      -    -4K  512M  1.5G     -   0.0  -
        user-1000.slice        900M     -    1G  87.9%      -     -     -     -     -  -
        api.service            420M  480M  512M  82.0%  +1.2M  300M   88M  398M  12.3  1
        cron.service           1.5K     -     -      -     0B     -     -     -     -  -
        batch.service             -   90M     -      -      -     -     -     -     -  -



        q quit  ? help  <> sort  / filter  t tree  enter detail  n p event  [ ] minute
        """, new TopState(), 80, 12);

    [Fact]
    public void In40ColumnsTheMostTellingStays() => Shows(
        """
        LIVE  Sat 2026-11-21 10:00:00 UTC  5 uni

        UNIT                ↓USAGE %LIMIT RATE/s
        postgresql…n.service    2G      -    -4K
        user-1000.slice       900M  87.9%      -
        api.service           420M  82.0%  +1.2M
        cron.service          1.5K      -     0B
        q quit  ? help  <> sort  / filter
        """, new TopState(), 40, 8);

    [Fact]
    public void TheColumnInOrderStays() => Assert.Contains(
        "↓PSI%", Screen(new TopState { Sort = SortKey.Pressure }, 40, 8)[2], StringComparison.Ordinal);

    [Fact]
    public void InATree() => Shows(
        """
        LIVE  Sat 2026-11-21 10:00:00 UTC  5 units, 1 alert

        UNIT                 ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        ▾ system.slice         2.4G     -     -      -  +1.2M  812M  1.6G  398M     -  1
          ▸ system-p…ql.slice    2G     -     -      -    -4K  512M  1.5G     -     -  -
            api.service        420M  480M  512M  82.0%  +1.2M  300M   88M  398M  12.3  1
            cron.service       1.5K     -     -      -     0B     -     -     -     -  -
            batch.service         -   90M     -      -      -     -     -     -     -  -
        ▾ user.slice           900M     -     -      -      -     -     -     -     -  -
            user-1000.slice    900M     -    1G  87.9%      -     -     -     -     -  -

        q quit  ? help  <> sort  / filter  t tree  enter detail  n p event  [ ] minute
        """, new TopState { IsTree = true, Folded = ["/system.slice/system-postgresql.slice"] }, 80, 12);

    [Fact]
    public void TheDetailsAreBelow() => Shows(
        """
        LIVE  Sat 2026-11-21 10:00:00 UTC  5 units, 1 alert

        UNIT                 ↓USAGE  PEAK LIMIT %LIMIT RATE/s  ANON  FILE   PSS  PSI% AL
        postgresql…in.service    2G  2.1G     -      -    -4K  512M  1.5G     -   0.0  -
        user-1000.slice        900M     -    1G  87.9%      -     -     -     -     -  -
        api.service            420M  480M  512M  82.0%  +1.2M  300M   88M  398M  12.3  1
         api.service  /system.slice/api.service
        alert    memory-80 firing for 3min: memory.current 420M, threshold 410M
        why      71% anon, +10M/min, 3 max events
        memory   420M of 512M, peak 480M, high no limit, swap 0B of no limit
        made of  anon 300M, file 88M, shmem 0B, kernel 24M, PSS 398M
        pressure some 0.12%, full 0.00%, OOM kills 0, tasks 17
        course   ▁▁▁▁▁▁▂▂▂▂▂▃▃▃▃         ▅▅▅▅▅▆▆▆▆▇▇▇▇▇▇▇████ 400M to 420M in 1min 58s
        largest  api (4242) 300M, evil�[2J (4250) RSS 20M
        q quit  ? help  <> sort  / filter  t tree  enter detail  n p event  [ ] minute
        """, new TopState { ShowsDetail = true }.Select(2, UnitTree.Rows(Units, new TopState().Arrangement)), 80, 15);

    [Fact]
    public void ALineForWhatIsTyped() => Assert.Equal(
        "filter: ap", Screen(new TopState { Prompt = PromptKind.Filter, Typed = "ap" }, 80, 12)[^1]);

    [Fact]
    public void AMessageGoesBeforeAll()
    {
        Assert.Equal("only with \"api\" in the name", Screen(new TopState { Filter = "api" }, 80, 12)[1]);
        Assert.Equal("oom!", Screen(new TopState { Filter = "api" }.Say("oom!"), 80, 12)[1]);
    }

    /// <summary>Every key of the line at the bottom and every key that does something is in the help.</summary>
    [Fact]
    public void TheHelpFits24Lines()
    {
        string[] help = Screen(new TopState { ShowsHelp = true }, 80, 24);
        Assert.Equal(24, help.Length);
        Assert.Equal("any key: back", help[^1]);
        Assert.All(TopKeys.Help, line => Assert.Contains(help, h => h.Contains(line.What, StringComparison.Ordinal)));
    }

    [Fact]
    public void WithoutUtf8AllIsAscii()
    {
        var state = new TopState { IsTree = true, ShowsDetail = true };
        Grid grid = TopView.Render(Picture(state, Charset.Ascii), 80, 24);
        Assert.All(
            Enumerable.Range(0, 24).Select(grid.Text), line => Assert.True(System.Text.Ascii.IsValid(line), line));
    }

    /// <summary>However small or large it is: nothing is drawn outside, and nothing throws.</summary>
    [Fact]
    public void AnySize()
    {
        foreach (int columns in (int[])[1, 2, 5, 10, 20, 39, 61, 132, 500])
        {
            for (int rows = 1; rows < 30; rows++)
            {
                foreach (bool flag in (bool[])[false, true])
                {
                    TopState state = new() { IsTree = flag, ShowsDetail = flag, ShowsHelp = !flag && rows % 2 == 0 };
                    Assert.Equal(rows, TopView.Render(Picture(state, Charset.Utf8), columns, rows).Rows);
                }
            }
        }
    }

    [Theory]
    [InlineData("C", null, "de_DE.UTF-8", false)]
    [InlineData(null, "de_DE.utf8", "C", true)]
    [InlineData("", "", "C.UTF-8", true)]
    [InlineData(null, null, null, false)]
    public void TheLocaleSaysWhatCanBeShown(string? all, string? ctype, string? lang, bool utf8) =>
        Assert.Equal(utf8, Charset.Of(all, ctype, lang).IsUtf8);

    internal static TopPicture Picture(TopState state, Charset charset)
    {
        var frame = new TopFrame("LIVE", CannedDaemon.NowUsec, Units);
        List<(long, ulong)> course = [.. Enumerable.Range(0, 60).Where(i => i is < 20 or > 32)
            .Select(i => (CannedDaemon.NowUsec - (59 - i) * 2_000_000L, (400 + (ulong)i / 3) * M + (i == 59 ? M : 0)))];
        return new TopPicture(
            state, frame, UnitTree.Rows(Units, state.Arrangement), new TopDetail(CannedDaemon.Api(), course), charset,
            TimeZoneInfo.Utc);
    }

    private static void Shows(string expected, TopState state, int columns, int rows) =>
        Assert.Equal(expected, string.Join('\n', Screen(state, columns, rows)));

    private static string[] Screen(TopState state, int columns, int rows)
    {
        Grid grid = TopView.Render(Picture(state, Charset.Utf8), columns, rows);
        return [.. Enumerable.Range(0, rows).Select(grid.Text)];
    }

    private static UnitSummary Unit(string name, string cgroup, ulong? current) => new()
    {
        Unit = name,
        Cgroup = cgroup,
        CgroupId = (ulong)cgroup.Length,
        Active = true,
        Alerts = 0,
        SampledUsec = CannedDaemon.NowUsec,
        MemoryCurrent = current,
    };
}
