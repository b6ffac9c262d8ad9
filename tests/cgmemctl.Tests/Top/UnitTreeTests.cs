using System.Collections.Immutable;
using Cgmemd.Control.Top;
using Cgmemd.Core.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

public class UnitTreeTests
{
    private static readonly UnitSummary[] Units =
    [
        Unit("api.service", "/system.slice/api.service", 300, alerts: 1),
        Unit("api.service/worker", "/system.slice/api.service/worker", 100),
        Unit("db.service", "/system.slice/db.service", 500),
        Unit("user.slice", "/user.slice", 50),
        Unit("user-0.slice", "/user.slice/user-0.slice", 40),
        Unit("/bare", "/bare", null),
        Unit("-.slice", "/", 900),
    ];

    [Fact]
    public void AListIsInOrder() => Assert.Equal(
        ["-.slice", "db.service", "api.service", "api.service/worker", "user.slice", "user-0.slice", "/bare"],
        Rows(tree: false).Select(row => row.Name));

    [Fact]
    public void ATreeIsBySlices() => Assert.Equal(
        [
            "-.slice 900",
            "system.slice 800 sum",
            "  db.service 500",
            "  api.service 300",
            "    worker 100",
            "user.slice 50",
            "  user-0.slice 40",
            "/bare -",
        ],
        Lines(Rows(tree: true)));

    [Fact]
    public void WhatIsFoldedIsHidden() => Assert.Equal(
        ["-.slice 900", "+ system.slice 800 sum", "user.slice 50", "  user-0.slice 40", "/bare -"],
        Lines(Rows(tree: true, folded: "/system.slice")));

    /// <summary>Sums are of what is shown, and tell the alerts below.</summary>
    [Fact]
    public void AFilterKeepsTheSlicesAbove()
    {
        var rows = Rows(tree: true, filter: "API");
        Assert.Equal(["system.slice 300 sum", "  api.service 300", "    worker 100"], Lines(rows));
        Assert.Equal(1, rows[0].Unit.Alerts);
    }

    [Fact]
    public void ASumIsOfThoseThatAreKnown()
    {
        UnitSummary[] units =
            [Unit("a", "/s.slice/a", null), Unit("b", "/s.slice/b", 5), Unit("c", "/t.slice/c", null)];
        var rows = UnitTree.Rows(units, Arrangement(true));
        Assert.Equal(5ul, rows.Single(row => row.Name == "s.slice").Unit.MemoryCurrent);
        Assert.Null(rows.Single(row => row.Name == "t.slice").Unit.MemoryCurrent);
    }

    /// <summary>A unit that was started again: the ended life and the new one have the same path.</summary>
    [Fact]
    public void TwoLivesAreTwoLines()
    {
        UnitSummary old = Unit("a.service", "/s.slice/a.service", 9) with { CgroupId = 1, Active = false };
        var rows = UnitTree.Rows([old, old with { CgroupId = 2, Active = true }], Arrangement(true));
        Assert.Equal(["s.slice 18 sum", "  a.service 9", "  a.service 9"], Lines(rows));
    }

    [Theory]
    [InlineData(nameof(SortKey.Unit), false, "-.slice")]
    [InlineData(nameof(SortKey.Unit), true, "user.slice")]
    [InlineData(nameof(SortKey.Current), true, "user-0.slice")]
    [InlineData(nameof(SortKey.Alert), false, "api.service")]
    public void Orders(string key, bool reverse, string first) => Assert.Equal(
        first,
        UnitTree.Rows(Units, Arrangement(false) with { Sort = Enum.Parse<SortKey>(key), IsReverse = reverse })[0].Name);

    private static IReadOnlyList<TopRow> Rows(bool tree, string filter = "", params string[] folded) =>
        UnitTree.Rows(Units, Arrangement(tree) with { Filter = filter, Folded = [.. folded] });

    private static Arrangement Arrangement(bool tree) =>
        new(SortKey.Current, false, tree, "", ImmutableHashSet<string>.Empty);

    private static IEnumerable<string> Lines(IEnumerable<TopRow> rows) => rows.Select(row =>
        $"{new string(' ', 2 * row.Depth)}{(row.IsFolded ? "+ " : "")}{row.Name} " +
        $"{row.Unit.MemoryCurrent?.ToString() ?? "-"}{(row.IsSum ? " sum" : "")}");

    private static UnitSummary Unit(string name, string cgroup, ulong? current, int alerts = 0) => new()
    {
        Unit = name,
        Cgroup = cgroup,
        CgroupId = (ulong)cgroup.Length,
        Active = true,
        Alerts = alerts,
        SampledUsec = 1,
        MemoryCurrent = current,
    };
}
