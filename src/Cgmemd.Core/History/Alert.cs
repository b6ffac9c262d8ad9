namespace Cgmemd.Core.History;

/// <summary>An alert from its firing to its end.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="InvocationId">systemd's, or null.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity">As rules write it: <c>warning</c>.</param>
/// <param name="On">The metric's key.</param>
/// <param name="Episode">Counts the alerts of one rule on one invocation, from 1.</param>
/// <param name="Value">The value that fired it.</param>
/// <param name="Threshold">What it was above.</param>
/// <param name="Fired">When.</param>
/// <param name="Resolved">When it ended; null while it is on.</param>
/// <param name="Peak">The highest value meanwhile; null while it is on.</param>
public sealed record Alert(
    string Unit,
    string? InvocationId,
    string Rule,
    string Severity,
    string On,
    uint Episode,
    ulong Value,
    ulong Threshold,
    HistoryTime Fired,
    HistoryTime? Resolved = null,
    ulong? Peak = null);

/// <summary>A capture, taken, failed or refused.</summary>
/// <param name="Time">When it was done or refused.</param>
/// <param name="Unit">The unit.</param>
/// <param name="InvocationId">systemd's, or null.</param>
/// <param name="Rule">The rule whose action it was.</param>
/// <param name="Kind">What was captured: <c>smaps</c>.</param>
/// <param name="Outcome"><c>taken</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Path">The file, where it was taken.</param>
/// <param name="Bytes">The file's size, where it was taken.</param>
/// <param name="DurationUs">How long it took, where it was taken.</param>
/// <param name="Reason">Why not, where it was not.</param>
public sealed record RecordedCapture(
    HistoryTime Time,
    string Unit,
    string? InvocationId,
    string Rule,
    string Kind,
    string Outcome,
    string? Path = null,
    ulong? Bytes = null,
    long? DurationUs = null,
    string? Reason = null);
