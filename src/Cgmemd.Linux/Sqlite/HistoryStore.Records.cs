using System.Buffers;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Sqlite;

public sealed partial class HistoryStore
{
    private readonly RecordStatements _records;
    private readonly ArrayBufferWriter<byte> _scratch = new(512);

    /// <summary>Adds an event.</summary>
    /// <returns>Its number in the history, by which readers follow.</returns>
    public long AddEvent(EventRecord record, HistoryTime time, string? invocationId)
    {
        _scratch.ResetWrittenCount();
        EventFields.Write(record.Fields, _scratch);
        Stamp(_records.Event, time).Bind(4, record.Unit).Bind(5, invocationId).Bind(6, record.Rule)
            .Bind(7, record.Event).Bind(8, record.Message).BindText(9, _scratch.WrittenSpan).Run();
        return _database.LastInsertRowId;
    }

    public void AddAlert(Alert alert) => Stamp(_records.Alert, alert.Fired)
        .Bind(4, alert.Unit).Bind(5, alert.InvocationId).Bind(6, alert.Rule).Bind(7, alert.Severity)
        .Bind(8, alert.On).Bind(9, (long)alert.Episode).Bind(10, alert.Value).Bind(11, alert.Threshold)
        .Bind(12, alert.Resolved?.RealtimeUs).Bind(13, alert.Resolved?.MonotonicUs).Bind(14, alert.Peak).Run();

    /// <summary>Notes the end of an alert that was added, or adds it whole when it is not there.</summary>
    public void ResolveAlert(Alert alert)
    {
        long? open = _records.OpenAlert.Bind(1, alert.Unit).Bind(2, alert.InvocationId).Bind(3, alert.Rule)
            .Bind(4, (long)alert.Episode).RunForInt64();
        if (open is { } id)
        {
            _records.Resolve.Bind(1, alert.Resolved?.RealtimeUs).Bind(2, alert.Resolved?.MonotonicUs)
                .Bind(3, alert.Peak).Bind(4, id).Run();
        }
        else
        {
            AddAlert(alert);
        }
    }

    public void AddCapture(RecordedCapture capture) => Stamp(_records.Capture, capture.Time)
        .Bind(4, capture.Unit).Bind(5, capture.InvocationId).Bind(6, capture.Rule).Bind(7, capture.Kind)
        .Bind(8, capture.Outcome).Bind(9, capture.Path).Bind(10, capture.Bytes).Bind(11, capture.DurationUs)
        .Bind(12, capture.Reason).Run();

    /// <summary>Adds a breakdown, or as much of it as fits.</summary>
    public void AddBreakdown(RecordedBreakdown recorded)
    {
        if (BreakdownBlob.Write(recorded.Breakdown) is not { } blob)
            return;
        Stamp(_records.Breakdown, recorded.Time).Bind(4, recorded.Breakdown.Unit)
            .Bind(5, recorded.Breakdown.CgroupId).Bind(6, recorded.Breakdown.InvocationId).Bind(7, recorded.Cause)
            .Bind(8, recorded.Rule).RunWithBlob(9, blob);
    }

    public void AddMark(Mark mark) =>
        Stamp(_records.Mark, mark.Time).Bind(4, mark.Text).Bind(5, mark.Unit).Bind(6, mark.Count).Run();

    public void AddGap(Gap gap) => Stamp(_records.Gap, gap.Start)
        .Bind(4, gap.End.RealtimeUs).Bind(5, gap.End.MonotonicUs).Bind(6, gap.Reason).Run();

    public void AddProcesses(long invocation, ProcessSamples samples)
    {
        _scratch.ResetWrittenCount();
        ProcessBlob.Write(samples.Processes, _scratch);
        _records.Processes.Bind(1, invocation).Bind(2, _boot).Bind(3, samples.Time.RealtimeUs)
            .Bind(4, samples.Time.MonotonicUs).RunWithBlob(5, _scratch.WrittenSpan);
    }

    /// <summary>The newest that was sampled, with the boot its monotonic time is of; null when nothing was.</summary>
    public (string BootId, HistoryTime Time)? LastSeen()
    {
        using SqliteStatement newest = _database.Prepare("""
            SELECT boot_id, real_us, mono_us FROM (
                SELECT invocation, real_us, mono_us FROM open_sample WHERE id = (SELECT max(id) FROM open_sample)
                UNION ALL
                SELECT invocation, last_us, last_mono_us FROM chunk WHERE id = (SELECT max(id) FROM chunk))
            JOIN invocation ON invocation.id = invocation JOIN boot ON boot.id = invocation.boot
            ORDER BY boot.id DESC, mono_us DESC LIMIT 1
            """);
        return newest.Step() ? (newest.Text(0), new HistoryTime(newest.Int64(1), newest.Int64(2))) : null;
    }

    /// <summary>
    /// Gives what is in this transaction a number that no other has, for when its commit fails and may have been done
    /// all the same. Samples have one, that of the last row in their log; without any it takes a page of its own.
    /// </summary>
    public long TakeSerial(bool hasSamples)
    {
        if (hasSamples)
            return _log.Last;
        long serial = Random.Shared.NextInt64();
        _records.Batch.Bind(1, serial).Run();
        return serial;
    }

    /// <summary>The number of the last transaction of such a kind that was committed.</summary>
    public long LastSerial(bool hasSamples) =>
        hasSamples ? _log.Last : _database.Scalar("SELECT serial FROM batch") ?? 0;

    public HistoryInfo Info() => HistoryFacts.Read(_database);

    private SqliteStatement Stamp(SqliteStatement statement, HistoryTime time) =>
        statement.Bind(1, _boot).Bind(2, time.RealtimeUs).Bind(3, time.MonotonicUs);
}
