using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Procfs;

/// <summary>
/// Reads of all processes where they come from and where they are, bounded in number and time. What it learns of
/// environments it keeps for the next scan: they do not change. For one thread.
/// </summary>
/// <param name="proc">The host's procfs.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessScan(ProcDirectory proc, TimeProvider time)
{
    /// <summary>How many processes are looked at: the default of kernel.pid_max.</summary>
    public const int MaxProcesses = 32_768;

    private const int MaxPaths = 8_192;

    // Whoever has a delegated cgroup chooses names in it, of up to 4 KiB a path, and their memory is ours.
    private const int MaxPathCharacters = 2 << 20;

    private readonly List<int> _pids = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private int _pathCharacters;
    private Dictionary<int, Environment> _environments = [];
    private Dictionary<int, Environment> _former = [];

    /// <summary>
    /// Adds all processes. False where there were more than fit or than time was for: what has left a unit may then be
    /// missing, and nothing is said to have left that has not.
    /// </summary>
    /// <param name="escapes">Begun.</param>
    /// <param name="deadlineUs">CLOCK_MONOTONIC, µs: then it ends.</param>
    public bool Read(Escapes escapes, long deadlineUs)
    {
        _pids.Clear();
        if (_paths.Count > MaxPaths || _pathCharacters > MaxPathCharacters)
        {
            _paths.Clear();
            _pathCharacters = 0;
        }

        if (proc.TryListProcesses(_pids, MaxProcesses) != ReadStatus.Ok)
            return false;
        foreach (int pid in _pids)
        {
            if (time.NowUs() > deadlineUs)
                return false;
            if (proc.TryReadLineage(pid, out ProcessLineage lineage) != ReadStatus.Ok)
                continue;
            bool hasMemory = lineage is { IsKernelThread: false, State: not ('Z' or 'X') };
            string? cgroup = null;
            if (!lineage.IsKernelThread && _pathCharacters <= MaxPathCharacters)
            {
                int known = _paths.Count;
                _ = proc.TryReadCgroup(pid, _paths, out cgroup);
                _pathCharacters += _paths.Count > known ? cgroup!.Length : 0;
            }

            escapes.Add(new HostProcess(
                pid, lineage.ParentPid, lineage.SessionId, lineage.StartTimeTicks, cgroup, hasMemory));
        }

        return _pids.Count < MaxProcesses && _pathCharacters <= MaxPathCharacters;
    }

    /// <summary>Reads the environments that may tell what the other signs have not; false when time was up.</summary>
    /// <param name="escapes">Resolved.</param>
    /// <param name="deadlineUs">CLOCK_MONOTONIC, µs: no further one is read after this.</param>
    /// <param name="reading">Is told which one is read, since that waits for the process's mmap lock.</param>
    public bool ReadEnvironments(Escapes escapes, long deadlineUs, Action<int>? reading = null)
    {
        (_former, _environments) = (_environments, _former);
        _environments.Clear();
        bool isInTime = true;
        for (int i = 0; i < escapes.Processes.Count; i++)
        {
            if (!escapes.MayTellMore(i))
                continue;
            HostProcess process = escapes.Processes[i];
            if (!_former.TryGetValue(process.Pid, out Environment known) || known.Start != process.StartTimeTicks)
            {
                isInTime &= time.NowUs() <= deadlineUs;
                if (!isInTime)
                    continue;
                reading?.Invoke(process.Pid);
                _ = proc.TryReadInvocation(process.Pid, out string? id);
                known = new Environment(process.StartTimeTicks, id);
            }

            _environments[process.Pid] = known;
            if (known.InvocationId is { } invocation)
                escapes.TakeInvocation(i, invocation);
        }

        escapes.Spread();
        return isInTime;
    }

    private readonly record struct Environment(ulong Start, string? InvocationId);
}
