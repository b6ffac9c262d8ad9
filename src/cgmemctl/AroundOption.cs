using System.CommandLine;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>The option <c>--around oom</c>: a moment in the history of a unit by what happened then.</summary>
internal static class AroundOption
{
    internal static Option<string?> Create() => new("--around")
    {
        Description = "Around the last oom, alert, capture or mark; oom:2 is the one before",
        HelpName = "WHAT",
    };

    internal static bool TryRead(Session session, string? text, out Moment? moment)
    {
        moment = null;
        if (text is null)
            return true;
        if (!Moment.TryParse(text, out Moment read))
        {
            session.Fail(
                ExitCode.Usage, $"--around: '{text}' is none of oom, alert, capture, mark, with or without :N");
            return false;
        }

        moment = read;
        return true;
    }

    /// <summary>When it was: CLOCK_REALTIME in microseconds; null where there was none.</summary>
    internal static long? Find(HistoryReader reader, Moment moment, string unit)
    {
        var named = UnitChoice.Named(unit);
        return moment.Kind switch
        {
            MomentKind.Oom => moment.Of(reader.Events(new EventQuery(HistoryRange.All, named, "oom-kill")))?.TimeUsec,
            MomentKind.Alert => moment.Of(reader.Alerts(named, HistoryRange.All))?.Fired.RealtimeUs,
            MomentKind.Capture => moment.Of(reader.Captures(named, HistoryRange.All))?.Time.RealtimeUs,
            _ => moment.Of(reader.Marks(named, HistoryRange.All))?.Time.RealtimeUs,
        };
    }
}
