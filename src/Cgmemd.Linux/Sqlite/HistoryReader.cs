using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Reads a history: the file a daemon writes at the same time, or a snapshot. Never changes it, and never holds a
/// snapshot of it beyond a call. For one thread.
/// </summary>
public sealed partial class HistoryReader : IDisposable
{
    /// <summary>Opens a file.</summary>
    /// <exception cref="HistoryException">It cannot be read: path and reason.</exception>
    public static HistoryReader Open(string path) => throw new NotImplementedException();

    /// <summary>What was found damaged or not understood so far, and left out: a line each.</summary>
    public IReadOnlyList<string> Problems => throw new NotImplementedException();

    /// <summary>The units there are, in ordinal order.</summary>
    public IReadOnlyList<string> Units() => throw new NotImplementedException();

    /// <summary>The lives that have a part in the range, newest first.</summary>
    public IReadOnlyList<Invocation> Invocations(string? unitGlob, HistoryRange range) =>
        throw new NotImplementedException();

    /// <summary>
    /// What is known of a unit: its lives one after the other, each in the order it was recorded in, so that times go
    /// back where the clock did.
    /// </summary>
    /// <param name="unit">Its full name.</param>
    /// <param name="range">When.</param>
    /// <param name="step">Null: each sample where kept, else the finest kept. Else a row for each step that has any.</param>
    /// <param name="fields">The order of the values.</param>
    public IEnumerable<HistoryRow> Rows(
        string unit, HistoryRange range, TimeSpan? step, IReadOnlyList<HistoryField> fields) =>
        throw new NotImplementedException();

    /// <summary>The last sample before or at a time of each cgroup that was there then, by unit.</summary>
    public IReadOnlyList<HistoryRow> At(long realtimeUs, IReadOnlyList<HistoryField> fields) =>
        throw new NotImplementedException();

    /// <summary>Events, oldest first.</summary>
    public IReadOnlyList<EventRecord> Events(EventQuery query) => throw new NotImplementedException();

    /// <summary>Alerts that were on in the range, oldest first.</summary>
    public IReadOnlyList<Alert> Alerts(string? unitGlob, HistoryRange range) => throw new NotImplementedException();

    /// <summary>Captures, oldest first.</summary>
    public IReadOnlyList<RecordedCapture> Captures(string? unitGlob, HistoryRange range) =>
        throw new NotImplementedException();

    /// <summary>Marks, oldest first; those of the whole host fit every glob.</summary>
    public IReadOnlyList<Mark> Marks(string? unitGlob, HistoryRange range) => throw new NotImplementedException();

    /// <summary>Gaps that have a part in the range, oldest first.</summary>
    public IReadOnlyList<Gap> Gaps(HistoryRange range) => throw new NotImplementedException();

    /// <summary>The last processes known of a unit at a time, of its life then; null where none are.</summary>
    public ProcessSamples? Processes(string unit, long atUs) => throw new NotImplementedException();

    public HistoryInfo Info() => throw new NotImplementedException();

    /// <summary>
    /// Copies all to one file of mode 0600 that needs nothing beside it, as of one instant.
    /// </summary>
    /// <param name="file">Where to; it appears when it is whole.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="HistoryException">It cannot be read or written, or is there already.</exception>
    public void CopyTo(string file, Action<double>? progress, bool overwrite = false) =>
        throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
