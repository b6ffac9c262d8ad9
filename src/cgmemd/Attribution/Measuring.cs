using Cgmemd.Core.Attribution;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// The thread that measures processes, as the loop sees it. A process whose mmap lock is held for writing keeps this
/// thread waiting and nothing else: then rules have no PSS, and that is said.
/// </summary>
internal sealed class Measuring : IDisposable
{
    /// <summary>One reading that takes longer than this is told.</summary>
    private const long StuckUs = 10_000_000;

    /// <summary>Above this share of its limit a unit's processes go before others.</summary>
    private const double NearLimit = 0.9;

    private const long MinuteUs = 60_000_000;

    // What becomes due between is read in one wake-up of the CPU.
    private const int ShortestWaitMs = 200;
    private const int LongestWaitMs = 60_000;

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly AutoResetEvent _wake = new(false);
    private readonly MeasuringProgress _progress = new();
    private readonly CgroupMembers _cgroups;
    private readonly ProcDirectory _proc;
    private readonly TimeProvider _time;
    private PssReader _reader;
    private Thread? _thread;
    private bool _isStopping;
    private volatile bool _isHurried;
    private volatile PssOptions _options = PssOptions.Default with { Enabled = false };
    private volatile MeasuredGroup[] _groups = [];
    private int _groupsVersion;
    private volatile Exception? _failure;
    private volatile bool _isResting;
    private bool _isFailureTold;
    private bool _isStuckTold;
    private long _minuteStartUs;
    private long _minuteStartSpentUs;
    private double? _shareUsed;

    /// <param name="cgroups">The thread's own from now on, as is the next.</param>
    /// <param name="proc">The host's procfs.</param>
    /// <param name="time">The clock.</param>
    public Measuring(CgroupMembers cgroups, ProcDirectory proc, TimeProvider time)
    {
        (_cgroups, _proc, _time) = (cgroups, proc, time);
        _reader = new PssReader(cgroups, proc, Table, _progress, time);
    }

    public ProcessTable Table { get; } = new();

    /// <summary>Readings of smaps_rollup since the start.</summary>
    public long Readings => _progress.Readings;

    /// <summary>Whether the one reading that is on takes far too long.</summary>
    public bool IsStuck => _progress.BusySinceUs is { } sinceUs && _time.NowUs() - sinceUs > StuckUs;

    /// <summary>Takes over a configuration. The thread begins with the first that wants it.</summary>
    public void Configure(PssOptions options)
    {
        if (options == _options)
            return;
        _options = options;
        if (options.Enabled && _thread is null)
        {
            _thread = new Thread(RunAgain, maxStackSize: 256 * 1024) { IsBackground = true, Name = "measuring" };
            _thread.Start();
        }

        Hurry();
    }

    /// <summary>Tells the thread of groups that came or went since the last time.</summary>
    public void Follow(WatchList watched)
    {
        if (watched.Version == _groupsVersion)
            return;
        _groupsVersion = watched.Version;
        var groups = new List<MeasuredGroup>(watched.All.Count);
        foreach (WatchedGroup group in watched.All)
        {
            if (group.Measured is not { } measured)
                continue;
            measured.InvocationId = group.InvocationId;
            groups.Add(measured);
        }

        _groups = [.. groups];
        Hurry();
    }

    /// <summary>Sets who goes first.</summary>
    public static void Prefer(WatchedGroup group)
    {
        if (group.Measured is not { } measured)
            return;
        measured.IsPreferred = group.AlertsFiring > 0
            || (group.Limits.EffectiveMax is { IsFinite: true, Bytes: var limit }
                && group.Sample[Metric.MemoryCurrent] >= limit * NearLimit);
    }

    /// <summary>An alert has fired: what the PSS was before the rise is of little use to whoever looks now.</summary>
    public void Hurry(WatchedGroup group, long nowUs)
    {
        if (group.Measured is not { } measured)
            return;
        measured.HurryUs = nowUs;
        Hurry();
    }

    /// <summary>Adds up what is known of a group's processes.</summary>
    public void Collect(WatchedGroup group)
    {
        if (group.Measured is not { } measured)
            return;
        if (_options.Enabled)
        {
            Table.Collect(measured, group.Pss);
            // What no longer follows the process is no figure for a rule.
            group.Pss.IsComplete &= !IsStuck;
        }
        else
        {
            group.Pss.Clear();
        }
    }

