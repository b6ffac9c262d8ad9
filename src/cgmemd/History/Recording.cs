using Cgmemd.Core.Attribution;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Sqlite;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.History;

/// <summary>
/// Hands what the loop learns to the history's recorder, in the history's own terms. None of it waits or fails: the
/// recorder takes it or counts it as lost.
/// </summary>
internal sealed class Recording(HistoryRecorder recorder, string bootId, TimeProvider time)
{
    /// <summary>How often the largest processes of a unit are recorded; an alert does not wait for it.</summary>
    private const long ProcessesIntervalUs = 300_000_000;

    private const long ProcessesPatienceUs = 20_000_000;

    private readonly ClockOffset _offset = new();

    /// <summary>The newest events of a former run, oldest first; none where the file cannot be read.</summary>
    public static IReadOnlyList<EventRecord> LastEvents(string path, int count)
    {
        try
        {
            using HistoryReader reader = HistoryReader.Open(path);
            return reader.Events(new EventQuery(HistoryRange.All, Limit: count));
        }
        catch (IOException)
        {
            // What is wrong with it, the recorder finds as well, and says.
            return [];
        }
    }

    public HistoryStatus Status => recorder.Status;

    /// <summary>Whether the configuration wants a history.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Takes over a configuration. Switched off or on, the history is begun anew by every group.</summary>
    public void Configure(HistoryOptions options, IReadOnlyList<WatchedGroup> groups)
    {
        recorder.Configure(options);
        if (options.Enabled == IsEnabled)
            return;
        IsEnabled = options.Enabled;
        foreach (WatchedGroup group in groups)
            group.Series = null;
    }

    /// <summary>
    /// Records the group's latest reading: all of it, or memory.current alone. The first begins its invocation.
    /// </summary>
    public void Sample(WatchedGroup group, bool isFull, long nowUs)
    {
        HistorySeries series = group.Series ??= Begin(group);
        bool hasNewPss = isFull && group.Pss.IsComplete && group.Pss.ChangedUs > group.PssRecordedUs;
        recorder.Sample(series, in group.Sample, group.Limits, isFull, hasNewPss, At(nowUs));
        if (isFull)
            group.RecordedUs = nowUs;
        if (hasNewPss)
            group.PssRecordedUs = group.Pss.ChangedUs;
    }

    /// <summary>
    /// Records the largest processes, where they are due: when all have been read since then, or some and the others
    /// would be waited for too long.
    /// </summary>
    public void Processes(WatchedGroup group, long nowUs)
    {
        PssReading pss = group.Pss;
        bool isNew = pss.IsComplete && pss.OldestUs >= group.ProcessesDueUs;
        if (group.Series is not { } series || pss.Top.Count == 0
            || (!isNew && (pss.ChangedUs < group.ProcessesDueUs
                || nowUs - Math.Max(group.ProcessesDueUs, group.SinceUs) < ProcessesPatienceUs)))
        {
            return;
        }

        group.ProcessesDueUs = nowUs + ProcessesIntervalUs;
        recorder.Processes(series, new ProcessSamples(At(nowUs), group.Name, ToProcesses(pss.Top, nowUs)));
    }

    /// <summary>Ends the group's invocation; the closing record is made of what is known of it now.</summary>
    /// <param name="group">The group, its last reading done.</param>
    /// <param name="result">systemd's Result or one of ours; null where nobody told.</param>
    public void End(WatchedGroup group, string? result)
    {
        bool isChild = group.Kind == GroupKind.Child;
        // A child that nothing was ever read of has no memory controller.
        if (group.Series is null && isChild)
            return;
        // A unit that came and went between two readings has a beginning and an end all the same.
        HistorySeries series = group.Series ?? Begin(group);
        group.Series = null;
        recorder.End(series, series.Start with
        {
            End = At(group.VanishedUs ?? time.NowUs()),
            Result = result,
            Peak = group.Peak == 0 ? null : group.Peak,
            SwapPeak = group.Sample[Metric.MemorySwapPeak],
            // Kills in a child are reported of its unit; here each tells its own.
            OomKills = isChild ? group.Sample[Metric.EventsOomKill] ?? 0 : group.OomKills,
            Limits = group.Limits,
        });
    }

    /// <summary>All that goes on has been found: what a former run left open and is not among it has ended.</summary>
    public void EndFirstPass(IReadOnlyList<WatchedGroup> groups)
    {
        foreach (WatchedGroup group in groups)
            group.Series ??= Begin(group);
        recorder.EndFirstPass();
    }

    public void Event(EventRecord record, string? invocationId) =>
        recorder.Event(record, invocationId, new HistoryTime(record.TimeUsec, time.NowUs()));

    public void Fired(WatchedGroup group, RuleTrack track, CaptureTrigger trigger, long nowUs)
    {
        group.ProcessesDueUs = nowUs;
        recorder.Alert(ToAlert(group.Name, group.InvocationId, track) with
        {
            Value = trigger.Value,
            Threshold = trigger.Threshold,
        });
    }

