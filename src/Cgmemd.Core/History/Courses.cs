namespace Cgmemd.Core.History;

/// <summary>How fields went within the steps of a table, to be drawn beside its rows.</summary>
/// <param name="stepUs">The time of a step in microseconds.</param>
/// <param name="parts">Into how many parts a step is cut.</param>
/// <param name="fields">How many fields are drawn, from the first of the rows.</param>
public sealed class Courses(long stepUs, int parts, int fields)
{
    private readonly Dictionary<(Invocation, long), ulong?[][]> _steps = [];
    private readonly ulong[] _tops = new ulong[fields];

    /// <summary>How many fields are drawn.</summary>
    public int Fields => fields;

    /// <summary>Adds what is known of a part of a step.</summary>
    public void Add(HistoryRow part)
    {
        if (!_steps.TryGetValue(Key(part), out ulong?[][]? step))
        {
            _steps[Key(part)] = step = new ulong?[fields][];
            for (int field = 0; field < fields; field++)
                step[field] = new ulong?[parts];
        }

        long offsetUs = Math.Max(0, part.Time.RealtimeUs - Key(part).StartUs);
        int place = (int)(offsetUs * parts / stepUs);
        for (int field = 0; field < fields; field++)
        {
            if (part.Values[field]?.Max is not { } max)
                continue;
            _tops[field] = Math.Max(_tops[field], max);
            if (!(step[field][place] > max))
                step[field][place] = max;
        }
    }

    /// <summary>The greatest value of each part of a row's step; null where there was no sample.</summary>
    public ReadOnlySpan<ulong?> Of(HistoryRow row, int field) =>
        _steps.TryGetValue(Key(row), out ulong?[][]? step) ? step[field] : new ulong?[parts];

    /// <summary>The greatest value of a field of all.</summary>
    public ulong Top(int field) => _tops[field];

    private (Invocation Life, long StartUs) Key(HistoryRow row) =>
        (row.Invocation, row.Time.RealtimeUs / stepUs * stepUs);
}
