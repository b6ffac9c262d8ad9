using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class ColumnNamesTests
{
    [Theory]
    [InlineData("memory.stat.anon", "memory.stat.anon")]
    [InlineData("anon", "memory.stat.anon")]
    [InlineData("stat.anon", "memory.stat.anon")]
    [InlineData("current", "memory.current")]
    [InlineData("max", "memory.max")]
    [InlineData("events.max", "memory.events.max")]
    [InlineData("oom_kill", "memory.events.oom_kill")]
    [InlineData("local.oom_kill", "memory.events.local.oom_kill")]
    [InlineData("some.avg10", "memory.pressure.some.avg10")]
    [InlineData("swap", "memory.swap.current")]
    [InlineData("limit", "effective_memory.max")]
    [InlineData("pss", "pss")]
    [InlineData("working_set", "working_set")]
    public void AKeyOrItsEndIsFound(string name, string key) => Assert.Equal(key, ColumnNames.Find(name)?.Key);

    [Fact]
    public void EveryKeyIsItsOwnName() =>
        Assert.All(HistoryColumns.All, column => Assert.Same(column, ColumnNames.Find(column.Key)));

    [Theory]
    [InlineData("annon", "no field \"annon\"; did you mean anon?")]
    [InlineData("memory.curent", "no field \"memory.curent\"; did you mean memory.current?")]
    [InlineData("oom_kil", "no field \"oom_kil\"; did you mean oom_kill?")]
    [InlineData("anon,beauty", "no field \"beauty\"")]
    [InlineData(" , ", "no field is named")]
    public void AMistakeIsNamedAndASuggestionMade(string list, string problem)
    {
        Assert.False(ColumnNames.TryParse(list, out _, out string? said));
        Assert.Equal(problem, said);
    }

    [Fact]
    public void AListKeepsItsOrderAndSaysNothingTwice()
    {
        Assert.True(ColumnNames.TryParse("swap, anon,memory.stat.anon", out var columns, out _));
        Assert.Equal(["memory.swap.current", "memory.stat.anon"], columns.Select(column => column.Key));
    }

    [Fact]
    public void WorkingSetIsWhatIsLeftOfCurrent()
    {
        var set = new ColumnSet([ColumnNames.Find("working_set")!, ColumnNames.Find("current")!]);
        Assert.Equal(["memory.current", "memory.stat.inactive_file"], set.Fields.Select(field => field.Key));
        HistoryRow row = Rows.Of(0, new FieldSummary(80, 120, 100, 110), FieldSummary.Of(30));
        Assert.Equal(FieldSummary.Of(80), set.Value(row, 0));
        Assert.Equal(new FieldSummary(80, 120, 100, 110), set.Value(row, 1));
        Assert.Null(set.Value(Rows.Of(0, FieldSummary.Of(1), null), 0));
        Assert.Equal(0UL, set.Value(Rows.Of(0, FieldSummary.Of(1), FieldSummary.Of(2)), 0)!.Value.Last);
    }
}
