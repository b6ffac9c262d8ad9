using System.CommandLine;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl list [PATTERN…]</c>: a line for every unit watched.</summary>
internal static class ListCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var patterns = new Argument<string[]>("PATTERN")
        {
            Description = "Only units that match a glob",
            Arity = ArgumentArity.ZeroOrMore,
        }.RefusingOptions();
        Option<SortKey> sort = UnitOrder.CreateOption();
        var command = new Command("list", "List the units watched and their memory") { patterns, sort };
        command.SetAction(parsed => Run(
            session(parsed), parsed.GetValue(patterns)!, parsed.GetValue(sort)));
        return command;
    }

    internal static int Run(Session session, string[] patterns, SortKey sort) => session.Ask(
        DaemonInterface.ListUnits, ReplyJson.Default.ListUnitsReply, reply =>
        {
            UnitSummary[] units = [.. UnitOrder.By(reply.Units.Where(u => Matches(u, patterns)), u => u, sort)];
            if (session.WantsJson)
                session.WriteJson(units, ReplyJson.Default.UnitSummaryArray);
            else
                Print(session, units);
            return ExitCode.Success;
        });

    /// <summary>The table itself; children in <c>show</c> have the same columns.</summary>
    internal static Table ToTable(Terminal terminal, IEnumerable<UnitSummary> units)
    {
        Table table = new Table().Left("UNIT").Right("CURRENT").Right("PEAK").Right("LIMIT").Right("%LIMIT")
            .Right("ANON").Right("PSS").Right("RATE").Right("ALERT");
        foreach (UnitSummary unit in units)
        {
            Func<string, string>? alarm = unit.Alerts > 0 ? terminal.Red : null;
            table.Add(
                new Cell(unit.Unit, alarm ?? (unit.Active ? null : terminal.Faint)),
                Quantity.Bytes(unit.MemoryCurrent),
                Quantity.Bytes(unit.MemoryPeak),
                Quantity.Bytes(unit.MemoryMax),
                new Cell(Quantity.Share(unit.MemoryCurrent, unit.MemoryMax), Warmth(terminal, unit)),
                Quantity.Bytes(unit.Anon),
                Quantity.Bytes(unit.Pss),
                Quantity.Rate(unit.Rate),
                new Cell(unit.Alerts > 0 ? $"{unit.Alerts}" : Quantity.Absent, alarm));
        }

        return table;
    }

    private static void Print(Session session, UnitSummary[] units)
    {
        ToTable(session.Terminal, units).WriteTo(session.Terminal, session.Legend);
        if (!session.Legend)
            return;

        int alerts = units.Count(u => u.Alerts > 0);
        string alarm = alerts == 0 ? "" : $", {alerts} with alerts firing";
        session.Terminal.Out.WriteLine();
        session.Terminal.Out.WriteLine($"{Quantity.Count(units.Length, "unit")} listed{alarm}.");
    }

    private static Func<string, string>? Warmth(Terminal terminal, UnitSummary unit) =>
        Quantity.Ratio(unit.MemoryCurrent, unit.MemoryMax) switch
        {
            >= 90 => terminal.Red,
            >= 75 => terminal.Yellow,
            _ => null,
        };

    private static bool Matches(UnitSummary unit, string[] patterns) =>
        patterns.Length == 0 || Glob.IsMatchAny(patterns, unit.Unit);
}
