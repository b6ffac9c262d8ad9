using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class CoursesTests
{
    private const long Minute = 60_000_000;

    [Fact]
    public void AStepHasTheGreatestValueOfEachPart()
    {
        Courses courses = Of(
            Rows.Of(Rows.First, 60, 3, new FieldSummary(10, 30, 20, 25)), Rows.Of(62, FieldSummary.Of(7)),
            Rows.Of(75, FieldSummary.Of(40)), Rows.Of(119, FieldSummary.Of(9)), Rows.Of(120, FieldSummary.Of(50)));
        Assert.Equal([30, 40, null, 9], courses.Of(Rows.Of(60), 0).ToArray());
        Assert.Equal([50, null, null, null], courses.Of(Rows.Of(120), 0).ToArray());
        Assert.Equal([null, null, null, null], courses.Of(Rows.Of(180), 0).ToArray());
        Assert.Equal(50UL, courses.Top(0));
    }

    [Fact]
    public void WhatIsAbsentIsNotZero()
    {
        Courses courses = Of(Rows.Of(60, (FieldSummary?)null), Rows.Of(90, FieldSummary.Of(0)));
        Assert.Equal([null, null, 0, null], courses.Of(Rows.Of(60), 0).ToArray());
        Assert.Equal(0UL, courses.Top(0));
    }

    [Fact]
    public void ARestartWithinAStepMakesTwo()
    {
        Courses courses = Of(
            Rows.Of(Rows.First, 60, 1, FieldSummary.Of(1)), Rows.Of(Rows.Second, 75, 1, FieldSummary.Of(2)));
        Assert.Equal([1, null, null, null], courses.Of(Rows.Of(Rows.First, 60, 1), 0).ToArray());
        Assert.Equal([null, 2, null, null], courses.Of(Rows.Of(Rows.Second, 60, 1), 0).ToArray());
    }

    private static Courses Of(params HistoryRow[] parts)
    {
        var courses = new Courses(Minute, 4, 1);
        foreach (HistoryRow part in parts)
            courses.Add(part);
        return courses;
    }
}
