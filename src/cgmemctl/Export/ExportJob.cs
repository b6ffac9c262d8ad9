using Cgmemd.Core.History;

namespace Cgmemd.Control.Export;

/// <summary>What is to be exported. Rows are read as they are written, and never all held.</summary>
/// <param name="Source">From where.</param>
/// <param name="Units">Of whom.</param>
/// <param name="Range">Of when; its bounds are not beyond what there is.</param>
/// <param name="Step">A row for so much time; null for each sample.</param>
/// <param name="Set">The columns.</param>
/// <param name="Progress">Told how far it is.</param>
internal sealed record ExportJob(
    HistorySource Source, IReadOnlyList<string> Units, HistoryRange Range, TimeSpan? Step, ColumnSet Set,
    ProgressBar Progress)
{
    /// <summary>All rows, unit by unit.</summary>
    /// <param name="partOfAll">Reading them is so much of the work.</param>
    internal IEnumerable<HistoryRow> Rows(double partOfAll = 1) => Units.SelectMany((unit, i) => PiecewiseRows.Read(
        Source.Reader, unit, Range, Step, Set.Fields,
        done => Progress.Report(partOfAll * (i + done) / Units.Count)));
}
