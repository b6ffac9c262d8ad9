using Cgmemd.Core.Rules;

namespace Cgmemd.Control.Rules;

/// <summary>What <c>cgmemctl rules test</c> prints.</summary>
internal static class RuleTestReport
{
    // Two sets of rules tell of the same alert if it fires this near.
    private const long SameUs = 60_000_000;

    internal static int Print(Session session, HistorySource source, List<ReplayedAlert> alerts)
    {
        session.BeginPrinting(source.Progress);
        if (session.WantsJson)
        {
            session.WriteJson(alerts, RuleTestJson.Default.ListReplayedAlert);
            return ExitCode.Success;
        }

        Table table = Columns(new Table());
        foreach (ReplayedAlert alert in alerts)
            table.Add(Cells(session, source, alert));
        if (alerts.Count > 0)
            table.WriteTo(session.Terminal, session.Legend);
        session.Say($"{Quantity.Count(alerts.Count, "alert")}, "
            + $"{Quantity.Count(alerts.Count(alert => alert.Capture == "taken"), "capture")}.");
        return ExitCode.Success;
    }

    /// <summary>Prints what only one of two sets of rules raises.</summary>
    internal static int PrintDifference(
        Session session, HistorySource source, List<ReplayedAlert> alerts, List<ReplayedAlert> others)
    {
        List<Difference> differences = [];
        differences.AddRange(Only("-", alerts, others));
        differences.AddRange(Only("+", others, alerts));
        differences.Sort((a, b) => a.Alert.FiredUsec.CompareTo(b.Alert.FiredUsec));
        session.BeginPrinting(source.Progress);
        if (session.WantsJson)
        {
            session.WriteJson(
                new RuleTestDifference(Of(differences, "-"), Of(differences, "+")),
                RuleTestJson.Default.RuleTestDifference);
            return ExitCode.Success;
        }

        Table table = Columns(new Table().Left(""));
        foreach (Difference difference in differences)
            table.Add([difference.Side, .. Cells(session, source, difference.Alert)]);
        if (differences.Count > 0)
            table.WriteTo(session.Terminal, session.Legend);
        session.Say($"{Quantity.Count(alerts.Count, "alert")} before, {Quantity.Count(others.Count, "alert")} now; "
            + $"{Of(differences, "-").Count} fewer (-), {Of(differences, "+").Count} more (+).");
        return ExitCode.Success;
    }

    private static IEnumerable<Difference> Only(
        string side, List<ReplayedAlert> alerts, List<ReplayedAlert> others) =>
        from alert in alerts
        where !others.Exists(other => other.Unit == alert.Unit && other.Rule == alert.Rule
            && other.Severity == alert.Severity && Math.Abs(other.FiredUsec - alert.FiredUsec) <= SameUs)
        select new Difference(side, alert);

    private static List<ReplayedAlert> Of(List<Difference> differences, string side) =>
        differences.FindAll(difference => difference.Side == side).ConvertAll(difference => difference.Alert);

    private static Table Columns(Table table) => table.Left("FIRED").Right("LASTED").Left("UNIT").Left("RULE")
        .Left("SEVERITY").Right("VALUE").Right("THRESHOLD").Right("WORST").Left("CAPTURE");

    private static Cell[] Cells(Session session, HistorySource source, ReplayedAlert alert)
    {
        string lasted = Quantity.Span((alert.ResolvedUsec ?? source.NowUs) - alert.FiredUsec);
        return
        [
            Quantity.ShortTime(alert.FiredUsec, session),
            alert.ResolvedUsec is null ? $"{lasted} on" : lasted,
            alert.Unit,
            alert.Rule,
            alert.Severity,
            Quantity.Of(alert.ValueUnit, alert.Value),
            Quantity.Of(alert.ValueUnit, alert.Threshold),
            Quantity.Of(alert.ValueUnit, alert.Peak),
            alert.SuppressedBy ?? alert.Capture ?? Quantity.Absent,
        ];
    }

    private sealed record Difference(string Side, ReplayedAlert Alert);
}

/// <summary>What only one of two sets of rules raises.</summary>
internal sealed record RuleTestDifference(IReadOnlyList<ReplayedAlert> Fewer, IReadOnlyList<ReplayedAlert> More);
