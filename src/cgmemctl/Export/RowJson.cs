using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>
/// A row as a JSON object: values by the kernel's keys, absent ones left out, no limit as <c>"max"</c>. Where a row
/// sums up several samples, a gauge has <c>min</c>, <c>mean</c>, <c>max</c> and <c>last</c>.
/// </summary>
internal sealed class RowJson(ColumnSet set) : IDisposable
{
    // This is no web page: a unit named größe.service is to be read.
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = Encoder });
    private readonly byte[][] _keys = [.. set.Columns.Select(column => Encoding.UTF8.GetBytes(column.Key))];

    internal string Text(HistoryRow row)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("time"u8, ExportTime.Text(row.Time.RealtimeUs));
        _json.WriteNumber("realtime_usec"u8, row.Time.RealtimeUs);
        _json.WriteNumber("monotonic_usec"u8, row.Time.MonotonicUs);
        _json.WriteString("unit"u8, row.Invocation.Unit);
        _json.WriteString("boot_id"u8, row.Invocation.BootId);
        if (row.Invocation.InvocationId is { } id)
            _json.WriteString("invocation_id"u8, id);
        _json.WriteNumber("samples"u8, row.Samples);
        for (int i = 0; i < _keys.Length; i++)
        {
            if (set.Value(row, i) is { } value)
                WriteValue(i, value, row.Samples > 1);
        }

        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();

    private void WriteValue(int i, FieldSummary value, bool isSummary)
    {
        HistoryColumn column = set.Columns[i];
        if (column.Unit == ColumnUnit.Limit && value.Last == HistoryFields.NoLimit)
        {
            _json.WriteString(_keys[i], "max"u8);
        }
        else if (!isSummary || column.IsCounter || column.Less is not null || column.Unit == ColumnUnit.Limit)
        {
            _json.WriteNumber(_keys[i], value.Last);
        }
        else
        {
            _json.WriteStartObject(_keys[i]);
            _json.WriteNumber("min"u8, value.Min);
            _json.WriteNumber("mean"u8, value.Mean);
            _json.WriteNumber("max"u8, value.Max);
            _json.WriteNumber("last"u8, value.Last);
            _json.WriteEndObject();
        }
    }
}
