using System.Globalization;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Control.Memory;

/// <summary>What the memory of a unit is for, on a screen or two.</summary>
/// <param name="session">The run.</param>
/// <param name="breakdown">What was read.</param>
internal sealed class BreakdownSheet(Session session, Breakdown breakdown)
{
    private const int NamesShown = 12;
    private const int ProcessesShown = 5;
    private const int MappingsShown = 5;
    private const int BarWidth = 24;

    private readonly Terminal _terminal = session.Terminal;

    /// <summary>Prints it.</summary>
    /// <param name="cause">Why and when it was taken, where the history tells; null for one taken now.</param>
    internal void Print(string? cause)
    {
        PrintHead(cause);
        PrintCategories();
        if (breakdown.Reconciliation is { } sums)
            new ReconciliationSheet(_terminal, sums).Print();
        PrintNames();
        PrintProcesses();
        PrintEscaped();
    }

    private void PrintHead(string? cause)
    {
        _terminal.Out.WriteLine($"{_terminal.Bold(Terminal.Plain(breakdown.Unit))}, memory as of " +
            $"{Quantity.Time(breakdown.TimeUsec, session)}, read in {Quantity.Span(breakdown.DurationUsec)}");
        var sheet = new Sheet(_terminal, 12);
        sheet.Line("Taken", cause);
        sheet.Line("Cgroup", $"{Terminal.Plain(breakdown.Cgroup)} (id {breakdown.CgroupId})");
        sheet.Line("Invocation", breakdown.InvocationId);
        sheet.Line("Memory", breakdown.Reconciliation is { } sums
            ? $"memory.current {Quantity.Bytes(sums.MemoryCurrent)}, ΣPSS {Quantity.Bytes(sums.Pss)}"
            : "the cgroup was gone before its files were read");
        sheet.Line("Processes", Count(breakdown.ProcessCount));
        if (breakdown.RollupOnlyCount > 0)
            sheet.Line("", $"of {breakdown.RollupOnlyCount} the totals alone were read, not the mappings");
        sheet.Lines("Missing", Missing());
        sheet.Line("Regions", $"{breakdown.LargeAnonymousRegions} anonymous of 10 MiB or more");
    }

    private List<string> Missing()
    {
        var missing = new List<string>();
        MissingProcesses left = breakdown.Missing;
        if (left.Unreadable > 0)
            missing.Add($"{left.Unreadable} not readable");
        if (left.OutOfTime > 0)
            missing.Add($"{left.OutOfTime} for want of time");
        if (left.Undercounted > 0)
            missing.Add($"{left.Undercounted} that mapped and unmapped all the time");
        return missing;
    }

    private void PrintCategories()
    {
        ulong whole = 0;
        // Records: sorting values would be compiled for each kind of them.
        var rows = new List<Category>();
        foreach ((string name, MemoryUse use) in breakdown.Categories)
        {
            if (use.Pss > 0 || use.SwapPss > 0)
                rows.Add(new Category(name, use));
            whole += use.Pss;
        }

        rows.Sort((a, b) => b.Use.Pss != a.Use.Pss
            ? b.Use.Pss.CompareTo(a.Use.Pss)
            : string.CompareOrdinal(a.Name, b.Name));
        Table table = new Table().Left("CATEGORY").Right("PSS").Right("SHARE").Left("").Right("DIRTY").Right("SWAP")
            .Right("MAPPINGS");
        foreach ((string name, MemoryUse use) in rows)
        {
            table.Add(
                Words(name), Quantity.Bytes(use.Pss), Quantity.Share(use.Pss, whole), Bar(use.Pss, whole),
                Quantity.Bytes(use.PrivateDirty), Quantity.Bytes(use.SwapPss), Text(use.Mappings));
        }

        Below(table);
    }

    private void PrintNames()
    {
        Table table = new Table().Left("NAME").Left("CATEGORY").Right("PSS").Right("DIRTY").Right("SWAP");
        for (int i = 0; i < breakdown.Names.Count && i < NamesShown; i++)
            AddName(table, breakdown.Names[i]);
        Below(table);
    }

    private void PrintProcesses()
    {
        for (int i = 0; i < breakdown.Processes.Count && i < ProcessesShown; i++)
        {
            ProcessBreakdown process = breakdown.Processes[i];
            if (process.TopMappings is not { Count: > 0 } mappings)
                continue;
            _terminal.Out.WriteLine();
            string head = Table.Ellipsize(Terminal.Plain(About(process)), _terminal.Width ?? int.MaxValue);
            _terminal.Out.WriteLine(_terminal.Bold(head));
            Table table = new Table().Left("NAME").Left("CATEGORY").Right("PSS").Right("DIRTY").Right("SWAP");
            for (int k = 0; k < mappings.Count && k < MappingsShown; k++)
                AddName(table, mappings[k]);
            table.WriteTo(_terminal, titles: false, indent: "  ");
        }
    }

    private void PrintEscaped()
    {
        if (breakdown.Escaped.Count == 0)
            return;
        _terminal.Out.WriteLine();
        _terminal.Out.WriteLine("Started by the unit, but in other cgroups, and not in these sums:");
        Table table = new Table().Left("CGROUP").Right("PID").Left("COMMAND").Right("PSS").Right("RSS")
            .Left("KNOWN BY");
        foreach (EscapedProcess process in breakdown.Escaped)
        {
            table.Add(
                process.Cgroup, Text(process.Pid), process.Command, Quantity.Bytes(process.Pss),
                Quantity.Bytes(process.Rss), process.By);
        }

        table.WriteTo(_terminal, session.Legend);
    }

    private static string About(ProcessBreakdown process)
    {
        string about = $"{process.Pid} {process.Command}: PSS {Quantity.Bytes(process.Use?.Pss)}";
        if (process.Runtime is not null)
            about += $", {process.Runtime} {process.RuntimeVersion}".TrimEnd();
        if (process.Allocator is not null)
            about += $", {process.Allocator} {process.AllocatorVersion}".TrimEnd();
        about += ", " + Quantity.Count(process.Threads, "thread");
        return process.LargeAnonymousRegions is > 0 and var regions
            ? $"{about}, {Quantity.Count(regions, "large region")}"
            : about;
    }

    private static void AddName(Table table, NamedUse name) => table.Add(
        name.Name, Words(name.Category), Quantity.Bytes(name.Use.Pss), Quantity.Bytes(name.Use.PrivateDirty),
        Quantity.Bytes(name.Use.SwapPss));

    private void Below(Table table)
    {
        if (table.Rows == 0)
            return;
        _terminal.Out.WriteLine();
        table.WriteTo(_terminal, session.Legend);
    }

    private static string Bar(ulong part, ulong whole)
    {
        int eighths = whole == 0 ? 0 : (int)((UInt128)part * (8 * BarWidth) / whole);
        string rest = eighths % 8 == 0 ? "" : " ▏▎▍▌▋▊▉"[eighths % 8].ToString();
        return new string('█', eighths / 8) + rest;
    }

    private sealed record Category(string Name, MemoryUse Use);

    private static string Words(string name) => name.Replace('_', ' ');

    private static string Count(int count) => count == 0 ? "none" : Text(count);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
