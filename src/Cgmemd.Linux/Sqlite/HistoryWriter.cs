using System.Collections.Concurrent;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
#pragma warning disable CA1822 // the thread is not written yet

namespace Cgmemd.Linux.Sqlite;

/// <summary>The thread that writes the history.</summary>
internal sealed class HistoryWriter(
    string path, string bootId, TimeProvider time, Action wake, HistoryPace pace,
    Func<HistoryBatch, HistoryBatch?> tryTakeBatch) : IDisposable
{
    private readonly ConcurrentQueue<HistoryNotice> _notices = new();
    private readonly AutoResetEvent _hurry = new(false);

    public HistoryOptions Options { get; set; } = HistoryOptions.Default;

    public HistoryStatus Status { get; private set; } = new() { State = HistoryState.Off, Path = path };

    public HistoryStore Store => throw new NotSupportedException();

    public int BytesInHand { get; private set; }

    public int BeginsInHand { get; private set; }

    public int RecordsInHand { get; private set; }

    public void Start() => _ = (bootId, time, wake, pace, tryTakeBatch);

    public void Stop()
    {
    }

    public void Hurry() => _hurry.Set();

    public void CountLostRecord()
    {
    }

    public void Begin(HistorySeries series)
    {
    }

    public void End(HistorySeries series, Invocation end)
    {
    }

    public void EndFirstPass()
    {
    }

    public bool TryTakeNotice(out HistoryNotice? notice) => _notices.TryDequeue(out notice);

    public void Dispose() => _hurry.Dispose();
}
