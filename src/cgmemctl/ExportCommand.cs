using System.CommandLine;
using Cgmemd.Control.Export;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Linux.Sqlite;

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
        Option<string?> step = StepOption.Create("each sample without");
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
        if (!StepOption.TryRead(session, wish.Step, out TimeSpan step))
            return ExitCode.Usage;
        if (wish is { Format: ExportFormat.Sqlite, Output: null })
            return session.Fail(ExitCode.Usage, "--format=sqlite needs --output");

        return HistorySource.Read(session, options.From(parsed), source =>
        {
            if (!options.TryRead(session, parsed, source.NowUs, out HistoryRange range))
                return ExitCode.Usage;
            IReadOnlyList<Invocation> lives = source.Reader.Invocations(null, range);
            string[] names = [.. wish.Units.Select(UnitName.Full)];
            UnitChoice[] choices = [.. names.Select(source.Reader.Choose)];
            string[] units =
            [
                .. lives.Select(life => life.Unit).Distinct().Order(StringComparer.Ordinal)
                    .Where(unit => choices.Length == 0 || Array.Exists(choices, choice => choice.Contains(unit))),
            ];
            if (names.Length > 0 && units.Length == 0)
                return UnitName.Unknown(session, source, names[0]);
            // Within what there is, so that the progress can be told.
            long oldestUs = lives.MinBy(life => life.Start.RealtimeUs)?.Start.RealtimeUs ?? source.NowUs;
            var known = new HistoryRange(
                Math.Max(range.SinceUs, oldestUs), Math.Min(range.UntilUs, source.NowUs + 1));
            return Write(session, wish, new ExportJob(
                source, units, known, step == TimeSpan.Zero ? null : step, new ColumnSet(columns), source.Progress));
        }, "Exporting");
    }

    private static int Write(Session session, Wish wish, ExportJob job)
    {
        if (wish.Format == ExportFormat.Sqlite)
        {
            SqliteExport.Write(job, wish.Output!);
            return ExitCode.Success;
        }

        if (wish.Output is not { } path)
        {
            session.BeginPrinting(job.Progress);
            return WriteText(wish.Format, job, session.Terminal.Out);
        }

        // What is root's in the history stays so in its copies.
        using NewFile file = NewFile.Create(path);
        try
        {
            using var target = new StreamWriter(file.OpenWrite());
            WriteText(wish.Format, job, target);
        }
        catch (IOException e) when (e is not (HistoryException or SqliteException))
        {
            return session.Fail(ExitCode.Failure, $"{path}: {e.Message}");
        }

        file.Finish();
        return ExitCode.Success;
    }

    private static int WriteText(ExportFormat format, ExportJob job, TextWriter target)
    {
        switch (format)
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

    private sealed record Wish(string[] Units, ExportFormat Format, string? Step, string? Fields, string? Output);
}
