using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>How the writer does, as others see it.</summary>
internal sealed partial class HistoryWriter
{
    private HistoryState _state;
    private long _stateUs;
    private long _samplesWritten;
    private long _samplesLost;
    private long _recordsLost;
    private long _recordsRefused;
    private long _commits;
    private long? _committedUs;
    private long _lastCommitUs;
    private long _maxCommitUs;
    private long _sealedChunks;
    private bool _hasLost;
    private long? _oldestUs;
    private long _threadCpuUs;
    private long _busySinceUs;
    private volatile HistoryStatus _status = new() { State = HistoryState.Off, Path = path };

    public HistoryStatus Status => _status;

    /// <summary>For how long the turn has been going on that is not done; zero where none is. Any thread's.</summary>
    public TimeSpan BusyFor => Volatile.Read(ref _busySinceUs) is > 0 and var sinceUs
        ? TimeSpan.FromMicroseconds(time.NowUs() - sinceUs)
        : TimeSpan.Zero;

    /// <summary>A record found no room in the queue. The loop's.</summary>
    public void CountLostRecord() => Interlocked.Increment(ref _recordsRefused);

    private void CountCommit(HistoryBatch batch, long startUs)
    {
        long nowUs = time.NowUs();
        _committedUs = time.RealtimeUs();
        _lastCommitUs = nowUs - startUs;
        _maxCommitUs = Math.Max(_maxCommitUs, _lastCommitUs);
        _commits++;
        _samplesWritten += batch.Samples;
        _samplesLost += batch.Lost;
        _hasLost = batch.Lost > 0;
    }

    private void Enter(HistoryState state)
    {
        _state = state;
        _stateUs = time.RealtimeUs();
        Publish();
    }

    private void Publish() => _status = new HistoryStatus
    {
        State = _state,
        Path = path,
        Problem = _state == HistoryState.Faulted ? _failure.Problem : null,
        Fault = _state == HistoryState.Faulted ? _fault : HistoryFault.None,
        SinceUs = _stateUs,
        Bytes = _files.Bytes,
        SamplesWritten = _samplesWritten,
        SamplesLost = _samplesLost,
        RecordsLost = _recordsLost + Interlocked.Read(ref _recordsRefused),
        Commits = _commits,
        CommittedUs = _committedUs,
        LastCommitUs = _lastCommitUs,
        MaxCommitUs = _maxCommitUs,
        SealedChunks = _sealedChunks + (_store?.SealedChunks ?? 0),
        OldestUs = _oldestUs,
        ThreadCpuUs = _threadCpuUs,
    };
}
