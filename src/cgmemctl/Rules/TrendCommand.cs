using System.CommandLine;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;
using Cgmemd.Core.Units;

namespace Cgmemd.Control.Rules;

/// <summary>
/// <c>cgmemctl trend UNIT</c>: whether the latest life of a unit leaks, by the floor of its anon and swap.
/// </summary>
internal static class TrendCommand
{
    // All that the judgement looks at: three days, and the warm-up before.
    private const long LongestUs = 74 * 3600 * 1_000_000L;
    private const long FabricUs = 30 * 60 * 1_000_000L;

    private static readonly HistoryField[] Fields =
    [
        HistoryFields.Of(Metric.Anon)!, HistoryFields.Of(Metric.MemorySwapCurrent)!, HistoryFields.EffectiveMax,
        HistoryFields.Of(Metric.MemoryCurrent)!,
    ];

    internal static Command Create(Func<ParseResult, Session> session)
    {
        Argument<string> unit = UnitName.Argument();
        Option<string?> from = HistorySource.From();
        var md = new Option<bool>("--md") { Description = "As Markdown" };
        var save = new Option<string?>("--save") { Description = "Write it to this file", HelpName = "FILE" };
        var fabric = new Option<bool>("--fabric")
        {
            Description = "Judge pairs of half hours too, as fabric-web's audit did",
        };
        var slope = new Option<string?>("--assert-slope")
        {
            Description = "Fail if it grows or leaks by more than this an hour",
            HelpName = "SIZE",
        };
        var max = new Option<string?>("--assert-max")
        {
            Description = "Fail if memory.current was above this",
            HelpName = "SIZE",
        };
        var command = new Command("trend", "Tell whether a unit leaks, how fast, and when it meets its limit")
        {
            unit, md, save, fabric, slope, max, from,
        };
        command.SetAction(parsed => Run(
            session(parsed), UnitName.Full(parsed.GetValue(unit)!), parsed.GetValue(from), new Wish(
                parsed.GetValue(md), parsed.GetValue(save), parsed.GetValue(fabric), parsed.GetValue(slope),
                parsed.GetValue(max))));
        return command;
    }

    private static int Run(Session session, string unit, string? from, Wish wish)
    {
        if (!TrySize(session, "--assert-slope", wish.Slope, out ulong? slope)
            || !TrySize(session, "--assert-max", wish.Max, out ulong? max))
            return ExitCode.Usage;
        return HistorySource.Read(session, from, source =>
        {
            List<Invocation> lives =
                [.. source.Reader.Invocations(source.Reader.Choose(unit), HistoryRange.All)];
            if (lives.Count == 0)
                return UnitName.Unknown(session, source, unit);
            UnitTrend trend = Read(source, lives.MaxBy(life => life.Start.RealtimeUs)!, wish.Fabric);
            session.BeginPrinting(source.Progress);
            int printed = TrendReportText.Write(session, trend, wish.Markdown, wish.File);
            return printed == ExitCode.Success ? Assert(session, trend, slope, max) : printed;
        });
    }

    private static bool TrySize(Session session, string option, string? text, out ulong? bytes)
    {
        bytes = null;
        if (text is null)
            return true;
        bool isSize = ByteSize.TryParse(text, out ulong size);
        bytes = size;
        if (!isSize)
            session.Fail(ExitCode.Usage, $"{option}: not a size: \"{text}\", such as 300M");
        return isSize;
    }

    private static UnitTrend Read(HistorySource source, Invocation life, bool isFabric)
    {
        long endUs = (life.End?.RealtimeUs ?? source.NowUs) + 1;
        var range = new HistoryRange(Math.Max(life.Start.RealtimeUs, endUs - LongestUs), endUs);
        var series = new FloorSeries(life.Start.RealtimeUs);
        List<TrendPoint> snapshots = [];
        ByteLimit limit = ByteLimit.Max;
        ulong peak = 0;
        foreach (HistoryRow row in PiecewiseRows.Read(
            source.Reader, life.Unit, range, step: null, Fields, source.Progress.Report))
        {
            if (row.Values[3] is { } current)
                peak = Math.Max(peak, current.Max);
            if (!row.Invocation.IsOfSameCgroup(life) || row.Values[0] is not { } anon)
                continue;
            ulong low = anon.Min + (row.Values[1]?.Min ?? 0), high = anon.Max + (row.Values[1]?.Max ?? 0);
            series.Add(new FloorBucket(row.Time.RealtimeUs, low, high));
            if (snapshots.Count == 0 || row.Time.RealtimeUs - snapshots[^1].TimeUs >= FabricUs)
                snapshots.Add(new TrendPoint(row.Time.RealtimeUs, low));
            limit = row.Values[2] is { Last: var bytes and not HistoryFields.NoLimit }
                ? ByteLimit.Of(bytes)
                : ByteLimit.Max;
        }

        FabricTrend? fabric = isFabric
            ? FabricTrend.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(snapshots))
            : null;
        return new UnitTrend(life, LeakDetection.Judge(series, limit), limit, Math.Max(peak, life.Peak ?? 0), fabric);
    }

    private static int Assert(Session session, UnitTrend trend, ulong? slope, ulong? max)
    {
        TrendReport report = trend.Report;
        bool rises = report.Verdict is TrendVerdict.Leaking or TrendVerdict.Growing;
        if (slope is { } most && rises && report.BytesPerHour > most)
        {
            return session.Fail(
                ExitCode.Failure, $"--assert-slope: {TrendReportText.Rate(report.BytesPerHour)} is more than "
                    + $"{ByteSize.ToHuman(most)} an hour");
        }

        return max is { } highest && trend.Peak > highest
            ? session.Fail(
                ExitCode.Failure,
                $"--assert-max: the peak of {ByteSize.ToHuman(trend.Peak)} is above {ByteSize.ToHuman(highest)}")
            : ExitCode.Success;
    }

    private sealed record Wish(bool Markdown, string? File, bool Fabric, string? Slope, string? Max);
}

/// <summary>The trend of one life of a unit.</summary>
/// <param name="Life">Which.</param>
/// <param name="Report">The judgement.</param>
/// <param name="Limit">The limit in force at the end.</param>
/// <param name="Peak">The highest memory.current in bytes.</param>
/// <param name="Fabric">By fabric-web's rules, where asked for.</param>
internal sealed record UnitTrend(
    Invocation Life, TrendReport Report, ByteLimit Limit, ulong Peak, FabricTrend? Fabric);
