using System.Globalization;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Control.Memory;

/// <summary>
/// How memory.current comes about, twice: from what the kernel charged, and from what the processes map. The figures
/// are rounded so that each list adds up as it stands.
/// </summary>
internal sealed class ReconciliationSheet(Terminal terminal, Reconciliation sums)
{
    private const long KiB = 1 << 10, MiB = 1 << 20;
    private const int FigureWidth = 12;
    private const int NameWidth = 20;

    // In tenths of a MiB; small sums in KiB.
    private readonly bool _isSmall = sums.MemoryCurrent < 16 * MiB;

    private long Parts => _isSmall ? 1 : 10;

    internal void Print()
    {
        string unit = _isSmall ? "KiB" : "MiB";
        Print($"Charged to the cgroup, in {unit}", sums.Charged);
        var mapped = new List<ReconciliationLine>(sums.Mapped.Count + 1)
        {
            new("ΣPSS", (long)sums.Pss, "what its processes map, shared pages in proportion"),
        };
        mapped.AddRange(sums.Mapped);
        Print($"Mapped by its processes, and what makes the difference, in {unit}", mapped);
        PrintBeside();
    }

    private void Print(string title, IReadOnlyList<ReconciliationLine> all)
    {
        var lines = new List<ReconciliationLine>();
        var bytes = new List<long>();
        long left = (long)sums.MemoryCurrent;
        foreach (ReconciliationLine line in all)
        {
            left -= line.Bytes;
            if (line.Bytes == 0)
                continue;
            lines.Add(line);
            bytes.Add(line.Bytes * Parts);
        }

        if (left != 0)
        {
            lines.Add(new ReconciliationLine("unexplained", left, "these parts do not add up"));
            bytes.Add(left * Parts);
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine(terminal.Bold(title));
        long[] rounded = Summands.Round(bytes, _isSmall ? KiB : MiB);
        long sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            sum += rounded[i];
            PrintLine(Figure(rounded[i]), lines[i].Name, Meaning(lines[i]));
        }

        terminal.Out.WriteLine(terminal.Bold($"{Figure(sum).PadLeft(FigureWidth)} = memory.current"));
    }

    private void PrintBeside()
    {
        bool hasTitle = false;
        foreach (ReconciliationLine line in sums.Beside)
        {
            if (line.Bytes == 0)
                continue;
            if (!hasTitle)
            {
                terminal.Out.WriteLine();
                terminal.Out.WriteLine(terminal.Bold("Beside memory.current"));
                hasTitle = true;
            }

            PrintLine(Quantity.Signed(line.Bytes), line.Name, Meaning(line));
        }

        if (sums.Drift is { } drift && drift != 0)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(
                $"While the processes were read, memory.current changed by {Quantity.Change(drift)}.");
        }
    }

    private void PrintLine(string figure, string name, string meaning)
    {
        int indent = FigureWidth + 1 + NameWidth + 1;
        string head = $"{figure.PadLeft(FigureWidth)} {Terminal.Plain(name).PadRight(NameWidth)} ";
        foreach (string line in Wrapped(Terminal.Plain(meaning), terminal.Width - indent))
        {
            terminal.Out.WriteLine((head + line).TrimEnd());
            head = new string(' ', indent);
        }
    }

    private static string Meaning(ReconciliationLine line) => line.OffBy is { } offBy
        ? $"{line.Meaning} (±{Quantity.Bytes(offBy)})"
        : line.Meaning;

    // Lines of whole words; a width that is none, or too narrow for words, leaves one line.
    private static List<string> Wrapped(string text, int? width)
    {
        var lines = new List<string>();
        while (width is { } most and > 20 && text.Length > most)
        {
            int end = text.LastIndexOf(' ', most);
            if (end <= 0)
                break;
            lines.Add(text[..end]);
            text = text[(end + 1)..];
        }

        lines.Add(text);
        return lines;
    }

    private string Figure(long units) => _isSmall
        ? units.ToString(CultureInfo.InvariantCulture)
        : (units / 10m).ToString("0.0", CultureInfo.InvariantCulture);
}
