using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>What is written, and of which series.</summary>
internal sealed partial class HistoryWriter
{
    /// <summary>Steps of upkeep in one turn, while nothing is waiting for the next.</summary>
    private const int StepsPerTurn = 8;

    /// <summary>The series that go on, or whose end is not committed yet.</summary>
    private readonly Dictionary<int, HistorySeries> _live = [];

    private HistoryStore? _store;
    private HistoryBatch? _spare;
    private bool _hasSeenFile;
    private bool _hasMoreUpkeep;
    private bool _isFirstPassOver;
    private long? _doubtedSerial;
    private Gap? _owedGap;
    private volatile HistoryBatch? _batch;

    /// <summary>Bytes of samples that this has taken and not yet committed.</summary>
    public int BytesInHand => _batch?.Bytes ?? 0;

    /// <summary>Begins among them.</summary>
    public int BeginsInHand => _batch?.Begins ?? 0;

    /// <summary>Events and the like among them.</summary>
    public int NotesInHand => _batch?.Notes ?? 0;

    /// <summary>What a former run left open and is not begun by now has ended.</summary>
    public void EndFirstPass(HistoryStore store)
    {
        _isFirstPassOver = true;
        store.EndAbandoned();
    }

    // The file may be a new one each time, so that what goes on is begun again in it.
    private void Open()
    {
        if (_store is not null)
        {
            ThrowIfGone();
            return;
        }

        _files.EnsureDirectory();
        HistoryStore store = HistoryStore.Open(path, bootId);
        try
        {
            // A commit that failed may have been done all the same: the log was written and could not be synced, or it
            // was taken from under us and brought into the file when that was closed.
            if (_doubtedSerial is { } serial && _batch is { } batch && store.LastSerial(batch.Samples > 0) == serial)
            {
                _owedGap = null;
                CountCommit(batch, time.NowUs());
                Release(batch);
            }

            _doubtedSerial = null;
            Resume(store);
        }
        catch
        {
            store.Dispose();
            throw;
        }

        _store = store;
    }

    private void Resume(HistoryStore store)
    {
        store.Begin();
        // However long it took to open it: samples have been queued since the start.
        if (!_hasSeenFile && store.LastSeen() is { } last)
            store.AddGap(new Gap(last.Time, _started, last.BootId == bootId ? "not-running" : "reboot"));
        foreach (HistorySeries series in _live.Values)
            series.Row = store.BeginInvocation(series.Start);
        if (_isFirstPassOver)
            store.EndAbandoned();
        store.Commit();
        _hasSeenFile = true;
    }

    private void Close()
    {
        _sealedChunks += _store?.SealedChunks ?? 0;
        try
        {
            _store?.Dispose();
        }
        catch (IOException)
        {
            // What it could not write at the last is what it could not write before.
        }

        _store = null;
    }

    // Null from the loop only while it appends: it is done sooner than this thread can look again.
    private void TakeBatch()
    {
        _isHurried = false;
        HistoryBatch next = _spare ?? new HistoryBatch();
        _spare = null;
        while ((_batch = tryTakeBatch(next)) is null)
            Thread.Sleep(0);
        if (_batch.Lost > 0 && _fault == HistoryFault.None)
            Enter(HistoryFault.Overload, HistoryFailure.Overload);
    }

    private void Commit()
    {
        HistoryBatch batch = _batch!;
        if (!batch.IsEmpty || _owedGap is not null)
        {
            long startUs = time.NowUs();
            _store!.Begin();
            Write(_store, batch);
            if (_owedGap is not null)
                _store.AddGap(_owedGap);
            if (batch.Lost > 0)
                _store.AddGap(new Gap(batch.FirstLost, batch.LastLost, _fault.GapReason()));
            _doubtedSerial = _store.TakeSerial(batch.Samples > 0);
            _store.Commit();
            ThrowIfGone();
            _owedGap = null;
            CountCommit(batch, startUs);
        }

        Release(batch);
    }

    private void Write(HistoryStore store, HistoryBatch batch)
    {
        int offset = 0;
        foreach (QueuedRecord record in batch.Records)
        {
            WriteSamples(store, batch, ref offset, record.Position);
            if (record.Write is { } write)
                write(store);
            else if (record.End is { } end)
                store.EndInvocation(record.Series!.Row, end);
            else
                Begin(store, record.Series!);
        }

        WriteSamples(store, batch, ref offset, batch.Bytes);
    }

    private void WriteSamples(HistoryStore store, HistoryBatch batch, ref int offset, int end)
    {
        while (offset < end)
        {
            QueuedSample sample = batch.Read(ref offset);
            store.AppendSample(_live[sample.Series].Row, sample.Time, sample.Row);
        }
    }

    private void Begin(HistoryStore store, HistorySeries series)
    {
        _live[series.Number] = series;
        series.Row = store.BeginInvocation(series.Start);
    }

    // Done with: committed, or given up.
    private void Release(HistoryBatch batch)
    {
        foreach (QueuedRecord record in batch.Records)
        {
            if (record.Series is { } series && record.End is not null)
                _live.Remove(series.Number);
        }

        _doubtedSerial = null;
        _batch = null;
        batch.Clear();
        _spare = batch;
    }

    // But for what has to be known of the series.
    private void GiveUp(HistoryBatch batch)
    {
        if (batch.Samples + batch.Lost > 0)
        {
            HistoryTime start = _owedGap?.Start ?? (batch.Samples > 0 ? batch.First : batch.FirstLost);
            HistoryTime end = batch.Lost > 0 ? batch.LastLost : batch.Last;
            _owedGap = new Gap(start, end, _fault.GapReason());
        }

        foreach (QueuedRecord record in batch.Records)
        {
            if (record.Series is { } series && record.End is null)
                _live[series.Number] = series;
        }

        _samplesLost += batch.Samples + batch.Lost;
        _recordsLost += batch.Records.Count;
        Release(batch);
    }

    private void ForgetBatches()
    {
        _live.Clear();
        _batch = null;
        _owedGap = null;
        (_hasSeenFile, _hasMoreUpkeep, _hasLost, _isFirstPassOver) = (false, false, false, false);
    }

    private void Maintain()
    {
        int steps = 0;
        do
        {
            _hasMoreUpkeep = _store!.Maintain(Now, _options, _files.FreeBytes());
        }
        while (_hasMoreUpkeep && ++steps < StepsPerTurn && !_isHurried && !_isStopping);
        _oldestUs = _store.OldestUs();
    }
}
