using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class StepRowTests
{
    private const long Minute = 60_000_000;

    [Fact]
    public void PartsAreFoldedAndTheirCourseIsKept()
    {
        StepRow step = Assert.Single(StepRow.Fold(
        [
            Rows.Of(Rows.First, 60, 3, new FieldSummary(10, 30, 20, 25)),
            Rows.Of(Rows.First, 75, 1, FieldSummary.Of(40)),
            Rows.Of(Rows.First, 105, 4, new FieldSummary(5, 9, 7, 6)),
        ], Minute, 4, 0));
        Assert.Equal([30, 40, null, 9], step.Course);
        Assert.Equal(Minute, step.Row.Time.RealtimeUs);
        Assert.Equal(105_000_000, step.Row.LastUs);
        Assert.Equal(8u, step.Row.Samples);
        Assert.Equal(new FieldSummary(5, 40, (60 + 40 + 28) / 8, 6), step.Row.Values[0]);
    }

    [Fact]
    public void WhatIsAbsentInAPartDoesNotCountAsZero()
    {
        StepRow step = Assert.Single(StepRow.Fold(
            [Rows.Of(60, null, FieldSummary.Of(1)), Rows.Of(90, FieldSummary.Of(8), null)], Minute, 2, 0));
        Assert.Equal([null, 8], step.Course);
        Assert.Equal(FieldSummary.Of(8), step.Row.Values[0]);
        Assert.Equal(FieldSummary.Of(1), step.Row.Values[1]);
        StepRow none = Assert.Single(StepRow.Fold([Rows.Of(60, (FieldSummary?)null)], Minute, 2, 0));
        Assert.Null(none.Row.Values[0]);
    }

    [Fact]
    public void ARestartWithinAStepMakesTwoRows()
    {
        StepRow[] steps =
        [
            .. StepRow.Fold(
            [
                Rows.Of(Rows.First, 60, 1, FieldSummary.Of(1)), Rows.Of(Rows.Second, 75, 1, FieldSummary.Of(2)),
                Rows.Of(Rows.Second, 120, 1, FieldSummary.Of(3)),
            ], Minute, 4, 0),
        ];
        Assert.Equal([Rows.First, Rows.Second, Rows.Second], steps.Select(step => step.Row.Invocation));
        Assert.Equal([Minute, Minute, 2 * Minute], steps.Select(step => step.Row.Time.RealtimeUs));
        Assert.Equal([null, 2, null, null], steps[1].Course);
    }

    [Fact]
    public void AnUnlimitedLimitAndAFullCounterDoNotOverflowTheMean()
    {
        StepRow step = Assert.Single(StepRow.Fold(
        [
            Rows.Of(Rows.First, 60, uint.MaxValue / 2, FieldSummary.Of(ulong.MaxValue)),
            Rows.Of(Rows.First, 90, 1, FieldSummary.Of(ulong.MaxValue)),
        ], Minute, 2, 0));
        Assert.Equal(FieldSummary.Of(ulong.MaxValue), step.Row.Values[0]);
    }
}
