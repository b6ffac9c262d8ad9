using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

// Most arguments are fields of the entry and no part of its text.
#pragma warning disable SYSLIB1015

/// <summary>
/// Everything the daemon says, in one table. The event's name finds its MESSAGE_ID and priority
/// (<see cref="Cgmemd.Linux.Systemd.MessageIds"/>), every argument becomes a field of the journal entry, and an
/// argument that is null leaves its field out. Sizes are bytes, times microseconds. <c>text</c> is the message for a
/// person and no field.
/// </summary>
/// <remarks>
/// The fields are documented in packaging/man/cgmemd.journal-fields.7.scd, the events in the catalog.
/// </remarks>
internal static partial class LogMessages
{
    [LoggerMessage(EventId = 1, EventName = "usage", Level = LogLevel.Information, Message = "{Text}")]
    public static partial void UsageRecord(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, ulong? memoryCurrent,
        ulong? memoryPeak, ulong? memorySwapCurrent, ulong? anon, ulong? file, ulong? kernel, ulong? pss,
        ulong? workingSet, ulong? memoryMax, ulong? memoryHigh, ulong? pidsCurrent, ulong? eventsHigh,
        ulong? eventsMax, ulong? eventsOom, ulong? eventsOomKill);

    [LoggerMessage(
        EventId = 2, EventName = "started", Level = LogLevel.Information,
        Message = "{Unit}: watching its memory")]
    public static partial void WatchStarted(
        this ILogger log, string unit, string? cgroup, string? invocation, ulong? memoryMax, ulong? memoryHigh);

    [LoggerMessage(EventId = 3, EventName = "stopped", Level = LogLevel.Information, Message = "{Text}")]
    public static partial void WatchStopped(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string? result,
        ulong? memoryPeak, ulong? memorySwapPeak, ulong? memoryMax, ulong? memoryHigh, ulong? eventsOomKill,
        long? durationUs);

    [LoggerMessage(EventId = 10, EventName = "alert-firing", Level = LogLevel.Warning, Message = "{Text}")]
    public static partial void AlertFiring(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string rule, string severity,
        string on, string valueUnit, ulong value, ulong threshold, ulong? limit, uint episode, ulong? memoryCurrent,
        ulong? anon, ulong? file, ulong? pss, string? labels, string? annotations, string? contributors = null);

    [LoggerMessage(EventId = 11, EventName = "alert-resolved", Level = LogLevel.Information, Message = "{Text}")]
    public static partial void AlertResolved(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string rule, string? severity,
        string? on, string? valueUnit, ulong? value, ulong peak, uint episode, long durationUs, string? labels);

    /// <summary>An alert that is on has risen to a graver level, or is told again.</summary>
    public static void AlertChanged(
        this ILogger log, bool hasRisen, string text, string unit, string? cgroup, string? invocation, string rule,
        string severity, string on, string valueUnit, ulong value, ulong threshold, ulong? limit, uint episode,
        long durationUs, string? labels, string? annotations, string? contributors = null)
    {
        if (hasRisen)
        {
            log.AlertEscalated(
                text, unit, cgroup, invocation, rule, severity, on, valueUnit, value, threshold, limit, episode,
                durationUs, labels, annotations, contributors);
        }
        else
        {
            log.AlertRepeated(
                text, unit, cgroup, invocation, rule, severity, on, valueUnit, value, threshold, limit, episode,
                durationUs, labels, annotations, contributors);
        }
    }

