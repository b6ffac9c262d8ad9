using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class ProcessTextTests
{
    private const string StatTail = " S 1 4321 4321 0 -1 {0} 1063 0 0 0 12 3 0 0 20 0 1 0 90125 8859648 1384\n";

    [Theory]
    [InlineData("cron")]
    [InlineData("tmux: server (a) b")]
    [InlineData(") R 9 9")]
    [InlineData("")]
    public void StatFindsItsFieldsBehindAnyCommand(string command)
    {
        string text = $"4321 ({command})" + StatTail.Replace("{0}", "4194368", StringComparison.Ordinal);
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat));
        Assert.Equal(new ProcessStat(command, 'S', 1, false, 90125), stat);
    }

    [Fact]
    public void HostStatHasALineForEachCpu()
    {
        Assert.True(HostStat.TryCountCpus("cpu  9 0 9\ncpu0 5 0 5\ncpu11 4 0 4\nintr 9\ncpu12 1\n"u8, out int cpus));
        Assert.Equal(2, cpus);
        Assert.False(HostStat.TryCountCpus(""u8, out _));
        Assert.False(HostStat.TryCountCpus("intr 9\n"u8, out _));
    }

    [Fact]
    public void StatKnowsKernelThreads()
    {
        string text = "2 (kthreadd)" + StatTail.Replace("{0}", "2129984", StringComparison.Ordinal);
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat));
        Assert.True(stat.IsKernelThread);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4321 cron S 1")]
    [InlineData("4321 (cron) S 1 4321 4321 0 -1 4194368\n")]
    [InlineData("4321 )cron( S 1 4321 4321 0 -1 4194368 1063 0 0 0 12 3 0 0 20 0 1 0 90125\n")]
    public void MalformedStatIsRefused(string text) =>
        Assert.False(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void StatmCountsPages()
    {
        Assert.True(Statm.TryParse("2163 1384 1212 7 0 362 0\n"u8, out Statm statm));
        Assert.Equal(new Statm(2163, 1384, 1212), statm);
        Assert.False(Statm.TryParse("2163 1384\n"u8, out _));
        Assert.False(Statm.TryParse("a b c\n"u8, out _));
    }

    [Fact]
    public void StatusGivesBytesAndTheInnermostPid()
    {
        Assert.True(ProcessStatus.TryParse(
            """
            Name:	a: b
            NSpid:	5123	12
            VmPeak:	   9000 kB
            VmRSS:	    5536 kB
            RssAnon:	    1136 kB
            RssFile:	    4400 kB
            RssShmem:	       0 kB
            VmSwap:	       8 kB
            Threads:	3

            """u8, out ProcessStatus status));
        Assert.Equal(new ProcessStatus(5536 << 10, 1136 << 10, 4400 << 10, 0, 8 << 10, 3, 12), status);
    }

    [Fact]
    public void AKernelThreadsStatusHasNoMemory()
    {
        Assert.True(ProcessStatus.TryParse("Name:\tkthreadd\nNSpid:\t2\nThreads:\t1\n"u8, out ProcessStatus status));
        Assert.Null(status.Rss);
        Assert.Equal(2, status.NamespacePid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Threads 1\n")]
    [InlineData("VmRSS:\t5536\nThreads:\t1\n")]
    [InlineData("VmRSS:\t5536 MB\nThreads:\t1\n")]
    public void MalformedStatusIsRefused(string text) =>
        Assert.False(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("0::/system.slice/cron.service\n", "/system.slice/cron.service")]
    [InlineData("12:memory:/a\n1:name=systemd:/b\n0::/\n", "/")]
    [InlineData("0::/system.slice/gone.service (deleted)\n", "/system.slice/gone.service")]
    public void CgroupTakesTheV2Line(string text, string path)
    {
        Assert.True(ProcessCgroup.TryParse(Encoding.UTF8.GetBytes(text), out ReadOnlySpan<byte> found));
        Assert.Equal(path, Encoding.UTF8.GetString(found));
    }

    [Fact]
    public void CgroupWithoutV2IsRefused() => Assert.False(ProcessCgroup.TryParse("12:memory:/a\n"u8, out _));

    [Fact]
    public void MemoryInfoNeedsTotalAndAvailable()
    {
        Assert.True(MemoryInfo.TryParse(
            "MemTotal:       24587264 kB\nMemAvailable:   24071432 kB\nSwapTotal:  4 kB\nHugePages_Total:  0\n"u8,
            out MemoryInfo info));
        Assert.Equal(new MemoryInfo(24587264ul << 10, 24071432ul << 10, 4096, 0), info);
        Assert.False(MemoryInfo.TryParse("MemTotal: 5 kB\n"u8, out _));
        Assert.False(MemoryInfo.TryParse("MemTotal 5 kB\n"u8, out _));
    }
}
