using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The thread that writes the history. Each turn takes what is queued and commits it as a whole; a batch that could not
/// be committed is kept and tried again, so that a fault loses nothing as long as the queue has room.
/// </summary>
internal sealed partial class HistoryWriter(
    string path, string bootId, TimeProvider time, Action wake, HistoryPace pace,
    Func<HistoryBatch, HistoryBatch?> tryTakeBatch) : IDisposable
{
    private readonly AutoResetEvent _hurry = new(false);
    private readonly HistoryFiles _files = new(path);
    private Thread? _thread;
    private HistoryTime _started;
    private long _turnUs;
    private volatile bool _isStopping;
    private volatile bool _isHurried;
    private volatile HistoryOptions _options = HistoryOptions.Default;

    public HistoryOptions Options
    {
        set => _options = value;
    }

    private HistoryTime Now => new(time.RealtimeUs(), time.NowUs());

    /// <summary>Starts the thread; false while the one before has not ended.</summary>
    public bool Start()
    {
        if (_thread is { IsAlive: true })
            return false;
        _isStopping = false;
        _started = Now;
        Enter(HistoryState.Opening);
        _thread = new Thread(Run, maxStackSize: 512 * 1024) { IsBackground = true, Name = "history" };
        _thread.Start();
        return true;
    }

    /// <summary>Has what is queued written once more, and the thread end, if the disk allows it in time.</summary>
    public void Stop()
    {
        _isStopping = true;
        _hurry.Set();
        _thread?.Join(pace.StopPatience);
    }

    /// <summary>Something is queued that is to be committed soon. The loop's.</summary>
    public void Hurry()
    {
        if (_isHurried)
            return;
        _isHurried = true;
        _hurry.Set();
    }

    public void Dispose() => _hurry.Dispose();

    private void Run()
    {
        while (!_isStopping)
        {
            Turn();
            Wait();
        }

        Turn();
        Close();
        // What the last turn could not write.
        if (_batch is not null)
            GiveUp(_batch);
        TakeBatch();
        GiveUp(_batch!);
        ForgetBatches();
        ForgetFaults();
        Enter(HistoryState.Off);
    }

    private void Wait()
    {
        while (!_isStopping)
        {
            bool isSoon = _isHurried || _hasMoreUpkeep;
            long dueUs = _retryUs ?? _turnUs + Us(isSoon ? pace.EventInterval : pace.CommitInterval);
            long waitUs = dueUs - time.NowUs();
            if (waitUs <= 0)
                return;
            _hurry.WaitOne(TimeSpan.FromMicroseconds(waitUs));
        }
    }

    // Whatever goes wrong in here, it must not end the watch.
    private void Turn()
    {
        _turnUs = time.NowUs();
        Volatile.Write(ref _busySinceUs, _turnUs);
        try
        {
            _files.PruneAside(_options);
            Open();
            if (_batch is not null)
                Commit();
            TakeBatch();
            Commit();
            Maintain();
            EndFault();
        }
        catch (Exception e)
        {
            Fail(e);
        }

        Volatile.Write(ref _busySinceUs, 0);
        _threadCpuUs = LibC.ClockUs(LibC.CLOCK_THREAD_CPUTIME_ID);
        Publish();
    }

    private static long Us(TimeSpan span) => (long)span.TotalMicroseconds;
}
