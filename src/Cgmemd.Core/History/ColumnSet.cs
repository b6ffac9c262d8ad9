namespace Cgmemd.Core.History;

/// <summary>Columns asked for, and the fields that must be read for them, each once.</summary>
public sealed class ColumnSet
{
    private readonly List<HistoryField> _fields = [];
    private readonly (int Field, int Less)[] _places;

    public ColumnSet(IReadOnlyList<HistoryColumn> columns)
    {
        Columns = columns;
        _places = new (int, int)[columns.Count];
        for (int i = 0; i < columns.Count; i++)
            _places[i] = (PlaceOf(columns[i].Field), columns[i].Less is { } less ? PlaceOf(less) : -1);
    }

    public IReadOnlyList<HistoryColumn> Columns { get; }

    /// <summary>What a reader is to be asked for.</summary>
    public IReadOnlyList<HistoryField> Fields => _fields;

    /// <summary>The place of a column, or -1 where it was not asked for.</summary>
    public int IndexOf(HistoryColumn? column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
                return i;
        }

        return -1;
    }

    /// <summary>A column's value in a row read with <see cref="Fields"/>; null where it is absent.</summary>
    public FieldSummary? Value(HistoryRow row, int column)
    {
        (int field, int less) = _places[column];
        return Columns[column].Of(row.Values[field], less < 0 ? null : row.Values[less]);
    }

    private int PlaceOf(HistoryField field)
    {
        int place = _fields.IndexOf(field);
        if (place >= 0)
            return place;
        _fields.Add(field);
        return _fields.Count - 1;
    }
}