    public void Resolved(string unit, string? invocationId, RuleTrack track, long nowUs) =>
        recorder.Resolve(
            ToAlert(unit, invocationId, track) with { Resolved = At(nowUs), Peak = track.State.PeakValue });

    /// <summary>An alert of a former run, on what was gone when this one began.</summary>
    public void ResolvedUnseen(string unit, string? invocationId, NamedRuleState rule, long nowUs) =>
        recorder.Resolve(new Alert(
            unit, invocationId, rule.Rule, Severity: "", On: "", rule.Episode, rule.PeakValue, Threshold: 0,
            At(rule.FiringSinceUs), At(nowUs), rule.PeakValue));

    /// <summary>A capture's end, and what was read for it.</summary>
    public void Captured(CaptureOutcome outcome)
    {
        recorder.Capture(outcome.Path is { } path
            ? ToCapture(outcome.Plan, "taken") with
            {
                Path = path,
                Bytes = outcome.Bytes,
                DurationUs = outcome.DurationUs,
            }
            : ToCapture(outcome.Plan, "failed") with { Reason = outcome.Failure });
        if (outcome.Breakdown is { } breakdown)
            Breakdown(breakdown, BreakdownCause.Capture, outcome.Plan.Trigger.Rule);
    }

    public void CaptureSkipped(CapturePlan plan, string reason) =>
        recorder.Capture(ToCapture(plan, "skipped") with { Reason = reason });

    /// <summary>Records what the memory of a unit is for, as somebody has just read it.</summary>
    /// <param name="breakdown">What was read.</param>
    /// <param name="cause">One of <see cref="BreakdownCause"/>.</param>
    /// <param name="rule">The rule that was its cause; null on demand.</param>
    public void Breakdown(Breakdown breakdown, string cause, string? rule) => recorder.Breakdown(new RecordedBreakdown(
        new HistoryTime(breakdown.TimeUsec, time.NowUs() - (time.RealtimeUs() - breakdown.TimeUsec)), cause, rule,
        breakdown));

    public void Mark(MarkCall mark) =>
        recorder.Mark(new Mark(At(time.NowUs()), mark.Text, mark.Unit, mark.Count));

    /// <summary>Says what the recorder has to say of itself: each once, while it lasts.</summary>
    public void TellNotices(ILogger log)
    {
        while (recorder.TryTakeNotice(out HistoryNotice? notice))
        {
            switch (notice!.Kind)
            {
                case HistoryNoticeKind.Unavailable:
                    log.HistoryUnavailable(notice.Path, notice.Problem);
                    break;
                case HistoryNoticeKind.Recovered:
                    log.HistoryRecovered(notice.Path, (ulong)notice.SamplesLost, notice.DurationUs);
                    break;
                case HistoryNoticeKind.MovedAside:
                    log.HistoryMovedAside(notice.Path, notice.Aside ?? "gone", notice.Problem);
                    break;
                default:
                    log.SamplesLost(notice.Path, notice.Problem);
                    break;
            }
        }
    }

    private HistorySeries Begin(WatchedGroup group) => recorder.Begin(new Invocation
    {
        Unit = group.Name,
        Kind = group.Kind switch
        {
            GroupKind.Unit => InvocationKind.Unit,
            GroupKind.Slice => InvocationKind.Slice,
            GroupKind.Cgroup => InvocationKind.Cgroup,
            _ => InvocationKind.Child,
        },
        Cgroup = group.Cgroup.Path,
        CgroupId = group.Cgroup.Id,
        BootId = bootId,
        InvocationId = group.InvocationId,
        Start = At(group.SinceUs),
        Limits = group.Limits,
    });

    // By its identity a resolution finds the alert: unit, invocation, rule, episode and when it fired.
    private Alert ToAlert(string unit, string? invocationId, RuleTrack track) => new(
        unit, invocationId, track.Rule.Name, SeverityText.Of(track.Rule.SeverityAt(track.State.Level)),
        track.Rule.Condition.On, track.State.Episode, track.State.PeakValue, track.Found.Threshold,
        At(track.State.FiringSinceUs));

    private RecordedCapture ToCapture(CapturePlan plan, string outcome) =>
        new(At(time.NowUs()), plan.Unit, plan.InvocationId, plan.Trigger.Rule, "smaps", outcome);

    private static List<ProcessSample> ToProcesses(List<ProcessView> processes, long nowUs) =>
        processes.ConvertAll(process =>
        {
            ProcessFigures figures = process.Figures!.Value;
            return new ProcessSample(
                process.Pid, process.Identity.Command, figures.Rss, figures.Pss, figures.Anon, figures.File,
                figures.Shmem, figures.Dirty, figures.SwapPss, nowUs - process.TakenUs);
        });

    // CLOCK_REALTIME is read first: between the two readings time passes, which the offset takes for the least.
    private HistoryTime At(long monotonicUs) =>
        new(monotonicUs + _offset.Hold(time.RealtimeUs() - time.NowUs()), monotonicUs);
}
