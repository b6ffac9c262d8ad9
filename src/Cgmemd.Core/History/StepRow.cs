namespace Cgmemd.Core.History;

/// <summary>A row of a long step, and the course of one of its fields within.</summary>
/// <param name="Row">All of the step.</param>
/// <param name="Course">The greatest value of each part of the step; null where there was no sample.</param>
public sealed record StepRow(HistoryRow Row, ulong?[] Course)
{
    /// <summary>
    /// Folds rows of parts of a step into rows of the whole step. A step in which a unit was started again has a row for
    /// each invocation. Nothing is held but the step at hand.
    /// </summary>
    /// <param name="rows">In time order, of steps of <paramref name="stepUs"/> / <paramref name="parts"/>.</param>
    /// <param name="stepUs">The whole step in microseconds.</param>
    /// <param name="parts">How many parts it has.</param>
    /// <param name="field">The place of the field whose course is wanted.</param>
    public static IEnumerable<StepRow> Fold(IEnumerable<HistoryRow> rows, long stepUs, int parts, int field)
    {
        List<HistoryRow> step = [];
        foreach (HistoryRow row in rows)
        {
            if (step.Count > 0 && (row.Invocation != step[0].Invocation
                || row.Time.RealtimeUs / stepUs != step[0].Time.RealtimeUs / stepUs))
            {
                yield return Join(step, stepUs, parts, field);
                step.Clear();
            }

            step.Add(row);
        }

        if (step.Count > 0)
            yield return Join(step, stepUs, parts, field);
    }

    private static StepRow Join(List<HistoryRow> step, long stepUs, int parts, int field)
    {
        HistoryRow first = step[0];
        long startUs = first.Time.RealtimeUs / stepUs * stepUs;
        var course = new ulong?[parts];
        foreach (HistoryRow row in step)
        {
            int part = (int)((row.Time.RealtimeUs - startUs) * parts / stepUs);
            if (row.Values[field]?.Max is { } max && !(course[part] > max))
                course[part] = max;
        }

        var whole = new HistoryRow
        {
            Time = first.Time with { RealtimeUs = startUs },
            LastUs = step[^1].LastUs,
            Samples = (uint)step.Sum(row => row.Samples),
            Invocation = first.Invocation,
            Values = [.. first.Values.Select((_, i) => Join(step, i))],
        };
        return new StepRow(whole, course);
    }

    // The mean is weighed by samples; a row knows only how many it has of all fields together.
    private static FieldSummary? Join(List<HistoryRow> step, int field)
    {
        ulong min = ulong.MaxValue, max = 0, last = 0;
        UInt128 sum = 0;
        ulong samples = 0;
        foreach (HistoryRow row in step)
        {
            if (row.Values[field] is not { } value)
                continue;
            min = Math.Min(min, value.Min);
            max = Math.Max(max, value.Max);
            last = value.Last;
            sum += (UInt128)value.Mean * row.Samples;
            samples += row.Samples;
        }

        return samples == 0 ? null : new FieldSummary(min, max, (ulong)(sum / samples), last);
    }
}
