using System.CommandLine;
using Cgmemd.Core.History;

namespace Cgmemd.Control;

/// <summary>Units as people name them.</summary>
internal static class UnitName
{
    internal static Argument<string> Argument() => new("UNIT")
    {
        Description = "A unit, \".service\" may be left out, or a cgroup path from its slash on",
    };

    /// <summary>As systemctl does: a name without a suffix is a service's.</summary>
    internal static string Full(string unit) =>
        unit.StartsWith('/') || unit.Contains('.') || unit.Contains('*') ? unit : unit + ".service";

    /// <summary>Says that a history has nothing of a unit, or nothing of a time.</summary>
    internal static int Unknown(Session session, HistorySource source, string unit)
    {
        IReadOnlyList<Invocation> lives = source.Reader.Invocations(source.Reader.Choose(unit), HistoryRange.All);
        if (lives.Count == 0)
        {
            return session.Fail(
                ExitCode.Failure, $"{unit}: not in the history. What is: cgmemctl invocations");
        }

        string last = lives[0].End is { } end
            ? $"it was last seen {Quantity.Time(end.RealtimeUs, session)}"
            : $"it is recorded since {Quantity.Time(lives[^1].Start.RealtimeUs, session)}";
        return session.Fail(ExitCode.Failure, $"{unit}: nothing recorded at that time; {last}");
    }
}
