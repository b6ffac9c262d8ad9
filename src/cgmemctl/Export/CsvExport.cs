using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control.Export;

/// <summary>Comma-separated values as RFC 4180 has them, with titles and CRLF.</summary>
internal static class CsvExport
{
    internal static void Write(ExportJob job, TextWriter target)
    {
        using var output = new TextBuffer(target);
        var columns = new ExportColumns(job.Set, job.Step is not null);
        var cells = new PlainValue[columns.Names.Count];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = PlainValue.Of(columns.Names[i]);
        WriteLine(output, cells);
        foreach (HistoryRow row in job.Rows())
        {
            columns.Fill(row, cells);
            WriteLine(output, cells);
        }
    }

    /// <summary>A field; in quotes where it holds what would end it.</summary>
    internal static string Escape(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void WriteLine(TextBuffer output, PlainValue[] cells)
    {
        string before = "";
        foreach (PlainValue cell in cells)
        {
            output.Append(before).Append(Escape(cell.ToString()));
            before = ",";
        }

        output.Append("\r\n");
    }
}
