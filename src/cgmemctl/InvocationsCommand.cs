using System.CommandLine;
using System.Globalization;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl invocations [UNIT]</c>: the lives of a unit, numbered as journalctl numbers boots.</summary>
internal static class InvocationsCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var unit = new Argument<string?>("UNIT")
        {
            Description = "A unit or a glob; \".service\" may be left out. All of them without",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var range = new RangeOptions();
        var command = new Command("invocations", "List the starts and ends of a unit, with peaks and results") { unit };
        range.AddTo(command);
        command.SetAction(parsed => Run(session(parsed), parsed, parsed.GetValue(unit), range));
        return command;
    }

    private static int Run(Session session, ParseResult parsed, string? unit, RangeOptions options) =>
        HistorySource.Read(session, options.From(parsed), source =>
        {
            if (!options.TryRead(session, parsed, source.NowUs, out HistoryRange range))
                return ExitCode.Usage;
            string? name = unit is null ? null : UnitName.Full(unit);
            UnitChoice? units = name is null ? null : source.Reader.Choose(name);
            List<NumberedLife> lives = [.. Lives(source, units, range)];
            if (name is not null && lives.Count == 0)
                return UnitName.Unknown(session, source, name);
            session.BeginPrinting(source.Progress);
            if (session.WantsJson)
            {
                session.WriteJson(
                    [.. lives.Select(life => InvocationJson.Of(life.Life))], HistoryJson.Default.InvocationJsonArray);
            }
            else
            {
                Print(session, source, lives);
            }

            return ExitCode.Success;
        });

    // By unit, oldest first. The numbers are those among all lives of the unit, whatever the range.
    private static IEnumerable<NumberedLife> Lives(HistorySource source, UnitChoice? units, HistoryRange range) =>
        from lives in source.Reader.Invocations(units, HistoryRange.All).GroupBy(life => life.Unit)
        orderby lives.Key
        from numbered in lives.Select((life, i) => new NumberedLife(-i, life)).Reverse()
        where range.Meets(numbered.Life.Start.RealtimeUs, numbered.Life.End?.RealtimeUs ?? long.MaxValue)
        select numbered with { Life = WithPeak(source, numbered.Life) };

    // What goes on has its closing values not yet: they are told by its samples so far.
    private static Invocation WithPeak(HistorySource source, Invocation life)
    {
        if (life.End is not null)
            return life;
        HistoryField[] fields =
        [
            HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.IntervalPeak)!, HistoryFields.EffectiveMax,
        ];
        ulong? peak = null, limit = null;
        foreach (HistoryRow row in source.Reader.Rows(
            life.Unit, new HistoryRange(life.Start.RealtimeUs, long.MaxValue), TimeSpan.FromDays(7), fields))
        {
            if (row.Invocation != life)
                continue;
            if (row.Values[0]?.Max is { } current && !(peak > current))
                peak = current;
            if (row.Values[1]?.Max is { } between && !(peak > between))
                peak = between;
            limit = row.Values[2]?.Last ?? limit;
        }

        ByteLimit max = limit is { } bytes and < HistoryFields.NoLimit ? ByteLimit.Of(bytes) : ByteLimit.Max;
        return life with { Peak = peak, Limits = life.Limits with { EffectiveMax = max } };
    }

    private static void Print(Session session, HistorySource source, List<NumberedLife> lives)
    {
        bool units = lives.DistinctBy(life => life.Life.Unit).Skip(1).Any();
        Table table = new();
        if (units)
            table.Left("UNIT");
        table.Right("#").Left("BOOT").Left("START").Left("END").Right("DURATION").Left("RESULT").Right("PEAK")
            .Right("LIMIT").Right("OOM");
        foreach (NumberedLife life in lives)
            table.Add(Cells(session, source, life.Life, life.Number, units));
        table.WriteTo(session.Terminal, session.Legend);
    }

    private static Cell[] Cells(Session session, HistorySource source, Invocation life, int number, bool units)
    {
        Func<string, string>? alarm = life.OomKills > 0 ? session.Terminal.Red : null;
        ByteLimit limit = life.Limits.EffectiveMax;
        long endUs = life.End?.RealtimeUs ?? source.NowUs;
        Cell[] cells =
        [
            number.ToString(CultureInfo.InvariantCulture),
            life.BootId[..Math.Min(8, life.BootId.Length)],
            Quantity.ShortTime(life.Start.RealtimeUs, session),
            life.End is { } end ? Quantity.ShortTime(end.RealtimeUs, session) : "running",
            Quantity.Span(endUs - life.Start.RealtimeUs),
            new(life.Result ?? Quantity.Absent, life.Result is null or "success" ? null : session.Terminal.Yellow),
            Quantity.Bytes(life.Peak),
            limit.IsFinite ? Quantity.Bytes(limit.Bytes) : Quantity.Absent,
            new(life.OomKills == 0 ? Quantity.Absent : life.OomKills.ToString(CultureInfo.InvariantCulture), alarm),
        ];
        return units ? [life.Unit, .. cells] : cells;
    }

    /// <summary>A life and its number: 0 is the last, -1 the one before.</summary>
    private sealed record NumberedLife(int Number, Invocation Life);
}