    /// <summary>Says what the thread has to say: when it is stuck or has failed, and who has left a unit.</summary>
    public void Tell(ILogger log, WatchList watched)
    {
        TellEscaped(log, watched);
        if (_failure is { } failure && !_isFailureTold)
        {
            _isFailureTold = true;
            log.MeasuringFailed(failure.Message, failure);
        }

        bool isStuck = IsStuck;
        // The thread may come free meanwhile: then there is nothing to be told.
        if (isStuck && !_isStuckTold && _progress.BusySinceUs is { } sinceUs)
        {
            (int pid, string cgroup) = _progress.Current;
            log.MeasuringStuck(cgroup, pid == 0 ? null : pid, _time.NowUs() - sinceUs);
        }

        _isStuckTold = isStuck;
        EndMinute(_time.NowUs());
    }

    /// <summary>How it does, for the status.</summary>
    public DaemonMeasuring Report()
    {
        long nowUs = _time.NowUs();
        ProcessTotals totals = Table.Totals();
        bool isStuck = IsStuck;
        return new DaemonMeasuring
        {
            State = !_options.Enabled ? "disabled" : isStuck ? "stuck" : _isResting ? "failed" : "measuring",
            StuckPid = isStuck && _progress.Current.Pid is > 0 and var pid ? pid : null,
            StuckUsec = isStuck ? nowUs - _progress.BusySinceUs : null,
            Processes = totals.Processes,
            NeverRead = totals.NeverRead,
            Unreadable = totals.Unreadable,
            Untracked = Untracked(),
            OldestAgeUsec = nowUs - totals.OldestUs,
            Readings = _progress.Readings,
            Undercounts = _progress.Undercounts,
            Undercounted = totals.Undercounted,
            SpentUsec = _progress.SpentUs,
            ShareUsed = _shareUsed,
        };
    }

    /// <summary>Ends the thread, unless it is stuck: that one ends with the program.</summary>
    public void Dispose()
    {
        if (Volatile.Read(ref _isStopping))
            return;
        Volatile.Write(ref _isStopping, true);
        _wake.Set();
        if (_thread?.Join(StopPatience) == false)
            return;
        _cgroups.Dispose();
        _proc.Dispose();
        _wake.Dispose();
    }

    private void Hurry()
    {
        _isHurried = true;
        _wake.Set();
    }

    private void TellEscaped(ILogger log, WatchList watched)
    {
        while (_progress.TakeNotice() is { } notice)
        {
            foreach (WatchedGroup group in watched.All)
            {
                if (group.Measured != notice.Group)
                    continue;
                log.ProcessEscaped(
                    group.Name, group.Cgroup.Path, group.InvocationId, notice.Pid, notice.Command, notice.Cgroup,
                    EscapeSigns.Name(notice.Sign));
                break;
            }
        }
    }

    private void EndMinute(long nowUs)
    {
        long spentUs = _progress.SpentUs;
        if (_minuteStartUs > 0 && nowUs - _minuteStartUs < MinuteUs)
            return;
        if (_minuteStartUs > 0)
            _shareUsed = Math.Max(0, spentUs - _minuteStartSpentUs) / (double)(nowUs - _minuteStartUs);
        (_minuteStartUs, _minuteStartSpentUs) = (nowUs, spentUs);
    }

    private int Untracked()
    {
        int untracked = 0;
        foreach (MeasuredGroup group in _groups)
            untracked += group.Untracked;
        return untracked;
    }

    private void Run()
    {
        PssOptions? options = null;
        MeasuredGroup[] groups = [];
        while (!Volatile.Read(ref _isStopping))
        {
            _isHurried = false;
            if (_options is var newest && newest != options)
            {
                options = newest;
                _reader.Configure(newest.Enabled
                    ? new PssLimits(newest.Interval, PartOf(newest.Share), PartOf(newest.TargetShare))
                    : null);
                groups = [];
            }

            if (options!.Enabled && _groups is var wanted && wanted != groups)
                _reader.Follow(groups = wanted);
            _reader.Turn(in _isStopping);
            _isResting = false;
            if (!_isHurried)
                _wake.WaitOne(WaitMs());
        }
    }

    // A defect here must not end the daemon: what was known is forgotten, and begun anew after a rest.
    private void RunAgain()
    {
        while (!Volatile.Read(ref _isStopping))
        {
            try
            {
                Run();
            }
            catch (Exception exception)
            {
                _failure ??= exception;
                _isResting = true;
                _progress.End();
                Table.Clear(_groups);
                _reader = new PssReader(_cgroups, _proc, Table, _progress, _time);
                _wake.WaitOne(RestAfterFailure);
            }
        }
    }

    private static double PartOf(Bound share) => share.Value / 10_000.0;

    private int WaitMs()
    {
        long nextUs = _reader.NextUs;
        return nextUs == long.MaxValue
            ? LongestWaitMs
            : (int)Math.Clamp((nextUs - _time.NowUs() + 999) / 1_000, ShortestWaitMs, LongestWaitMs);
    }
}
