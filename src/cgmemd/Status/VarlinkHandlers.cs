using Cgmemd.Core.Attribution;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Status;

/// <summary>Answers the calls of <c>io.cgmemd</c>. Anybody may read; what changes something is root's.</summary>
internal sealed class VarlinkHandlers(
    WatchList watched,
    EventHistory events,
    Recording recording,
    UnitReport units,
    ProcessReport processes,
    RuleHandlers rules,
    Sampler sampler,
    TimeProvider time,
    Func<DaemonStatus> status,
    Func<VarlinkReply> reload)
{
    private const uint RootUid = 0;

    public VarlinkReply Handle(VarlinkCall call) => call.Method switch
    {
        // Nobody waits for the answer, so nothing would bound how many a client asks for.
        _ when call.Oneway && call.Method != DaemonInterface.Reload => VarlinkReply.MethodNotFound(call.Method),
        DaemonInterface.GetStatus => VarlinkReply.Of(
            new GetStatusReply(status()), WrittenReplyJson.Default.GetStatusReply),
        DaemonInterface.ListUnits => VarlinkReply.Of(
            new ListUnitsReply([.. watched.All.Where(group => group.Parent is null).Select(units.Summary)]),
            WrittenReplyJson.Default.ListUnitsReply),
        DaemonInterface.GetUnit => GetUnit(call),
        DaemonInterface.ListProcesses => ListProcesses(call),
        DaemonInterface.ListEvents => ListEvents(call),
        DaemonInterface.ListRules => rules.List(),
        DaemonInterface.ExplainRules => rules.Explain(call),
        DaemonInterface.ListSilences => rules.ListSilences(),
        DaemonInterface.Mark or DaemonInterface.RecordBreakdown or DaemonInterface.Reload or DaemonInterface.Silence
            or DaemonInterface.EndSilence
            when call.Peer.Uid != RootUid => VarlinkReply.OfError(DaemonInterface.PermissionDenied),
        DaemonInterface.Mark => Mark(call),
        DaemonInterface.Silence => rules.Silence(call),
        DaemonInterface.EndSilence => rules.EndSilence(call),
        DaemonInterface.RecordBreakdown => RecordBreakdown(call),
        DaemonInterface.Reload => reload(),
        _ => VarlinkReply.MethodNotFound(call.Method),
    };

    private VarlinkReply GetUnit(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.GetUnitCall, out GetUnitCall wanted, out VarlinkReply refusal))
            return refusal;
        WatchedGroup? group = watched.Find(wanted.Unit);
        // Read now, so that all that is shown is of one instant.
        if (group is not null)
            _ = sampler.ReadFull(group, time.NowUs());
        return group is not null
            ? VarlinkReply.Of(
                new GetUnitReply(units.Detail(group, watched.All)), WrittenReplyJson.Default.GetUnitReply)
            : NoSuchUnit(wanted.Unit);
    }

    private VarlinkReply ListProcesses(VarlinkCall call)
    {
        if (!call.TryGetParameters(
            VarlinkJson.Default.ListProcessesCall, out ListProcessesCall wanted, out VarlinkReply refusal))
        {
            return refusal;
        }

        return watched.Find(wanted.Unit) is { } group
            ? VarlinkReply.Of(processes.Of(group), WrittenReplyJson.Default.ListProcessesReply)
            : VarlinkReply.OfError(
                DaemonInterface.NoSuchUnit, new NoSuchUnitError(wanted.Unit), WrittenReplyJson.Default.NoSuchUnitError);
    }

    private VarlinkReply ListEvents(VarlinkCall call) =>
        call.TryGetParameters(
            VarlinkJson.Default.ListEventsCall, out ListEventsCall wanted, out VarlinkReply refusal)
            ? VarlinkReply.Of(new ListEventsReply(events.Find(wanted)), WrittenReplyJson.Default.ListEventsReply)
            : refusal;

    private VarlinkReply Mark(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.MarkCall, out MarkCall mark, out VarlinkReply refusal))
            return refusal;
        if (mark.Text.Length is 0 or > MarkCall.LongestText || mark.Text.Any(char.IsControl))
            return VarlinkReply.InvalidParameter("text");
        if (mark.Unit is { } unit && !watched.Knows(unit))
            return NoSuchUnit(unit);
        rules.Mark(mark);
        if (HistoryProblem() is { } unavailable)
            return unavailable;
        recording.Mark(mark);
        return VarlinkReply.Nothing;
    }

    private VarlinkReply RecordBreakdown(VarlinkCall call)
    {
        if (!call.TryGetParameters(
                BreakdownJson.Default.RecordBreakdownCall, out RecordBreakdownCall sent, out VarlinkReply refusal))
            return refusal;
        if (BreakdownCheck.Problem(sent.Breakdown, time.RealtimeUs()) is { } part)
            return VarlinkReply.InvalidParameter($"breakdown.{part}");
        if (HistoryProblem() is { } unavailable)
            return unavailable;
        if (!watched.Knows(sent.Breakdown.Unit))
            return NoSuchUnit(sent.Breakdown.Unit);
        recording.Breakdown(sent.Breakdown, BreakdownCause.Demand, rule: null);
        return VarlinkReply.Nothing;
    }

    // Null while all is well.
    private VarlinkReply? HistoryProblem() =>
        HistoryReport.Of(recording.Status) is { State: not HistoryReport.Recording } history
            ? VarlinkReply.OfError(
                DaemonInterface.HistoryUnavailable,
                new HistoryUnavailableError(history.Problem ?? $"it is {history.State}"),
                WrittenReplyJson.Default.HistoryUnavailableError)
            : null;

    private static VarlinkReply NoSuchUnit(string unit) => VarlinkReply.OfError(
        DaemonInterface.NoSuchUnit, new NoSuchUnitError(unit), WrittenReplyJson.Default.NoSuchUnitError);
}
