using System.Collections.Concurrent;

namespace Cgmemd.Daemon.Attribution;

/// <summary>Where the measuring thread is: written by it, read by the loop without a lock.</summary>
internal sealed class MeasuringProgress
{
    private const int MaxNotices = 256;

    private readonly ConcurrentQueue<EscapeNotice> _notices = new();
    private long _spentUs;
    private long _readings;
    private long _undercounts;
    private long _busySinceUs;
    private volatile int _pid;
    private volatile string _cgroup = "";

    /// <summary>All time it has spent reading, in microseconds.</summary>
    public long SpentUs
    {
        get => Volatile.Read(ref _spentUs);
        set => Volatile.Write(ref _spentUs, value);
    }

    /// <summary>Readings of smaps_rollup.</summary>
    public long Readings
    {
        get => Volatile.Read(ref _readings);
        set => Volatile.Write(ref _readings, value);
    }

    /// <summary>Readings that were refused for telling of far less than there is.</summary>
    public long Undercounts
    {
        get => Volatile.Read(ref _undercounts);
        set => Volatile.Write(ref _undercounts, value);
    }

    /// <summary>What it reads now: a process, or with 0 a cgroup's list of processes.</summary>
    public (int Pid, string Cgroup) Current => (_pid, _cgroup);

    /// <summary>Since when; null while it waits for what is due.</summary>
    public long? BusySinceUs => Volatile.Read(ref _busySinceUs) is > 0 and var sinceUs ? sinceUs : null;

    public void Begin(int pid, string cgroup, long nowUs)
    {
        (_pid, _cgroup) = (pid, cgroup);
        Volatile.Write(ref _busySinceUs, nowUs);
    }

    /// <summary>Has it told that a process has left; what the loop does not come to tell is dropped.</summary>
    public void Tell(EscapeNotice notice)
    {
        if (_notices.Count < MaxNotices)
            _notices.Enqueue(notice);
    }

    /// <summary>Takes the next that is to be told. The loop's.</summary>
    public EscapeNotice? TakeNotice() => _notices.TryDequeue(out EscapeNotice? notice) ? notice : null;

    public void End() => Volatile.Write(ref _busySinceUs, 0);
}
