using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Attribution;

/// <summary>The processes that have left one unit, on demand.</summary>
public static class EscapeScan
{
    /// <summary>More are not listed.</summary>
    public const int MaxListed = 100;

    /// <summary>
    /// Finds the processes of a unit that are in another cgroup, with their memory: the largest by PSS first. What
    /// only an earlier look could tell (the sign <c>seen</c>) is not found.
    /// </summary>
    /// <param name="proc">The host's procfs; of other users' processes, root alone reads PSS and environment.</param>
    /// <param name="time">The clock.</param>
    /// <param name="unit">Its cgroup and invocation.</param>
    /// <param name="deadlineUs">CLOCK_MONOTONIC, µs: no further PSS is read after this. To find them it has a second
    /// in any case.</param>
    public static List<EscapedProcess> Find(
        ProcDirectory proc, TimeProvider time, FollowedUnit unit, long deadlineUs)
    {
        var escapes = new Escapes();
        var scan = new ProcessScan(proc, time);
        escapes.Begin([unit]);
        long scannedUs = Math.Max(deadlineUs, time.NowUs() + 1_000_000);
        scan.Read(escapes, scannedUs);
        escapes.Resolve();
        scan.ReadEnvironments(escapes, scannedUs);
        var found = new List<EscapedProcess>();
        for (int i = 0; i < escapes.Processes.Count && found.Count < MaxListed; i++)
        {
            if (escapes.TryGet(i, out _, out EscapeSign sign)
                && Read(proc, escapes.Processes[i], sign, time.NowUs() <= deadlineUs) is { } process)
                found.Add(process);
        }

        found.Sort((a, b) => (b.Pss ?? b.Rss ?? 0, a.Pid).CompareTo((a.Pss ?? a.Rss ?? 0, b.Pid)));
        return found;
    }

    // Null for one that is gone, or is another by now.
    private static EscapedProcess? Read(ProcDirectory proc, in HostProcess process, EscapeSign sign, bool isInTime)
    {
        if (proc.TryReadStat(process.Pid, out ProcessStat stat) != ReadStatus.Ok
            || stat.StartTimeTicks != process.StartTimeTicks)
            return null;
        ulong? rss = null, pss = null;
        if (proc.TryReadStatm(process.Pid, out Statm statm) == ReadStatus.Ok)
            rss = statm.ResidentPages * (ulong)Environment.SystemPageSize;
        if (isInTime && proc.TryReadRollup(process.Pid, ulong.MaxValue, out SmapsRollup rollup, out _) == ReadStatus.Ok)
            pss = rollup.Pss;
        return new EscapedProcess(process.Pid, stat.Command, process.Cgroup!, EscapeSigns.Name(sign), rss, pss);
    }
}
