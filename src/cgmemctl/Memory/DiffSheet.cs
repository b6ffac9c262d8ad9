using System.Globalization;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Control.Memory;

/// <summary>How the memory of a unit changed, as tables: what changed most comes first.</summary>
internal sealed class DiffSheet(Session session, UnitDiff diff)
{
    private const int LinesShown = 15;
    private const string Total = "memory.current";

    private readonly Terminal _terminal = session.Terminal;

    /// <summary>Prints it.</summary>
    /// <param name="fromUs">The first time asked for: CLOCK_REALTIME in microseconds.</param>
    /// <param name="toUs">The second.</param>
    internal void Print(long fromUs, long toUs)
    {
        _terminal.Out.WriteLine($"{_terminal.Bold(Terminal.Plain(diff.Unit))}, {Quantity.Time(fromUs, session)} to " +
            $"{Quantity.Time(toUs, session)} ({Quantity.Span(toUs - fromUs)})");
        if (diff.IsAcrossInvocations)
        {
            _terminal.Out.WriteLine(
                $"{_terminal.Yellow("It was started again in between:")} the change is of no one memory's growth.");
        }

        foreach (DiffLine limit in diff.Limits)
            _terminal.Out.WriteLine($"{limit.Name} was {Limit(limit.Before)}, is {Limit(limit.After)}");
        PrintMemory();
        if (diff.Breakdown is { } breakdown)
            PrintBreakdown(breakdown, fromUs, toUs);
        if (diff.Processes is { } processes)
            PrintProcesses(processes, fromUs, toUs);
    }

    private void PrintMemory()
    {
        Table table = NewTable("MEMORY");
        long lengthUs = diff.AfterUsec - diff.BeforeUsec;
        foreach (DiffLine line in diff.Memory)
        {
            if (line.Name == Total)
                Add(table, line, lengthUs);
        }

        foreach (DiffLine line in diff.Memory)
        {
            if (line.Name != Total && line.Change != 0)
                Add(table, line with { Name = line.Name.Replace("memory.stat.", "") }, lengthUs);
        }

        _terminal.Out.WriteLine();
        table.WriteTo(_terminal, session.Legend);
    }

    private void PrintBreakdown(BreakdownDiff breakdown, long fromUs, long toUs)
    {
        Of("Breakdowns", breakdown.BeforeUsec, breakdown.AfterUsec, fromUs, toUs);
        Print("CATEGORY", breakdown.Categories, breakdown.AfterUsec - breakdown.BeforeUsec, isName: false);
        Print("NAME", breakdown.Names, breakdown.AfterUsec - breakdown.BeforeUsec, isName: true);
    }

    private void Print(string title, IReadOnlyList<DiffLine> lines, long lengthUs, bool isName)
    {
        Table table = NewTable(title);
        foreach (DiffLine line in lines)
        {
            // The names are the greatest alone: one that is missing may have been smaller, and not nothing.
            bool isKnown = !isName || (line.Before is not null && line.After is not null);
            if (line.Change != 0 && isKnown && table.Rows < LinesShown)
                Add(table, isName ? line : line with { Name = line.Name.Replace('_', ' ') }, lengthUs);
        }

        if (table.Rows == 0)
            return;
        _terminal.Out.WriteLine();
        table.WriteTo(_terminal, session.Legend);
    }

    private void PrintProcesses(ProcessDiff processes, long fromUs, long toUs)
    {
        Of("Processes", processes.BeforeUsec, processes.AfterUsec, fromUs, toUs);
        Table table = new Table().Left("PROCESS").Right("PID").Right("BEFORE").Right("AFTER").Right("CHANGE")
            .Right("PER HOUR").Left("STATE");
        long lengthUs = processes.AfterUsec - processes.BeforeUsec;
        foreach (ProcessChange process in processes.Lines)
        {
            if (table.Rows == LinesShown || (process.Change == 0 && process.State == "same"))
                continue;
            bool isSame = process.State == "same";
            string pid = process.Pid is { } number
                ? number.ToString(CultureInfo.InvariantCulture)
                : $"{process.Count}×";
            table.Add(
                process.Command, pid, Quantity.Bytes(process.Before), Quantity.Bytes(process.After),
                Quantity.Change(process.Change), isSame ? PerHour(process.Change, lengthUs) : Quantity.Absent,
                isSame ? Quantity.Absent : process.State);
        }

        _terminal.Out.WriteLine();
        table.WriteTo(_terminal, session.Legend);
    }

    // They are of the times at which they were taken, not of those asked for.
    private void Of(string what, long beforeUs, long afterUs, long fromUs, long toUs)
    {
        _terminal.Out.WriteLine();
        _terminal.Out.WriteLine($"{what}, {Quantity.Distance(beforeUs, fromUs)} the first time and " +
            $"{Quantity.Distance(afterUs, toUs)} the second:");
    }

    private static Table NewTable(string title) =>
        new Table().Left(title).Right("BEFORE").Right("AFTER").Right("CHANGE").Right("PER HOUR");

    private void Add(Table table, DiffLine line, long lengthUs) => table.Add(
        line.Name, Quantity.Bytes(line.Before), Quantity.Bytes(line.After),
        new Cell(Quantity.Change(line.Change), line.Change > 0 ? _terminal.Yellow : null),
        PerHour(line.Change, lengthUs));

    private string PerHour(long change, long lengthUs) => lengthUs <= 0 || diff.IsAcrossInvocations
        ? Quantity.Absent
        : Quantity.Change((long)((decimal)change * 3_600_000_000 / lengthUs)) + "/h";

    private static string Limit(ulong? limit) => limit is null ? "none" : Quantity.Bytes(limit);
}
