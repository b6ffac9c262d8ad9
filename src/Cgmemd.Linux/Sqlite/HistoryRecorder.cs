using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Has everything recorded by a thread of its own. What is called here is called by the loop alone, never waits for the
/// disk nor for the thread, and allocates nothing for a sample. The queue between the two is one batch: whoever works
/// on it has taken it out of <see cref="_active"/>, and only the thread comes back later when it is not there.
/// </summary>
public sealed class HistoryRecorder : IDisposable
{
    // Of the disk's faults a breakdown is the first to go: so many of them wait for it, each some 100 KiB.
    private const int MaxNotesBeforeBreakdown = 256;

    private readonly ClockWatch _clocks = new();
    private readonly Func<long> _boottimeUs;
    private readonly HistoryPace _pace;
    private readonly HistoryWriter _writer;
    private readonly List<HistorySeries> _early = [];
    private HistoryBatch? _active = new();
    private bool _isWanted;
    private int _session;
    private int _waitingBegins;
    private bool _owesEndOfFirstPass;
    private int _lastSeries;
    private int _lastSession;

    /// <param name="path">The history's file.</param>
    /// <param name="bootId">This boot, 32 hexadecimal digits.</param>
    /// <param name="time">The clocks.</param>
    /// <param name="wake">Called by the thread when there is a notice to take.</param>
    /// <param name="pace">Times and bounds; null for the defaults.</param>
    public HistoryRecorder(string path, string bootId, TimeProvider time, Action wake, HistoryPace? pace = null)
        : this(path, bootId, time, () => LibC.ClockUs(LibC.CLOCK_BOOTTIME), wake, pace)
    {
    }

    internal HistoryRecorder(
        string path, string bootId, TimeProvider time, Func<long> boottimeUs, Action wake, HistoryPace? pace)
    {
        _boottimeUs = boottimeUs;
        _pace = pace ?? HistoryPace.Default;
        _writer = new HistoryWriter(path, bootId, time, wake, _pace, TryTakeBatch);
    }

    /// <summary>A copy of how it does now. Any thread may ask.</summary>
    public HistoryStatus Status
    {
        get
        {
            HistoryStatus status = _writer.Status;
            HistoryBatch? batch = Volatile.Read(ref _active);
            if (_writer.BusyFor > _pace.StopPatience)
            {
                string problem = $"{status.Path}: the disk has not answered for {_writer.BusyFor.TotalSeconds:0} s";
                status = status with
                {
                    State = HistoryState.Faulted,
                    Fault = HistoryFault.InputOutput,
                    Problem = problem,
                };
            }

            return status with
            {
                QueuedBytes = _writer.BytesInHand + (batch?.Bytes ?? 0),
                SamplesLost = status.SamplesLost + (batch?.Lost ?? 0),
            };
        }
    }

    /// <summary>
    /// Takes over a configuration, at the start and at every reload: the thread begins with the first that wants a
    /// history, and ends with one that does not. While the thread before is still stuck in the disk there is no other;
    /// it begins with the first call after that has ended.
    /// </summary>
    public void Configure(HistoryOptions options)
    {
        _writer.Options = options;
        if (options.Enabled)
            _isWanted = true;
        else
            Stop();
        _ = EnsureStarted();
    }

    /// <summary>
    /// Begins to record an invocation, or goes on with it where the file knows it: same boot, cgroup id and invocation
    /// id.
    /// </summary>
    public HistorySeries Begin(Invocation start)
    {
        var series = new HistorySeries(++_lastSeries, start);
        if (!IsBegun(series) && _session == 0 && _isWanted)
            _early.Add(series);
        return series;
    }

    /// <summary>Records a sample. A quick one (not <paramref name="isFull"/>) has memory.current alone.</summary>
    /// <param name="series">Whose.</param>
    /// <param name="sample">The values.</param>
    /// <param name="limits">The limits that held; of a quick one they are not looked at.</param>
    /// <param name="isFull">Whether all files were read.</param>
    /// <param name="hasNewPss">Whether the PSS in it is new since the sample before.</param>
    /// <param name="time">When.</param>
    public void Sample(
        HistorySeries series, in Sample sample, in Limits limits, bool isFull, bool hasNewPss, HistoryTime time)
    {
        if (!EnsureStarted())
            return;
        if (_clocks.HasJumped(time))
            RecordJump(time);
        bool isBegun = IsBegun(series);
        HistoryBatch batch = Take();
        int room = _pace.MaxQueuedBytes - _writer.BytesInHand;
        if (!isBegun || !batch.TryAppend(series.Number, sample, limits, isFull, hasNewPss, time, room))
            batch.CountLost(time);
        GiveBack(batch);
    }

    /// <summary>Ends an invocation, with its last figures.</summary>
    public void End(HistorySeries series, Invocation end)
    {
        NoteWaiting(series, isWaiting: false);
        // Not bounded: there is one for each begin that was queued, and those are.
        if (_session != 0 && series.Session == _session)
        {
            HistoryBatch batch = Take();
            batch.AppendEnd(series, end);
            GiveBack(batch);
            _writer.Hurry();
        }

        series.Session = 0;
        _ = _early.Remove(series);
    }

    /// <summary>
    /// All that goes on has been begun: what a former run left open has ended while nobody saw it, and is
    /// <c>lost</c>.
    /// </summary>
    public void EndFirstPass()
    {
        // Without a history nothing is begun; what goes on is, when there is one.
        _owesEndOfFirstPass = _isWanted;
        TryEndFirstPass();
    }

