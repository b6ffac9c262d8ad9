using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Kernel;

/// <summary>No text makes a parser throw: neither noise nor a damaged good file.</summary>
public class ParserRobustnessTests
{
    private static readonly string[] GoodTexts =
    [
        "anon 24313856\nfile 5423104\n",
        "some avg10=1.53 avg60=0.42 avg300=0.09 total=123456\nfull avg10=0.87 avg60=0.21 avg300=0.04 total=65432\n",
        "812\n977\n",
        "cgroup2 /sys/fs/cgroup\\040x cgroup2 rw,nosuid 0 0\n",
        "7f3c9a228000-7f3c9a3bd000 r-xp 00028000 08:01 1184129 /usr/lib/libc.so.6\nRss: 4 kB\nPss: 4 kB\n",
        "4321 (tmux: server (a) b) S 1 4321 4321 0 -1 4194368 1063 0 0 0 12 3 0 0 20 0 1 0 90125 8859648\n",
        "NSpid:\t5123\t12\nVmRSS:\t    5536 kB\nThreads:\t1\n",
        "0::/system.slice/cron.service\n",
        "MemTotal:       24587264 kB\nMemAvailable:   24071432 kB\n",
        "55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0                          [rollup]\nRss: 5536 kB\nPss: 1 kB\n",
    ];

    [Fact]
    public void NoiseNeverThrows() =>
        Prop.ForAll<byte[]>(bytes => ParseWithAll(bytes ?? [])).QuickCheckThrowOnFailure();

    [Fact]
    public void DamagedFilesNeverThrow() => Prop.ForAll<byte, int, byte>((which, at, with) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(GoodTexts[which % GoodTexts.Length]);
        int place = (int)((uint)at % (uint)bytes.Length);
        bytes[place] = with;
        ParseWithAll(bytes);
        ParseWithAll(bytes[..place]);
    }).QuickCheckThrowOnFailure();

    private static void ParseWithAll(byte[] bytes)
    {
        var sample = new Sample();
        _ = MemoryStat.TryParse(bytes, ref sample);
        _ = MemoryEvents.TryParse(bytes, ref sample);
        _ = MemoryEvents.TryParseLocal(bytes, ref sample);
        _ = Pressure.TryParse(bytes, out _);
        _ = SingleValue.TryParse(bytes, out _);
        _ = SingleValue.TryParseLimit(bytes, out _);
        _ = CgroupProcs.TryParse(bytes, []);
        _ = CgroupMounts.TryParse(bytes, []);
        CgroupMounts.HasController(bytes, "memory"u8);
        _ = Statm.TryParse(bytes, out _);
        _ = ProcessStat.TryParse(bytes, out _);
        _ = FileLock.TryParse(bytes, out _);
        _ = ProcessStatus.TryParse(bytes, out _);
        _ = ProcessCgroup.TryParse(bytes, out _);
        _ = SmapsRollup.TryParse(bytes, out _);
        _ = MemoryInfo.TryParse(bytes, out _);
        var breakdown = new SmapsBreakdown();
        var lines = new KernelText(bytes);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
            _ = breakdown.TryAddLine(line);
        _ = breakdown.TryComplete();
    }
}
