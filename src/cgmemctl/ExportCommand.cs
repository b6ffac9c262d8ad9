using System.CommandLine;
using Cgmemd.Control.Export;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary>What <c>export --format</c> takes.</summary>
internal enum ExportFormat
{
    Csv,
    Json,
    OpenMetrics,
    Sqlite,
}

/// <summary><c>cgmemctl export [UNIT…]</c>: the history for other programs.</summary>
internal static class ExportCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var units = new Argument<string[]>("UNIT")
        {
            Description = "Units or globs; all units without",
            Arity = ArgumentArity.ZeroOrMore,
        }.RefusingOptions();
        var format = new Option<ExportFormat>("--format")
        {
            Description = "csv (the default), json, openmetrics or sqlite",
            HelpName = "FORMAT",
        }.OfWords();
        var step = new Option<string?>("--step")
        {
            Description = "A row for so much time, such as 1m; each sample without",
            HelpName = "TIME",
        };
        var fields = new Option<string?>("--fields")
        {
            Description = "Only these, by the kernel's keys",
            HelpName = "KEY,…",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Into this file, which must not be there yet, not to standard output",
            HelpName = "FILE",
        };
        var range = new RangeOptions();
        var command = new Command("export", "Write the history as CSV, JSON, OpenMetrics or SQLite tables")
        {
            units, format, step, fields, output,
        };
        range.AddTo(command);
        command.SetAction(parsed => Run(session(parsed), parsed, range, new Wish(
            parsed.GetValue(units)!, parsed.GetValue(format), parsed.GetValue(step), parsed.GetValue(fields),
            parsed.GetValue(output))));
        return command;
    }

    private static int Run(Session session, ParseResult parsed, RangeOptions options, Wish wish)
    {
        IReadOnlyList<HistoryColumn> columns = HistoryColumns.All;
        if (wish.Fields is not null && !ColumnNames.TryParse(wish.Fields, out columns, out string? problem))
            return session.Fail(ExitCode.Usage, $"--fields: {problem}");
        TimeSpan step = default;
        if (wish.Step is not null && (!TimeSpanText.TryParse(wish.Step, out step) || step < TimeSpan.Zero))
            return session.Fail(ExitCode.Usage, $"--step: not a time span: \"{wish.Step}\"; see systemd.time(7)");
        if (wish is { Format: ExportFormat.Sqlite, Output: null })
            return session.Fail(ExitCode.Usage, "--format=sqlite needs --output");

        return HistorySource.Read(session, options.From(parsed), source =>
        {
            if (!options.TryRead(session, parsed, source.NowUs, out HistoryRange range))
                return ExitCode.Usage;
            IReadOnlyList<Invocation> lives = source.Reader.Invocations(null, range);
            string[] globs = [.. wish.Units.Select(UnitName.Full)];
            string[] units =
            [
                .. lives.Select(life => life.Unit).Distinct().Order(StringComparer.Ordinal)
                    .Where(unit => globs.Length == 0 || Glob.IsMatchAny(globs, unit)),
            ];
            if (globs.Length > 0 && units.Length == 0)
                return UnitName.Unknown(session, source, globs[0]);
            // Within what there is, so that the progress can be told.
            long oldestUs = lives.MinBy(life => life.Start.RealtimeUs)?.Start.RealtimeUs ?? source.NowUs;
            var known = new HistoryRange(
                Math.Max(range.SinceUs, oldestUs), Math.Min(range.UntilUs, source.NowUs + 1));
            using var progress = new ProgressBar(session.Terminal, "Exporting", session.Quiet);
            return Write(session, wish, new ExportJob(
                source, units, known, step == TimeSpan.Zero ? null : step, new ColumnSet(columns), progress));
        });
    }

    private static int Write(Session session, Wish wish, ExportJob job)
    {
        try
        {
            if (wish.Format == ExportFormat.Sqlite)
            {
                SqliteExport.Write(job, wish.Output!);
                return ExitCode.Success;
            }

            using TextWriter? file = wish.Output is null ? null : Create(wish.Output);
            TextWriter target = file ?? session.Terminal.Out;
            switch (wish.Format)
            {
                case ExportFormat.Json:
                    JsonExport.Write(job, target);
                    break;
                case ExportFormat.OpenMetrics:
                    OpenMetricsExport.Write(job, target);
                    break;
                default:
                    CsvExport.Write(job, target);
                    break;
            }

            return ExitCode.Success;
        }
        catch (Exception e) when (wish.Output is not null && e is IOException or UnauthorizedAccessException
            && e is not (Linux.Sqlite.HistoryException or Linux.Sqlite.SqliteException))
        {
            return session.Fail(ExitCode.Failure, e.Message);
        }
    }

    // What is root's in the history stays so in its copies.
    private static StreamWriter Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private sealed record Wish(string[] Units, ExportFormat Format, string? Step, string? Fields, string? Output);
}
