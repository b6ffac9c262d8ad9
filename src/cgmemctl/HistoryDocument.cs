using System.Text.Json;
using Cgmemd.Control.Export;
using Cgmemd.Core.History;

namespace Cgmemd.Control;

/// <summary>
/// <c>history --json</c>: one object, its rows as <see cref="RowJson"/> has them, each on a line of its own, written as
/// they are read.
/// </summary>
internal static class HistoryDocument
{
    internal static void Write(
        Session session, string unit, HistoryRange range, TimeSpan step, ColumnSet set, IEnumerable<HistoryRow> rows,
        IReadOnlyList<TimelineNote> notes)
    {
        using var output = new TextBuffer(session.Terminal.Out);
        using var json = new RowJson(set);
        long stepUs = step.Ticks / TimeSpan.TicksPerMicrosecond;
        output.Append($"{{\"unit\":\"{JsonEncodedText.Encode(unit, RowJson.Encoder)}\"," +
            $"\"since_usec\":{range.SinceUs},\"until_usec\":{range.UntilUs},\"step_usec\":{stepUs},\"rows\":[");
        string before = "\n";
        foreach (HistoryRow row in rows)
        {
            output.Append(before);
            output.Append(json.Text(row));
            before = ",\n";
        }

        output.Append("\n],\"notes\":");
        output.Append(JsonSerializer.Serialize([.. notes], HistoryJson.Default.TimelineNoteArray));
        output.Append("}\n");
    }
}
