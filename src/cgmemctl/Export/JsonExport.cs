using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>An object a line, for jq and the like.</summary>
internal static class JsonExport
{
    internal static void Write(ExportJob job, TextWriter target)
    {
        using var output = new TextBuffer(target);
        using var json = new RowJson(job.Set);
        foreach (HistoryRow row in job.Rows())
            output.Append(json.Text(row)).Append("\n");
    }
}
