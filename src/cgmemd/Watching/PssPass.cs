using Cgmemd.Core.Configuration;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Daemon.Watching;

/// <summary>
/// Reads the PSS of the watched units' processes a slice at a time: it stops when its budget is spent and goes on with
/// the next process in the next pass. Reading smaps_rollup takes time from us and holds the target's mmap_lock.
/// </summary>
internal sealed class PssPass(ProcDirectory proc, TimeProvider time)
{
    /// <summary>
    /// A pass that ran into its budget rests for this many times what it took: at most 5 % of one CPU.
    /// </summary>
    private const int RestFactor = 19;

    private readonly List<int> _pids = [];
    private readonly List<ProcessPss> _top = [];
    private WatchedGroup? _group;
    private int _nextPid;
    private int _nextGroup;
    private int _skipped;
    private PssSums _sums;

    /// <summary>How long the last pass took, in microseconds.</summary>
    public long LastPassUs { get; private set; }

    /// <summary>Processes read since the start.</summary>
    public ulong ProcessesRead { get; private set; }

    /// <summary>Whether the last pass ended with its budget rather than with its work.</summary>
    public bool HasWorkLeft { get; private set; }

    /// <summary>When the next pass may begin.</summary>
    public long DueUs { get; private set; }

    /// <summary>Goes on until the budget is spent or every unit's PSS is recent.</summary>
    public void Run(List<WatchedGroup> groups, PssOptions options, long nowUs)
    {
        if (!options.Enabled)
        {
            // Else the loop would come back at once for what is no longer to be done.
            (HasWorkLeft, _group) = (false, null);
            return;
        }

        if (nowUs < DueUs)
            return;
        long budgetUs = (long)options.Budget.TotalMicroseconds;
        long startUs = time.NowUs();
        long elapsedUs = 0;
        HasWorkLeft = true;
        while (elapsedUs < budgetUs && (HasWorkLeft = Step(groups, options, nowUs)))
            elapsedUs = time.NowUs() - startUs;
        LastPassUs = time.NowUs() - startUs;
        DueUs = nowUs + (LastPassUs * RestFactor);
    }

    // One process, or the choice of the next group; false when there is nothing to do.
    private bool Step(List<WatchedGroup> groups, PssOptions options, long nowUs)
    {
        if (_group is not { } group || group.VanishedUs is not null)
            return Begin(groups, nowUs);
        if (_nextPid == _pids.Count)
        {
            group.Pss.Complete(_sums, _skipped, _top, nowUs);
            group.Pss.CopyTo(ref group.Sample);
            group.Pss.DueUs = nowUs + (long)options.Interval.TotalMicroseconds;
            _group = null;
            return true;
        }

        Read(_pids[_nextPid++], options.MaxProcessSize);
        return true;
    }

    private bool Begin(List<WatchedGroup> groups, long nowUs)
    {
        _group = null;
        for (int i = 0; i < groups.Count; i++)
        {
            _nextGroup = (_nextGroup + 1) % groups.Count;
            WatchedGroup candidate = groups[_nextGroup];
            if (candidate.Kind is not (GroupKind.Unit or GroupKind.Cgroup)
                || candidate.Pss.DueUs > nowUs || candidate.VanishedUs is not null)
            {
                continue;
            }

            _pids.Clear();
            _top.Clear();
            (_sums, _skipped, _nextPid) = (default, 0, 0);
            if (CgroupTree.ReadProcesses(candidate.Cgroup, _pids) != ReadStatus.Ok)
                continue;
            _group = candidate;
            return true;
        }

        return false;
    }

    private void Read(int pid, ulong maxProcessSize)
    {
        ReadStatus status = proc.TryReadRollup(pid, maxProcessSize, out SmapsRollup rollup, out _);
        if (status is ReadStatus.Vanished or ReadStatus.NotSupported)
            return;
        if (status != ReadStatus.Ok)
        {
            _skipped++;
            return;
        }

        ProcessesRead++;
        _sums.Pss += rollup.Pss;
        _sums.Anon += rollup.PssAnon ?? 0;
        _sums.File += rollup.PssFile ?? 0;
        _sums.Shmem += rollup.PssShmem ?? 0;
        _sums.Swap += rollup.SwapPss ?? 0;
        KeepLargest(pid, rollup.Rss, rollup.Pss);
    }

    private void KeepLargest(int pid, ulong rss, ulong pss)
    {
        if (_top.Count == PssReading.TopCount && _top[^1].Pss >= pss)
            return;
        if (_top.Count == PssReading.TopCount)
            _top.RemoveAt(_top.Count - 1);
        int at = _top.Count;
        while (at > 0 && _top[at - 1].Pss < pss)
            at--;
        _top.Insert(at, new ProcessPss(pid, rss, pss));
    }
}
