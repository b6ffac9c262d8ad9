using System.Buffers;
using System.Globalization;
using Cgmemd.Control.Top;
using Cgmemd.Core.Varlink;
using Xunit;
using Xunit.Abstractions;

namespace Cgmemd.Control.Tests.Top;

/// <summary>What a refresh costs on the line: 50 units on 55 lines of 80 columns, as over a serial console.</summary>
public class ScreenTrafficTests(ITestOutputHelper output)
{
    private const int Units = 50, Columns = 80, Rows = 55, Refreshes = 100;

    /// <summary>Nothing changes but the clock.</summary>
    [Fact]
    public void IdleUnits() => Assert.InRange(Mean("idle", (unit, _) => unit), 1, 20);

    /// <summary>Every tenth unit grows or shrinks by up to a megabyte.</summary>
    [Fact]
    public void AFewBusyUnits() => Assert.InRange(
        Mean("a few busy", (unit, random) => random.Next(10) == 0 ? Drifted(unit, random) : unit), 1, 500);

    /// <summary>Every value of every unit changes and so does their order: still less than the whole screen.</summary>
    [Fact]
    public void AllBusy()
    {
        double mean = Mean("all busy", Changed);
        Assert.InRange(mean, 1, 0.9 * Full());
    }

    private static int Full()
    {
        var bytes = new ArrayBufferWriter<byte>();
        ScreenDiff.Write(null, Draw(First(), 0), color: true, bytes);
        return bytes.WrittenCount;
    }

    private double Mean(string what, Func<UnitSummary, Random, UnitSummary> change)
    {
        var random = new Random(50);
        UnitSummary[] units = First();
        Grid before = Draw(units, 0);
        var bytes = new ArrayBufferWriter<byte>();
        for (int refresh = 1; refresh <= Refreshes; refresh++)
        {
            units = [.. units.Select(unit => change(unit, random))];
            Grid after = Draw(units, refresh);
            ScreenDiff.Write(before, after, color: true, bytes);
            before = after;
        }

        double mean = (double)bytes.WrittenCount / Refreshes;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: {mean:0} bytes a refresh, the whole screen {Full()}"));
        return mean;
    }

    private static UnitSummary[] First() =>
    [
        .. Enumerable.Range(0, Units).Select(i => Changed(
            new UnitSummary
            {
                Unit = $"service-{i}.service",
                Cgroup = $"/system.slice/service-{i}.service",
                CgroupId = (ulong)i,
                Active = true,
                Alerts = 0,
                SampledUsec = 1,
                MemoryMax = 1UL << 30,
            },
            new Random(i))),
    ];

    private static UnitSummary Changed(UnitSummary unit, Random random) => unit with
    {
        MemoryCurrent = (ulong)random.NextInt64(1 << 30),
        MemoryPeak = (ulong)random.NextInt64(1 << 30),
        Anon = (ulong)random.NextInt64(1 << 29),
        File = (ulong)random.NextInt64(1 << 29),
        Pss = (ulong)random.NextInt64(1 << 29),
        Rate = random.NextInt64(-1 << 20, 1 << 20),
        PressureSomeAvg10 = (ulong)random.Next(1000),
    };

    private static UnitSummary Drifted(UnitSummary unit, Random random)
    {
        long change = random.NextInt64(-1 << 20, 1 << 20);
        return unit with
        {
            MemoryCurrent = (ulong)Math.Max(0, (long)unit.MemoryCurrent!.Value + change),
            Anon = (ulong)Math.Max(0, (long)unit.Anon!.Value + change),
            Rate = change / 2,
            PressureSomeAvg10 = (ulong)random.Next(100),
        };
    }

    private static Grid Draw(UnitSummary[] units, int refresh)
    {
        var state = new TopState();
        var frame = new TopFrame("LIVE", CannedDaemon.NowUsec + refresh * 2_000_000L, units);
        var picture = new TopPicture(
            state, frame, UnitTree.Rows(units, state.Arrangement), null, Charset.Utf8, TimeZoneInfo.Utc);
        return TopView.Render(picture, Columns, Rows);
    }
}
