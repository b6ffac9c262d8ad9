using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Control.Memory;

/// <summary>
/// What the processes run in. It takes the right to read what they have mapped, and files of theirs, so that this
/// process finds it out and not the daemon, which is asked by anybody.
/// </summary>
internal static class ProcessRuntimes
{
    /// <summary>The same processes, each with its runtime where that can be told.</summary>
    internal static IReadOnlyList<ProcessMemory> AddTo(IReadOnlyList<ProcessMemory> processes, HostFiles host)
    {
        if (!host.IsRoot || ProcDirectory.TryOpen(host.ProcRoot, out ProcDirectory? proc, out _) != ReadStatus.Ok)
            return processes;
        using (proc)
        {
            var found = new List<ProcessMemory>(processes.Count);
            foreach (ProcessMemory process in processes)
                found.Add(process with { Runtime = Find(proc!, process) ?? process.Runtime });
            return found;
        }
    }

    // Null for one that is gone, or another by now.
    private static string? Find(ProcDirectory proc, ProcessMemory process) =>
        proc.TryReadStat(process.Pid, out ProcessStat stat) == ReadStatus.Ok
        && stat.StartTimeTicks == process.StartTimeTicks
        && proc.TryDetectRuntime(process.Pid, out Runtime runtime) == ReadStatus.Ok
            ? $"{Runtimes.Name(runtime.Kind)} {runtime.Version}".TrimEnd()
            : null;
}