    public void Event(EventRecord record, string? invocationId, HistoryTime time) =>
        Queue(store => store.AddEvent(record, time, invocationId));

    public void Alert(Alert alert) => Queue(store => store.AddAlert(alert));

    /// <summary>The end of an alert: the same with <see cref="Core.History.Alert.Resolved"/> and its peak.</summary>
    public void Resolve(Alert alert) => Queue(store => store.ResolveAlert(alert));

    public void Capture(RecordedCapture capture) => Queue(store => store.AddCapture(capture));

    /// <summary>A breakdown. Not where much waits already: it is large, and its place in memory is ours.</summary>
    public void Breakdown(RecordedBreakdown breakdown)
    {
        if (_session != 0 && !TryQueue(store => store.AddBreakdown(breakdown), most: MaxNotesBeforeBreakdown))
            _writer.CountLostRecord();
    }

    public void Mark(Mark mark) => Queue(store => store.AddMark(mark));

    public void Gap(Gap gap) => Queue(store => store.AddGap(gap));

    /// <summary>The largest processes of a unit. They wait for the samples' commit.</summary>
    public void Processes(HistorySeries series, ProcessSamples processes)
    {
        if (IsBegun(series))
            Queue(store => store.AddProcesses(series.Row, processes), isUrgent: false);
    }

    /// <summary>Takes one notice; <c>wake</c> is called for each.</summary>
    public bool TryTakeNotice(out HistoryNotice? notice) => _writer.TryTakeNotice(out notice);

    /// <summary>Writes what is queued, within a few seconds, and ends the thread.</summary>
    public void Stop()
    {
        (_isWanted, _owesEndOfFirstPass) = (false, false);
        _early.Clear();
        if (_session == 0)
            return;
        _session = 0;
        _waitingBegins = 0;
        _writer.Stop();
        _active = new HistoryBatch();
    }

    public void Dispose()
    {
        Stop();
        _writer.Dispose();
    }

    private bool EnsureStarted() => _session != 0 || (_isWanted && TryStart());

    // What was begun while there was no thread goes on, though it may not be sampled for a while: it must not be taken
    // for something that has ended.
    private bool TryStart()
    {
        if (!_writer.Start())
            return false;
        _session = ++_lastSession;
        bool owesEndOfFirstPass = _owesEndOfFirstPass;
        _owesEndOfFirstPass = false;
        foreach (HistorySeries series in _early)
            _ = IsBegun(series);
        _early.Clear();
        _owesEndOfFirstPass = owesEndOfFirstPass;
        TryEndFirstPass();
        return true;
    }

    // A begin that found no room, or was queued for a thread that has ended, is tried again with every sample.
    private bool IsBegun(HistorySeries series)
    {
        if (!EnsureStarted())
            return false;
        if (series.Session == _session)
            return true;
        HistoryBatch batch = Take();
        if (batch.Begins + _writer.BeginsInHand < _pace.MaxQueuedRecords)
        {
            batch.AppendBegin(series);
            series.Session = _session;
        }

        GiveBack(batch);
        _writer.Hurry();
        NoteWaiting(series, isWaiting: series.Session != _session);
        return series.Session == _session;
    }

    // What is not begun yet for want of room would be taken for something that has ended.
    private void NoteWaiting(HistorySeries series, bool isWaiting)
    {
        if (_session == 0)
            return;
        if (series.WaitingSession == _session != isWaiting)
            _waitingBegins += isWaiting ? 1 : -1;
        series.WaitingSession = isWaiting ? _session : 0;
        TryEndFirstPass();
    }

    private void TryEndFirstPass()
    {
        if (_owesEndOfFirstPass && _waitingBegins == 0)
            _owesEndOfFirstPass = !TryQueue(_writer.EndFirstPass);
    }

    private void RecordJump(HistoryTime time)
    {
        (Gap? suspend, Gap? step) = _clocks.Explain(time, _boottimeUs());
        if (suspend is not null)
            Gap(suspend);
        if (step is not null)
            Gap(step);
    }

    private void Queue(Action<HistoryStore> write, bool isUrgent = true)
    {
        if (EnsureStarted() && !TryQueue(write, isUrgent))
            _writer.CountLostRecord();
    }

    private bool TryQueue(Action<HistoryStore> write, bool isUrgent = true, int? most = null)
    {
        if (_session == 0)
            return false;
        HistoryBatch batch = Take();
        bool hasRoom = batch.Notes + _writer.NotesInHand < (most ?? _pace.MaxQueuedRecords);
        if (hasRoom)
            batch.Append(write);
        GiveBack(batch);
        if (isUrgent)
            _writer.Hurry();
        return hasRoom;
    }

    private HistoryBatch Take() => Interlocked.Exchange(ref _active, null)
        ?? throw new InvalidOperationException("the recorder is for one thread");

    private void GiveBack(HistoryBatch batch) => Volatile.Write(ref _active, batch);

    // The thread's side: null while the loop is appending, which takes it a microsecond.
    private HistoryBatch? TryTakeBatch(HistoryBatch next)
    {
        HistoryBatch? batch = Volatile.Read(ref _active);
        return batch is not null && Interlocked.CompareExchange(ref _active, next, batch) == batch ? batch : null;
    }
}