    [LoggerMessage(EventId = 13, EventName = "alert-escalated", Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void AlertEscalated(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string rule, string severity,
        string on, string valueUnit, ulong value, ulong threshold, ulong? limit, uint episode, long durationUs,
        string? labels, string? annotations, string? contributors);

    [LoggerMessage(EventId = 14, EventName = "alert-repeated", Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void AlertRepeated(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string rule, string severity,
        string on, string valueUnit, ulong value, ulong threshold, ulong? limit, uint episode, long durationUs,
        string? labels, string? annotations, string? contributors);

    [LoggerMessage(
        EventId = 15, EventName = "alert-suppressed", Level = LogLevel.Information,
        Message = "{Unit}: the rule {Rule} holds and is not told: {Reason}")]
    public static partial void AlertSuppressed(
        this ILogger log, string unit, string? cgroup, string? invocation, string rule, string severity, uint episode,
        string reason);

    [LoggerMessage(
        EventId = 16, EventName = "silence-begun", Level = LogLevel.Information,
        Message = "Silence {Silence} over rules {Rule} of {Units}: {Reason}")]
    public static partial void SilenceBegun(
        this ILogger log, uint silence, string units, string rule, long durationUs, string reason);

    [LoggerMessage(
        EventId = 17, EventName = "silence-ended", Level = LogLevel.Information,
        Message = "Silence {Silence} over rules {Rule} of {Units} has ended: {Reason}")]
    public static partial void SilenceEnded(
        this ILogger log, uint silence, string units, string rule, string reason);

    [LoggerMessage(EventId = 18, EventName = "spike-return", Level = LogLevel.Information, Message = "{Text}")]
    public static partial void SpikeReturned(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string rule, string on,
        string verdict, ulong baseline, ulong peak, ulong settled, uint retained, long? durationUs);

    /// <param name="log">The log.</param>
    /// <param name="text">The message for a person.</param>
    /// <param name="unit">The unit, or the path of a cgroup that is none.</param>
    /// <param name="cgroup">The cgroup's path.</param>
    /// <param name="invocation">The invocation that was hit.</param>
    /// <param name="killer">Who killed: kernel or systemd-oomd; null where it cannot be told.</param>
    /// <param name="count">How many processes were killed since the last such message, or cgroups as a whole.</param>
    /// <param name="total">How many since the cgroup was made.</param>
    /// <param name="memoryCurrent">What it used in the last sample before.</param>
    /// <param name="memoryPeak">The highest it used.</param>
    /// <param name="memoryMax">The limit in force.</param>
    /// <param name="samples">The last samples, a line each.</param>
    [LoggerMessage(EventId = 12, EventName = "oom-kill", Level = LogLevel.Warning, Message = "{Text}")]
    public static partial void OomKill(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string? killer,
        ulong count, ulong total, ulong? memoryCurrent, ulong? memoryPeak, ulong? memoryMax, string? samples);

    /// <param name="log">The log.</param>
    /// <param name="text">The message for a person.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="cgroup">Its cgroup.</param>
    /// <param name="invocation">The invocation that will be hit.</param>
    /// <param name="killedCgroup">The cgroup that systemd-oomd kills: this one, or one above or below.</param>
    /// <param name="rule">The rule whose capture it is; null where there is none.</param>
    /// <param name="reason">Why no capture is taken, or waited for; null where one is.</param>
    [LoggerMessage(EventId = 19, EventName = "prekill", Level = LogLevel.Warning, Message = "{Text}")]
    public static partial void Prekill(
        this ILogger log, string text, string unit, string? cgroup, string? invocation, string killedCgroup,
        string? rule, string? reason);

    [LoggerMessage(
        EventId = 20, EventName = "capture", Level = LogLevel.Information,
        Message = "{Unit}: captured its state to {CapturePath}")]
    public static partial void CaptureTaken(
        this ILogger log, string unit, string? invocation, string rule, uint episode, string capturePath, ulong bytes,
        long durationUs);

    [LoggerMessage(
        EventId = 21, EventName = "capture-failed", Level = LogLevel.Error,
        Message = "{Unit}: the capture failed: {Reason}")]
    public static partial void CaptureFailed(
        this ILogger log, string unit, string? invocation, string rule, uint episode, string reason);

    /// <param name="log">The log.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="invocation">The invocation.</param>
    /// <param name="rule">The rule whose action it was.</param>
    /// <param name="episode">The alert's episode.</param>
    /// <param name="reason">Why there is none: cooldown, dry run, no room on the disk…</param>
    [LoggerMessage(
        EventId = 22, EventName = "capture-skipped", Level = LogLevel.Information,
        Message = "{Unit}: no capture: {Reason}")]
    public static partial void CaptureSkipped(
        this ILogger log, string unit, string? invocation, string rule, uint episode, string reason);

    /// <param name="log">The log.</param>
    /// <param name="text">The message for a person.</param>
    /// <param name="unit">The unit it was done to.</param>
    /// <param name="invocation">Its invocation when the alert fired.</param>
    /// <param name="rule">The rule whose action it was.</param>
    /// <param name="episode">The alert's episode.</param>
    /// <param name="action">Its kind: exec, signal, reload, restart, recycle.</param>
    /// <param name="detail">It in full.</param>
    /// <param name="actionUnit">The transient unit of a command.</param>
    /// <param name="durationUs">From its begin until it was done; of a recycle until it was measured.</param>
    /// <param name="reclaimed">How much less anon and swap the unit has; negative where it has more.</param>
    /// <param name="usedBefore">Its anon and swap before.</param>
    /// <param name="usedAfter">And after.</param>
    /// <param name="currentBefore">Its memory.current before.</param>
    /// <param name="currentAfter">And after.</param>
    [LoggerMessage(EventId = 23, EventName = "action", Level = LogLevel.Information, Message = "{Text}")]
    public static partial void ActionDone(
        this ILogger log, string text, string unit, string? invocation, string rule, uint episode, string action,
        string detail, string? actionUnit, long durationUs, long? reclaimed, ulong? usedBefore, ulong? usedAfter,
        ulong? currentBefore, ulong? currentAfter);

    [LoggerMessage(
        EventId = 24, EventName = "action-failed", Level = LogLevel.Error,
        Message = "{Unit}: {Detail} failed: {Reason}")]
    public static partial void ActionFailed(
        this ILogger log, string unit, string? invocation, string rule, uint episode, string action, string detail,
        string? actionUnit, long durationUs, string reason);

    [LoggerMessage(
        EventId = 25, EventName = "action-skipped", Level = LogLevel.Information,
        Message = "{Unit}: no {Detail}: {Reason}")]
    public static partial void ActionSkipped(
        this ILogger log, string unit, string? invocation, string rule, uint episode, string action, string detail,
        string reason);

    [LoggerMessage(
        EventId = 30, EventName = "preflight", Level = LogLevel.Warning,
        Message = "This host lacks {Missing}: {Consequence}")]
    public static partial void Preflight(this ILogger log, string missing, string consequence);

    [LoggerMessage(
        EventId = 31, EventName = "configuration-loaded", Level = LogLevel.Information,
        Message = "Configuration loaded: watches {Watches}, rules {Rules}, files {Files}")]
    public static partial void ConfigurationLoaded(this ILogger log, int files, int watches, int rules);

    [LoggerMessage(
        EventId = 32, EventName = "configuration-refused", Level = LogLevel.Error,
        Message = "The configuration is refused, the one before stays in force:\n{Diagnostics}")]
    public static partial void ConfigurationRefused(this ILogger log, string diagnostics);

    [LoggerMessage(
        EventId = 33, EventName = "state-refused", Level = LogLevel.Error,
        Message = "The state of the former run cannot be used, a new one is begun: {Reason}")]
    public static partial void StateRefused(this ILogger log, string reason);

    [LoggerMessage(
        EventId = 34, EventName = "state-unsaved", Level = LogLevel.Error,
        Message = "The state cannot be saved; after a restart, alerts that are on now would fire again: {Reason}")]
    public static partial void StateUnsaved(this ILogger log, string reason);

    [LoggerMessage(
        EventId = 35, EventName = "history-unavailable", Level = LogLevel.Error,
        Message = "The history cannot be written, watching and alerts go on: {Reason}")]
    public static partial void HistoryUnavailable(this ILogger log, string path, string reason);

    /// <param name="log">The log.</param>
    /// <param name="path">The history file.</param>
    /// <param name="samples">How many were lost meanwhile.</param>
    /// <param name="durationUs">How long it lasted.</param>
    [LoggerMessage(
        EventId = 36, EventName = "history-recovered", Level = LogLevel.Information,
        Message = "The history is complete again; samples lost: {Samples}")]
    public static partial void HistoryRecovered(this ILogger log, string path, ulong samples, long durationUs);

    [LoggerMessage(
        EventId = 37, EventName = "history-moved-aside", Level = LogLevel.Error,
        Message = "The history is damaged, a new one is begun; the old one is now {MovedTo}: {Reason}")]
    public static partial void HistoryMovedAside(this ILogger log, string path, string movedTo, string reason);

    [LoggerMessage(
        EventId = 38, EventName = "samples-lost", Level = LogLevel.Warning,
        Message = "Samples are missing from the history, watching and alerts go on: {Reason}")]
    public static partial void SamplesLost(this ILogger log, string path, string reason);

    /// <param name="log">The log.</param>
    /// <param name="cgroup">Where it is.</param>
    /// <param name="pid">The process that is read; null for the list of a cgroup's processes.</param>
    /// <param name="durationUs">For how long already.</param>
    [LoggerMessage(
        EventId = 39, EventName = "measuring-stuck", Level = LogLevel.Warning,
        Message = "{Cgroup}: reading the memory of a process does not come back; no PSS is measured until it does")]
    public static partial void MeasuringStuck(this ILogger log, string cgroup, int? pid, long durationUs);

    [LoggerMessage(
        EventId = 40, EventName = "daemon-started", Level = LogLevel.Information,
        Message = "cgmemd {Version} ({Framework}) is watching, cgroups: {Units}")]
    public static partial void Started(this ILogger log, string version, string framework, int units);

    [LoggerMessage(
        EventId = 41, EventName = "daemon-stopping", Level = LogLevel.Information, Message = "cgmemd stops")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(
        EventId = 42, EventName = "read-failed", Level = LogLevel.Error,
        Message = "Cannot read {Path}: {Error} (errno {Errno})")]
    public static partial void ReadFailed(this ILogger log, string path, string error, int errno);

    /// <param name="log">The log.</param>
    /// <param name="unit">The unit that it was of.</param>
    /// <param name="cgroup">The unit's.</param>
    /// <param name="invocation">The invocation of the unit.</param>
    /// <param name="pid">The process.</param>
    /// <param name="comm">Its name.</param>
    /// <param name="escapedTo">The cgroup it is in now.</param>
    /// <param name="escapedBy">How it is known to be of the unit: parent, session, seen or invocation.</param>
    [LoggerMessage(
        EventId = 43, EventName = "process-escaped", Level = LogLevel.Information,
        Message = "{Unit}: its process {Pid} ({Comm}) is in {EscapedTo}: its memory is not in the unit's figures")]
    public static partial void ProcessEscaped(
        this ILogger log, string unit, string? cgroup, string? invocation, int pid, string comm, string escapedTo,
        string escapedBy);

    [LoggerMessage(
        EventId = 44, EventName = "measuring-failed", Level = LogLevel.Error,
        Message = "A defect of cgmemd: the reading of PSS failed, and begins anew: {Reason}")]
    public static partial void MeasuringFailed(this ILogger log, string reason, Exception exception);

    [LoggerMessage(
        EventId = 45, EventName = "tripwire-failed", Level = LogLevel.Warning,
        Message = "{Unit}: no tripwire could be set: {Reason}")]
    public static partial void TripwireFailed(this ILogger log, string unit, string reason);

    /// <param name="log">The log.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="rule">The rule whose alert is over.</param>
    /// <param name="memoryHigh">What it has again: bytes, or <c>max</c>.</param>
    [LoggerMessage(
        EventId = 46, EventName = "limit-restored", Level = LogLevel.Information,
        Message = "{Unit}: memory.high is its own again, {MemoryHigh}, after the rule {Rule} had enforced another")]
    public static partial void LimitRestored(this ILogger log, string unit, string rule, string memoryHigh);

    [LoggerMessage(
        EventId = 47, EventName = "limit-not-restored", Level = LogLevel.Error,
        Message = "{Unit}: memory.high could not be set back, which is tried again: {Reason}")]
    public static partial void LimitNotRestored(this ILogger log, string unit, string reason);

    [LoggerMessage(
        EventId = 48, EventName = "held-unsaved", Level = LogLevel.Error,
        Message = "No tripwire is set and no memory.high enforced, for what is held cannot be put on file: {Reason}")]
    public static partial void HeldUnsaved(this ILogger log, string reason);
}
