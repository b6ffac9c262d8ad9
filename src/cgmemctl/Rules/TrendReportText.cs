using System.Globalization;
using Cgmemd.Core.Trends;
using Cgmemd.Core.Units;

namespace Cgmemd.Control.Rules;

/// <summary>What <c>cgmemctl trend</c> prints.</summary>
internal static class TrendReportText
{
    /// <summary>Prints a trend, as Markdown or JSON where asked for, and into a file where one is named.</summary>
    internal static int Write(Session session, UnitTrend trend, bool isMarkdown, string? file)
    {
        if (session.WantsJson && file is null)
        {
            session.WriteJson(TrendJson.Of(trend), TrendJsonContext.Default.TrendJson);
            return ExitCode.Success;
        }

        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        if (isMarkdown || file is not null)
            WriteMarkdown(session, trend, text);
        else
            WriteSheet(session, trend, text);
        if (file is null)
        {
            session.Terminal.Out.Write(text);
            return ExitCode.Success;
        }

        try
        {
            File.WriteAllText(file, text.ToString());
            session.Say($"Written to {file}.");
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return session.Fail(ExitCode.Failure, e.Message);
        }
    }

    /// <summary>Bytes an hour: <c>1.2M/h</c>.</summary>
    internal static string Rate(double? bytesPerHour) => bytesPerHour is { } rate
        ? Quantity.Signed((long)Math.Clamp(rate, long.MinValue / 2.0, long.MaxValue / 2.0)) + "/h"
        : Quantity.Absent;

    private static void WriteSheet(Session session, UnitTrend trend, StringWriter text)
    {
        foreach ((string label, string value) in Lines(session, trend))
            text.WriteLine($"{label + ":",12} {value}");
    }

    private static void WriteMarkdown(Session session, UnitTrend trend, StringWriter text)
    {
        text.WriteLine($"# Memory trend of {trend.Life.Unit}");
        text.WriteLine();
        text.WriteLine("| | |");
        text.WriteLine("|---|---|");
        foreach ((string label, string value) in Lines(session, trend))
            text.WriteLine($"| {label} | {value.Replace("|", "\\|", StringComparison.Ordinal)} |");
    }

    private static List<(string Label, string Value)> Lines(Session session, UnitTrend trend)
    {
        TrendReport report = trend.Report;
        List<(string, string)> lines =
        [
            ("Verdict", TrendJson.NameOf(report.Verdict)),
            ("Why", report.Reason),
            ("Unit", trend.Life.Unit),
            ("Since", Quantity.Time(trend.Life.Start.RealtimeUs, session)),
            ("Seen", report.Seen > TimeSpan.Zero ? TimeSpanText.Format(report.Seen) : "only the warm-up of an hour"),
            ("Peak", Quantity.Bytes(trend.Peak)
                + (trend.Limit.IsFinite ? $" of {Quantity.Bytes(trend.Limit.Bytes)}" : "")),
        ];
        if (report.BytesPerHour is not null)
        {
            lines.Add(("Slope", $"{Rate(report.BytesPerHour)} ({Rate(report.LowBytesPerHour)} to "
                + $"{Rate(report.HighBytesPerHour)})"));
        }

        if (report.ProjectedBytes24h is { } projected)
            lines.Add(("In 24 h", $"{Quantity.Bytes(projected)} if it goes on so"));
        if (report.TimeToLimit is { } left)
            lines.Add(("Limit in", TimeSpanText.Format(left)));
        if (trend.Fabric is { } fabric)
        {
            string pairs = $"{TrendJson.NameOf(fabric.Verdict)} by {Quantity.Count(fabric.Pairs, "pair")}";
            string rate = fabric.BytesPerHour is { } bytes
                ? $", {Rate(bytes)}, {Quantity.Change((long)fabric.ProjectedGrowth24h!.Value)} in 24 h"
                : "";
            lines.Add(("Fabric", pairs + rate));
        }

        return lines;
    }
}
