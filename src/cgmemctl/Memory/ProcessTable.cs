using System.Globalization;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>The processes of a unit, those in its cgroup as a tree, and below it those that have left.</summary>
internal sealed class ProcessTable(Session session)
{
    private const int IndentAtMost = 8;

    private readonly Terminal _terminal = session.Terminal;

    internal void Print(IReadOnlyList<ProcessMemory> processes, int count, ProcessKey key)
    {
        var inside = new List<ProcessMemory>();
        var escaped = new List<ProcessMemory>();
        foreach (ProcessMemory process in processes)
            (process.EscapedTo is null ? inside : escaped).Add(process);
        PrintInside(inside, key);
        if (session.Legend)
            PrintCount(inside, inside.Count < count ? $" of {count}" : "");
        if (escaped.Count > 0)
            PrintEscaped(escaped, key);
    }

    private void PrintInside(List<ProcessMemory> processes, ProcessKey key)
    {
        bool hasRuntimes = processes.Exists(process => process.Runtime is not null);
        Table table = new Table().Right("PID").Right("PSS").Right("ANON").Right("FILE").Right("SHMEM").Right("SWAP")
            .Right("DIRTY").Right("RSS").Right("AGE");
        if (hasRuntimes)
            table.Left("RUNTIME");
        table.Left("COMMAND");
        foreach (ProcessTree.TreeLine line in ProcessTree.Lines(processes, key))
        {
            ProcessMemory process = line.Process;
            string command = new string(' ', Math.Min(line.Depth, IndentAtMost)) + process.Comm;
            List<Cell> cells =
            [
                Text(process.Pid), Quantity.Bytes(process.Pss), Quantity.Bytes(process.PssAnon),
                Quantity.Bytes(process.PssFile),
                Quantity.Bytes(process.PssShmem), Quantity.Bytes(process.SwapPss), Quantity.Bytes(process.PssDirty),
                Quantity.Bytes(process.Rss), Age(process.AgeUsec),
            ];
            if (hasRuntimes)
                cells.Add(process.Runtime ?? Quantity.Absent);
            cells.Add(command);
            table.Add([.. cells]);
        }

        table.WriteTo(_terminal, session.Legend);
    }

    private void PrintCount(List<ProcessMemory> processes, string ofAll)
    {
        ulong pss = 0;
        int unread = 0, unreadable = 0, undercounted = 0;
        foreach (ProcessMemory process in processes)
        {
            pss += process.Pss ?? 0;
            unread += process.Pss is null ? 1 : 0;
            unreadable += process.Problem == "unreadable" ? 1 : 0;
            undercounted += process.Problem == "undercounted" ? 1 : 0;
        }

        string missing = unread == 0 ? "" : $"; {unread} not measured yet";
        _terminal.Out.WriteLine();
        _terminal.Out.WriteLine(
            $"{Quantity.Count(processes.Count, "process", "es")}{ofAll}, PSS {Quantity.Bytes(pss)} in all{missing}.");
        if (unreadable > 0)
            _terminal.Out.WriteLine($"{unreadable} could not be read when it was tried last.");
        if (undercounted > 0)
        {
            _terminal.Out.WriteLine(
                $"{undercounted} mapped and unmapped too fast for this kernel to count when it was tried last.");
        }
    }

    private void PrintEscaped(List<ProcessMemory> processes, ProcessKey key)
    {
        processes.Sort((a, b) => ProcessOrder.Compare(a, b, key));
        _terminal.Out.WriteLine();
        _terminal.Out.WriteLine("Started by it, but in other cgroups, and not in its memory:");
        Table table = new Table().Left("CGROUP").Right("PID").Right("PSS").Right("RSS").Right("AGE").Left("COMMAND");
        foreach (ProcessMemory process in processes)
        {
            table.Add(
                process.EscapedTo!, Text(process.Pid), Quantity.Bytes(process.Pss), Quantity.Bytes(process.Rss),
                Age(process.AgeUsec), process.Comm);
        }

        table.WriteTo(_terminal, session.Legend);
    }

    // In one unit, so that a line has room for the name.
    private static string Age(long? usec) => usec is not { } age ? Quantity.Absent : (age / 1_000_000) switch
    {
        < 120 and var seconds => Text((int)seconds) + "s",
        < 7200 and var seconds => Text((int)(seconds / 60)) + "min",
        < 172_800 and var seconds => Text((int)(seconds / 3600)) + "h",
        var seconds => Text((int)Math.Min(99_999, seconds / 86_400)) + "d",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
