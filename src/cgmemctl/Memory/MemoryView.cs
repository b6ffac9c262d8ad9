using Cgmemd.Core.Attribution;
using Cgmemd.Core.History;

namespace Cgmemd.Control.Memory;

/// <summary><c>cgmemctl show --memory UNIT</c>: what the memory is for, now or as the history has it.</summary>
internal static class MemoryView
{
    internal static int ShowNow(Session session, string unit, bool record) =>
        LiveBreakdown.Take(session, unit, breakdown =>
        {
            Print(session, breakdown, () => new BreakdownSheet(session, breakdown).Print(null));
            return record ? LiveBreakdown.Record(session, breakdown) : ExitCode.Success;
        });

    /// <summary>The breakdown nearest to a time.</summary>
    internal static int ShowThen(
        Session session, HistorySource source, string unit, long? atUs, Moment? moment)
    {
        if (moment is { } wanted && (atUs = AroundOption.Find(source.Reader, wanted, unit)) is null)
            return session.Fail(ExitCode.Failure, $"{unit}: there is no {wanted} in the history");
        long thenUs = atUs ?? source.NowUs;
        if (source.Reader.NearestBreakdown(unit, HistoryRange.All, thenUs) is not { } recorded)
        {
            return session.Fail(
                ExitCode.Failure, $"{unit}: the history has no breakdown of it. One is taken when an alert fires; " +
                $"one now: cgmemctl show --memory --record {unit}");
        }

        Breakdown breakdown = recorded.Breakdown;
        Print(session, breakdown, () => new BreakdownSheet(session, breakdown).Print(
            $"{Cause(recorded)}, {Quantity.Distance(breakdown.TimeUsec, thenUs)} {Quantity.Time(thenUs, session)}"));
        return ExitCode.Success;
    }

    private static void Print(Session session, Breakdown breakdown, Action print)
    {
        if (session.WantsJson)
            session.WriteJson(breakdown, BreakdownJson.Default.Breakdown);
        else
            print();
    }

    private static string Cause(RecordedBreakdown recorded) => recorded.Cause switch
    {
        BreakdownCause.Alert => $"for the alert {recorded.Rule}",
        BreakdownCause.Capture => $"for a capture by {recorded.Rule}",
        _ => "on demand",
    };
}
