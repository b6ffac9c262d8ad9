using System.CommandLine;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl history UNIT</c>: what a unit used over time, and what happened to it meanwhile.</summary>
internal static class HistoryCommand
{
    // Of what there is to see without being told: the last day, or these around a moment.
    private const long DayUs = 24 * 3600 * 1_000_000L;
    private const long BeforeUs = 120 * 1_000_000L;
    private const long BehindUs = 30 * 1_000_000L;

    // Rows where there is no terminal to fit; of a terminal's, some are for the titles and the prompt.
    private const int Rows = 40;
    private const int NoRows = 5;

    internal static Command Create(Func<ParseResult, Session> session)
    {
        Argument<string> unit = UnitName.Argument();
        Option<string?> step = StepOption.Create("0 for each sample");
        var fields = new Option<string?>("--fields")
        {
            Description = "Columns by the kernel's keys, such as current,anon,memory.events.high",
            HelpName = "KEY,…",
        };
        Option<string?> around = AroundOption.Create();
        var range = new RangeOptions();
        var command = new Command("history", "Show the memory of a unit over time") { unit, step, fields, around };
        range.AddTo(command);
        command.SetAction(parsed => Run(
            session(parsed), parsed, range, UnitName.Full(parsed.GetValue(unit)!), parsed.GetValue(step),
            parsed.GetValue(fields), parsed.GetValue(around)));
        return command;
    }

    private static int Run(
        Session session, ParseResult parsed, RangeOptions options, string unit, string? step, string? fields,
        string? around)
    {
        IReadOnlyList<HistoryColumn>? columns = null;
        if (fields is not null && !ColumnNames.TryParse(fields, out columns, out string? problem))
            return session.Fail(ExitCode.Usage, $"--fields: {problem}");
        if (!StepOption.TryRead(session, step, out TimeSpan length)
            || !AroundOption.TryRead(session, around, out Moment? moment))
            return ExitCode.Usage;

        return HistorySource.Read(session, options.From(parsed), source =>
        {
            if (!options.TryRead(session, parsed, source.NowUs, out long? sinceUs, out long? untilUs))
                return ExitCode.Usage;
            long? centerUs = null;
            if (moment is { } wanted && (centerUs = AroundOption.Find(source.Reader, wanted, unit)) is null)
                return session.Fail(ExitCode.Failure, $"{unit}: there is no {wanted} in the history");
            if (Range(source, unit, sinceUs, untilUs, centerUs) is not { } range)
                return UnitName.Unknown(session, source, unit);
            TimeSpan stepLength = step is not null ? length : centerUs is not null ? TimeSpan.Zero
                : TimeSteps.Fit(range, session.Terminal.Height - NoRows ?? Rows);
            return new HistoryView(session, source, unit, range, stepLength, columns).Show();
        });
    }

    // Without bounds it is the last day before the unit was last seen: what ended is looked for too.
    private static HistoryRange? Range(HistorySource source, string unit, long? sinceUs, long? untilUs, long? centerUs)
    {
        if (centerUs is { } center)
            return new HistoryRange(sinceUs ?? center - BeforeUs, untilUs ?? center + BehindUs);
        if (sinceUs is { } since)
            return new HistoryRange(since, untilUs ?? source.NowUs + 1);
        IReadOnlyList<Invocation> lives = source.Reader.Invocations(
            UnitChoice.Named(unit), new HistoryRange(0, untilUs ?? long.MaxValue));
        if (lives.Count == 0)
            return null;
        long endUs = untilUs ?? (lives[0].End?.RealtimeUs ?? source.NowUs) + 1;
        long startUs = Math.Max(endUs - DayUs, lives[^1].Start.RealtimeUs);
        return new HistoryRange(Math.Min(startUs, endUs - 1), endUs);
    }
}
