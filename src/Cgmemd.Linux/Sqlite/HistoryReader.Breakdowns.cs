using Cgmemd.Core.History;
using Cgmemd.Core.Units;

namespace Cgmemd.Linux.Sqlite;

public sealed partial class HistoryReader
{
    /// <summary>What breakdowns there are, oldest first; each is then read by <see cref="Breakdown"/>.</summary>
    public IReadOnlyList<BreakdownEntry> Breakdowns(UnitChoice? units, HistoryRange range) => Find(
        "SELECT real_us, mono_us, id, unit, cgroup_id, invocation_id, cause, rule FROM breakdown ORDER BY id",
        row => new BreakdownEntry(
            row.Int64(2), Time(row), row.Text(3), row.UInt64(4), row.NullableText(5), row.Text(6),
            row.NullableText(7)),
        entry => Fits(units, entry.Unit) && range.Contains(entry.Time.RealtimeUs));

    /// <summary>The breakdown of a unit that is nearest to a time; null where there is none.</summary>
    /// <param name="unit">Its full name.</param>
    /// <param name="range">Only of this time.</param>
    /// <param name="atUs">CLOCK_REALTIME in microseconds.</param>
    public RecordedBreakdown? NearestBreakdown(string unit, HistoryRange range, long atUs)
    {
        BreakdownEntry? nearest = null;
        foreach (BreakdownEntry entry in Breakdowns(UnitChoice.Named(unit), range))
        {
            if (nearest is null || Away(entry, atUs) < Away(nearest, atUs))
                nearest = entry;
        }

        return nearest is null ? null : Breakdown(nearest);
    }

    /// <summary>Reads one; null, with a line in <see cref="Problems"/>, where it is damaged, or gone by now.</summary>
    public RecordedBreakdown? Breakdown(BreakdownEntry entry) => Read(() =>
    {
        using SqliteStatement row = _database.Prepare("SELECT data FROM breakdown WHERE id = ?");
        if (!row.Bind(1, entry.Id).Step())
            return null;
        if (BreakdownBlob.TryRead(row.Blob(0), out var breakdown, out string? problem))
            return new RecordedBreakdown(entry.Time, entry.Cause, entry.Rule, breakdown);
        _problems.Add($"{_database.Path}: breakdown {entry.Id} of {entry.Unit}: {problem}");
        return null;
    });

    private static long Away(BreakdownEntry entry, long atUs) => Math.Abs(entry.Time.RealtimeUs - atUs);
}
