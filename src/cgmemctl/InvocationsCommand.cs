using System.CommandLine;
using System.Globalization;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

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
            IReadOnlyList<Invocation> lives = source.Reader.Invocations(name, range);
            if (name is not null && lives.Count == 0)
                return UnitName.Unknown(session, source, name);
            if (session.WantsJson)
                session.WriteJson([.. lives.Reverse().Select(InvocationJson.Of)], HistoryJson.Default.InvocationJsonArray);
            else
                Print(session, source, lives);
            return ExitCode.Success;
        });

    private static void Print(Session session, HistorySource source, IReadOnlyList<Invocation> newestFirst)
    {
        bool units = newestFirst.DistinctBy(life => life.Unit).Skip(1).Any();
        Table table = new();
        if (units)
            table.Left("UNIT");
        table.Right("#").Left("BOOT").Left("START").Left("END").Right("DURATION").Left("RESULT").Right("PEAK")
            .Right("LIMIT").Right("OOM");
        foreach (IGrouping<string, Invocation> unit in newestFirst.GroupBy(life => life.Unit)
            .OrderBy(unit => unit.Key, StringComparer.Ordinal))
        {
            Invocation[] lives = [.. unit];
            for (int i = lives.Length - 1; i >= 0; i--)
                table.Add(Cells(session, source, lives[i], -i, units));
        }

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
}
