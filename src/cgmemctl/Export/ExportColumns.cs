using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control.Export;

/// <summary>
/// The columns of a flat table: what a row is of, then the values by the kernel's keys. Where rows sum up a step, a
/// gauge has four: <c>memory.current.min</c>, <c>.mean</c>, <c>.max</c> and <c>.last</c>.
/// </summary>
internal sealed class ExportColumns
{
    private readonly ColumnSet _set;
    private readonly List<(int Column, Func<FieldSummary, ulong> Part)> _values = [];
    private readonly List<string> _names =
        ["time", "realtime_usec", "monotonic_usec", "unit", "boot_id", "invocation_id", "samples"];

    internal ExportColumns(ColumnSet set, bool isStep)
    {
        _set = set;
        for (int i = 0; i < set.Columns.Count; i++)
        {
            HistoryColumn column = set.Columns[i];
            if (!isStep || column.IsCounter || column.Less is not null || column.Unit == ColumnUnit.Limit)
            {
                Add(i, "", value => value.Last);
                continue;
            }

            Add(i, ".min", value => value.Min);
            Add(i, ".mean", value => value.Mean);
            Add(i, ".max", value => value.Max);
            Add(i, ".last", value => value.Last);
        }
    }

    internal IReadOnlyList<string> Names => _names;

    /// <summary>The cells of a row.</summary>
    internal void Fill(HistoryRow row, PlainValue[] cells)
    {
        cells[0] = PlainValue.Of(ExportTime.Text(row.Time.RealtimeUs));
        cells[1] = PlainValue.Of((ulong)row.Time.RealtimeUs);
        // A step may begin before the boot does.
        cells[2] = row.Time.MonotonicUs < 0 ? default : PlainValue.Of((ulong)row.Time.MonotonicUs);
        cells[3] = PlainValue.Of(row.Invocation.Unit);
        cells[4] = PlainValue.Of(row.Invocation.BootId);
        cells[5] = PlainValue.Of(row.Invocation.InvocationId);
        cells[6] = PlainValue.Of(row.Samples);
        for (int i = 0; i < _values.Count; i++)
        {
            (int column, Func<FieldSummary, ulong> part) = _values[i];
            cells[7 + i] = _set.Value(row, column) is not { } value ? default
                : _set.Columns[column].Unit == ColumnUnit.Limit && value.Last == HistoryFields.NoLimit
                    ? PlainValue.Of("max")
                : PlainValue.Of(part(value));
        }
    }

    private void Add(int column, string suffix, Func<FieldSummary, ulong> part)
    {
        _names.Add(_set.Columns[column].Key + suffix);
        _values.Add((column, part));
    }
}
