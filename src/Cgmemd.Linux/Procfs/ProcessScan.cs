using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Procfs;

/// <summary>
/// Reads of all processes where they come from and where they are, bounded in number and time. A pass over all of them
/// that finds no time for all goes on with the next reading; one that finds no room for all is followed by a pass that
/// begins where that ended. What it learns of environments it keeps for the next pass: they do not change. For one
/// thread.
/// </summary>
/// <param name="proc">The host's procfs.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessScan(ProcDirectory proc, TimeProvider time)
{
    /// <summary>How many processes a pass holds: four times the default of kernel.pid_max.</summary>
    public const int MaxProcesses = 131_072;

    /// <summary>So many are read also when time is up: else a slow host would never come to an end.</summary>
    public const int LeastRead = 256;

    private const int MaxPaths = 8_192;

    // Whoever has a delegated cgroup chooses names in it, of up to 4 KiB a path, and their memory is ours.
    private const int MaxPathCharacters = 2 << 20;

    // In the order of a pass: from where the last one had no room, and those before that behind.
    private readonly List<int> _pids = [];
    private int _read;
    private int _firstPid;
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private int _pathCharacters;
    private Dictionary<int, Environment> _environments = [];
    private Dictionary<int, Environment> _former = [];

    /// <summary>Whether a pass has found no time for all, so that the next reading goes on with it.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>
    /// Adds the processes, of a new pass or of that under way. False where there were more than fit or than time was
    /// for: what has left a unit may then be missing, and nothing is said to have left that has not.
    /// </summary>
    /// <param name="escapes">Begun; that of the pass, if one is under way.</param>
    /// <param name="deadlineUs">CLOCK_MONOTONIC, µs: then it ends.</param>
    public bool Read(Escapes escapes, long deadlineUs)
    {
        if (!IsUnderWay && !TryBegin())
            return false;
        for (int least = _read + LeastRead; _read < _pids.Count; _read++)
        {
            if (_read >= least && time.NowUs() > deadlineUs)
                return false;
            Add(escapes, _pids[_read]);
        }

        IsUnderWay = false;
        if (_pids.Count == MaxProcesses && !HasNoRoom)
            _firstPid = _pids[^1];
        bool isWhole = _pids.Count < MaxProcesses && !HasNoRoom;
        _firstPid = isWhole ? 0 : _firstPid;
        return isWhole;
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

    private bool HasNoRoom => _pathCharacters > MaxPathCharacters;

    private bool TryBegin()
    {
        _pids.Clear();
        if (_paths.Count > MaxPaths || HasNoRoom)
        {
            _paths.Clear();
            _pathCharacters = 0;
        }

        if (proc.TryListProcesses(_pids, MaxProcesses, _firstPid) != ReadStatus.Ok)
            return false;
        int behind = _pids.Count;
        if (_firstPid > 0 && proc.TryListProcesses(_pids, MaxProcesses, from: 0, before: _firstPid) != ReadStatus.Ok)
            return false;
        // The kernel lists them by number; a copy of its files may not.
        _pids.Sort(0, behind, comparer: null);
        _pids.Sort(behind, _pids.Count - behind, comparer: null);
        _read = 0;
        return IsUnderWay = true;
    }

    private void Add(Escapes escapes, int pid)
    {
        if (proc.TryReadLineage(pid, out ProcessLineage lineage) != ReadStatus.Ok)
            return;
        bool hasMemory = lineage is { IsKernelThread: false, State: not ('Z' or 'X') };
        string? cgroup = null;
        if (!lineage.IsKernelThread && !HasNoRoom)
        {
            int known = _paths.Count;
            _ = proc.TryReadCgroup(pid, _paths, out cgroup);
            _pathCharacters += _paths.Count > known ? cgroup!.Length : 0;
            _firstPid = HasNoRoom ? pid + 1 : _firstPid;
        }

        escapes.Add(new HostProcess(
            pid, lineage.ParentPid, lineage.SessionId, lineage.StartTimeTicks, cgroup, hasMemory));
    }

    private readonly record struct Environment(ulong Start, string? InvocationId);
}
