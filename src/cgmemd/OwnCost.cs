using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Daemon;

/// <summary>What the daemon itself costs. Times are microseconds.</summary>
internal sealed class OwnCost(ProcDirectory proc)
{
    private const long MinuteUs = 60_000_000;

    private long _minuteStartUs;
    private long _minuteStartCpuUs;

    public ulong Ticks { get; private set; }

    public long TickLastUs { get; private set; }

    public long TickTotalUs { get; private set; }

    public long TickMaxUs { get; private set; }

    /// <summary>CPU microseconds per second over the last full minute; null in the first.</summary>
    public double? CpuPerSecond { get; private set; }

    /// <summary>A tick is over.</summary>
    public void EndTick(long startUs, long endUs)
    {
        Ticks++;
        TickLastUs = endUs - startUs;
        TickTotalUs += TickLastUs;
        TickMaxUs = Math.Max(TickMaxUs, TickLastUs);
        if (endUs - _minuteStartUs < MinuteUs && _minuteStartUs > 0)
            return;
        long cpuUs = CpuUs;
        if (_minuteStartUs > 0)
            CpuPerSecond = (cpuUs - _minuteStartCpuUs) / ((endUs - _minuteStartUs) / 1e6);
        (_minuteStartUs, _minuteStartCpuUs) = (endUs, cpuUs);
    }

    /// <summary>All of it, for the status. Reads our own smaps_rollup, so not for every tick.</summary>
    public DaemonCost Report(Sampler sampler, Measuring measuring, ulong? stateBytes, ulong journalEntries)
    {
        bool hasRollup = proc.TryReadRollup(Environment.ProcessId, out SmapsRollup rollup) == ReadStatus.Ok;
        return new DaemonCost
        {
            Pss = hasRollup ? rollup.Pss : null,
            PrivateDirty = hasRollup ? rollup.PrivateDirty : null,
            CpuUsec = CpuUs,
            CpuUsecPerSecond = CpuPerSecond,
            Ticks = Ticks,
            TickLastUsec = TickLastUs,
            TickMeanUsec = Ticks == 0 ? 0 : TickTotalUs / (long)Ticks,
            TickMaxUsec = TickMaxUs,
            Reads = sampler.FullReads + sampler.QuickReads + (ulong)measuring.Readings,
            Fds = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
            GcAllocatedBytes = GC.GetTotalAllocatedBytes(),
            StateFileBytes = stateBytes,
            JournalEntries = journalEntries,
        };
    }

    private static long CpuUs => (long)Environment.CpuUsage.TotalTime.TotalMicroseconds;
}
