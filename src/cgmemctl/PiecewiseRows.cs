using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>Rows of a unit, read a piece of time after the other: a reader holds all of what it is asked for.</summary>
internal static class PiecewiseRows
{
    // At 5 s a sample these are 5,000 samples of a life in memory; with a longer step, a thousand rows.
    private const long LeastUs = 6 * 3600 * 1_000_000L;
    private const long Steps = 1000;

    /// <summary>The rows of a range that is not much beyond what there is.</summary>
    /// <param name="reader">The history.</param>
    /// <param name="unit">The unit's full name.</param>
    /// <param name="range">When.</param>
    /// <param name="step">The time of a row; null for each sample.</param>
    /// <param name="fields">The order of the values.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    internal static IEnumerable<HistoryRow> Read(
        HistoryReader reader, string unit, HistoryRange range, TimeSpan? step, IReadOnlyList<HistoryField> fields,
        Action<double> progress)
    {
        long stepUs = step is { } length ? Math.Max(1, length.Ticks / TimeSpan.TicksPerMicrosecond) : 0;
        // Whole steps, so that none is cut in two.
        long pieceUs = stepUs == 0 ? LeastUs : stepUs * Math.Max(Steps, LeastUs / stepUs);
        double whole = Math.Max(1, range.UntilUs - range.SinceUs);
        foreach (HistoryRange piece in range.Pieces(pieceUs))
        {
            foreach (HistoryRow row in reader.Rows(unit, piece, step, fields))
            {
                progress((row.Time.RealtimeUs - range.SinceUs) / whole);
                yield return row;
            }
        }
    }
}
