using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// The log of open samples: one append-only table for all invocations, each row with the number of the row before it of
/// the same one. It has no index, of which a commit would touch as many pages as there are invocations. What is sealed
/// is deleted from the front.
/// </summary>
internal sealed class OpenLog(SqliteDatabase database)
{
    private readonly Dictionary<long, OpenSeries> _series = [];

    private readonly SqliteStatement _insert = database.Prepare("INSERT INTO open_sample VALUES (?, ?, ?, ?, ?, ?)");

    private readonly SqliteStatement _row = database.Prepare(
        "SELECT previous, mono_us, real_us, data FROM open_sample WHERE id = ?");

    private readonly SqliteStatement _seal = database.Prepare("UPDATE invocation SET sealed = ? WHERE id = ?");

    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM open_sample WHERE id < ?");

    // Rows of one invocation being sealed, newest first, one behind the other.
    private readonly List<(long MonoUs, long RealUs, int Start, int Length)> _rows = [];
    private byte[] _bytes = new byte[16 << 10];
    private long _first = 1;
    private long _next = 1;

    public IReadOnlyCollection<OpenSeries> Series => _series.Values;

    /// <summary>The last row of all, which is never deleted; 0 before the first.</summary>
    public long Last => _next - 1;

    /// <summary>Rows that are not sealed yet.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (OpenSeries series in _series.Values)
                count += series.Count;
            return count;
        }
    }

    /// <summary>Reads what the file has, in place of what is in memory.</summary>
    public void Load()
    {
        var begun = new HashSet<long>();
        foreach (OpenSeries series in _series.Values)
        {
            if (series.IsBegun)
                begun.Add(series.Invocation);
        }

        _series.Clear();
        using SqliteStatement open = database.Prepare("""
            SELECT id, sealed, end_us IS NOT NULL FROM invocation WHERE end_us IS NULL
            UNION SELECT id, sealed, end_us IS NOT NULL FROM invocation
                WHERE id IN (SELECT invocation FROM open_sample) OR id IN (SELECT invocation FROM chunk WHERE final = 0)
            """);
        while (open.Step())
        {
            long id = open.Int64(0);
            _series.Add(id, new OpenSeries(id, open.Int64(1))
            {
                IsEnded = open.Int64(2) != 0,
                IsBegun = begun.Contains(id),
            });
        }

        (_first, _next) = (1, 1);
        using SqliteStatement rows = database.Prepare("SELECT id, invocation, mono_us FROM open_sample ORDER BY id");
        while (rows.Step())
        {
            long id = rows.Int64(0);
            if (_next == 1)
                _first = id;
            _next = id + 1;
            if (_series.TryGetValue(rows.Int64(1), out OpenSeries? series) && id > series.Sealed)
                series.Add(id, rows.Int64(2));
        }
    }

    public void Begin(long invocation)
    {
        if (!_series.TryGetValue(invocation, out OpenSeries? series))
            _series.Add(invocation, series = new OpenSeries(invocation, 0));
        series.IsBegun = true;
    }

    public void End(long invocation)
    {
        if (_series.TryGetValue(invocation, out OpenSeries? series))
            series.IsEnded = true;
    }

    /// <summary>Those without an end that were not begun since the file was opened.</summary>
    public List<OpenSeries> Abandoned() => [.. _series.Values.Where(series => !series.IsBegun && !series.IsEnded)];

    /// <summary>The last row of an invocation; 0 without any.</summary>
    public long Newest(long invocation) => _series.TryGetValue(invocation, out OpenSeries? series) ? series.Newest : 0;

    public void Append(long invocation, HistoryTime time, ReadOnlySpan<byte> data)
    {
        OpenSeries series = _series[invocation];
        _insert.Bind(1, _next).Bind(2, invocation).Bind(3, series.Newest)
            .Bind(4, time.MonotonicUs).Bind(5, time.RealtimeUs).RunWithBlob(6, data);
        series.Add(_next++, time.MonotonicUs);
    }

    /// <summary>
    /// The samples of an invocation that are not sealed, which they are from now on; null when there are none.
    /// </summary>
    public SampleBlock? Take(OpenSeries series)
    {
        if (series.Count == 0)
            return null;
        Collect(series);
        var builder = new SampleBlockBuilder();
        for (int i = _rows.Count - 1; i >= 0; i--)
        {
            (long monoUs, long realUs, int start, int length) = _rows[i];
            OpenRow.TryDecodeInto(_bytes.AsSpan(start, length), builder, monoUs, realUs);
        }

        series.Seal();
        _seal.Bind(1, series.Sealed).Bind(2, series.Invocation).Run();
        return builder.Count == 0 ? null : builder.Build();
    }

    /// <summary>Forgets an invocation that is sealed for good, or is no more: what it has left is not sealed.</summary>
    public void Forget(long invocation) => _series.Remove(invocation);

    /// <summary>Deletes rows from the front that are sealed, so many at the most.</summary>
    /// <returns>How many.</returns>
    public int DeleteSealed(int most)
    {
        // The last row stays, so that the numbers go on from it after the next start.
        long bound = Math.Min(_next - 1, _first + most);
        foreach (OpenSeries series in _series.Values)
        {
            if (series.Count > 0)
                bound = Math.Min(bound, series.Oldest);
        }

        if (bound <= _first)
            return 0;
        _delete.Bind(1, bound).Run();
        _first = bound;
        return database.Changes;
    }

    private void Collect(OpenSeries series)
    {
        _rows.Clear();
        int used = 0;
        for (long row = series.Newest; row > series.Sealed;)
        {
            if (!_row.Bind(1, row).Step())
                break;
            ReadOnlySpan<byte> data = _row.Blob(3);
            if (used + data.Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, used + data.Length));
            data.CopyTo(_bytes.AsSpan(used));
            _rows.Add((_row.Int64(1), _row.Int64(2), used, data.Length));
            used += data.Length;
            row = _row.Int64(0);
            _row.Reset();
        }
    }
}
