using Cgmemd.Control.Top;
using Cgmemd.Core.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

public class TopKeysTests
{
    private static readonly UnitSummary[] Units =
    [
        Unit("a.service", "/s.slice/a.service", 3), Unit("b.service", "/s.slice/b.service", 2),
        Unit("c.service", "/t.slice/c.service", 1),
    ];

    private TopState _state = new();

    [Fact]
    public void TheCursorMoves()
    {
        Assert.Equal("a.service", Selected());
        Press("j");
        Assert.Equal("b.service", Selected());
        Press(KeyKind.Down, KeyKind.Down, KeyKind.Down);
        Assert.Equal("c.service", Selected());
        Press("k");
        Press(KeyKind.Up, KeyKind.Up);
        Assert.Equal("a.service", Selected());
        Press(KeyKind.End);
        Assert.Equal("c.service", Selected());
        Press(KeyKind.Home, KeyKind.PageDown);
        Assert.Equal("c.service", Selected());
        Press(KeyKind.PageUp);
        Assert.Equal("a.service", Selected());
    }

    /// <summary>The cursor stays on its unit when the order changes, and near when the unit is gone.</summary>
    [Fact]
    public void TheCursorStaysOnItsUnit()
    {
        Press("j");
        Press("r");
        Assert.Equal("b.service", Selected());
        Assert.Equal(1, _state.IndexIn(Rows()));
        Press("/");
        Press("a");
        Assert.Equal("a.service", Selected());
    }

    [Fact]
    public void TheTreeFolds()
    {
        Press("t");
        Assert.Equal(["s.slice", "a.service", "b.service", "t.slice", "c.service"], Names());
        Assert.Equal("a.service", Selected());
        Press(KeyKind.Left);
        Assert.Equal("s.slice", Selected());
        Press(KeyKind.Left);
        Assert.Equal(["s.slice", "t.slice", "c.service"], Names());
        Press(KeyKind.Right);
        Assert.Equal(5, Names().Length);
        Press(" ");
        Assert.Equal(3, Names().Length);
        Press(" *");
        Assert.Equal(["s.slice", "t.slice"], Names());
        Press("*");
        Assert.Equal(5, Names().Length);
        Press(KeyKind.End);
        Press(" ");
        Assert.Equal(5, Names().Length);
    }

    [Fact]
    public void TheOrderGoesRoundTheColumns()
    {
        Press("<");
        Assert.Equal(SortKey.Unit, _state.Sort);
        Press("<");
        Assert.Equal(SortKey.Alert, _state.Sort);
        Press(">>>");
        Assert.Equal(SortKey.Peak, _state.Sort);
        Press("rr");
        Assert.False(_state.IsReverse);
    }

    [Fact]
    public void TheFilterWorksWhileItIsTyped()
    {
        Press("/b");
        Assert.Equal(["b.service"], Names());
        Press("x");
        Assert.Empty(Names());
        Press(KeyKind.Backspace, KeyKind.Enter);
        Assert.Equal((PromptKind.None, "b"), (_state.Prompt, _state.Filter));
        Press("/");
        Press(KeyKind.Clear);
        Assert.Equal(3, Names().Length);
        Press(KeyKind.Escape);
        Assert.Equal("b", _state.Filter);
        Press(KeyKind.Escape);
        Assert.Equal("", _state.Filter);
    }

    /// <summary>At a prompt q is a letter.</summary>
    [Fact]
    public void ATimeIsTypedAndAskedFor()
    {
        Assert.Equal(default, Press("g-2h q"));
        Assert.Equal(new Wish(WishKind.Time, Text: "-2h q"), Press(KeyKind.Enter));
        Assert.Equal(PromptKind.None, _state.Prompt);
        Press("gü😀");
        Press(KeyKind.Backspace);
        Assert.Equal("ü", _state.Typed);
        Press(KeyKind.Backspace, KeyKind.Backspace);
        Assert.Equal(default, Press(KeyKind.Enter));
    }

    [Theory]
    [InlineData("q", "Quit 0")]
    [InlineData(",", "Samples -1")]
    [InlineData(".", "Samples 1")]
    [InlineData("[", "Seconds -60")]
    [InlineData("]", "Seconds 60")]
    [InlineData("{", "Seconds -3600")]
    [InlineData("}", "Seconds 3600")]
    [InlineData("n", "Events 1")]
    [InlineData("p", "Events -1")]
    [InlineData("l", "Now 0")]
    public void Wishes(string key, string wish)
    {
        Wish wished = Press(key);
        Assert.Equal(wish, $"{wished.Kind} {wished.Amount}");
    }

    [Fact]
    public void AnyKeyEndsTheHelp()
    {
        Press("?");
        Assert.True(_state.ShowsHelp);
        Assert.Equal(default, Press("q"));
        Assert.False(_state.ShowsHelp);
    }

    [Fact]
    public void AMessageIsThereUntilTheNextKey()
    {
        _state = _state.Say("gone", alarm: true);
        Press("j");
        Assert.Null(_state.Message);
    }

    /// <summary>No key does harm where there are no lines at all.</summary>
    [Fact]
    public void NothingToShow()
    {
        foreach (KeyKind kind in Enum.GetValues<KeyKind>())
            TopKeys.Press(_state, new Key(kind, new System.Text.Rune(' ')), [], 5);
        foreach (char key in "jkt<>r *q?")
            Assert.Equal(0, TopKeys.Press(_state, Key.Of(key), [], 5).State.Scroll([], 5).First);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(9, 0, 5)]
    [InlineData(9, 7, 5)]
    [InlineData(2, 4, 2)]
    [InlineData(4, 3, 3)]
    public void TheScreenFollowsTheCursor(int cursor, int first, int expected)
    {
        TopRow[] rows = [.. Enumerable.Range(0, 10).Select(i => new TopRow(Unit($"u{i}", $"/u{i}", 1), $"u{i}"))];
        Assert.Equal(expected, (new TopState { First = first }).Select(cursor, rows).Scroll(rows, 5).First);
    }

    private Wish Press(string keys)
    {
        Wish wish = default;
        foreach (System.Text.Rune rune in keys.EnumerateRunes())
            (_state, wish) = TopKeys.Press(_state, new Key(KeyKind.Character, rune), Rows(), 10);
        return wish;
    }

    private Wish Press(params KeyKind[] keys)
    {
        Wish wish = default;
        foreach (KeyKind kind in keys)
            (_state, wish) = TopKeys.Press(_state, new Key(kind), Rows(), 10);
        return wish;
    }

    private IReadOnlyList<TopRow> Rows() => UnitTree.Rows(Units, _state.Arrangement);

    private string[] Names() => [.. Rows().Select(row => row.Name)];

    private string Selected() => Rows()[_state.IndexIn(Rows())].Name;

    private static UnitSummary Unit(string name, string cgroup, ulong current) => new()
    {
        Unit = name,
        Cgroup = cgroup,
        CgroupId = (ulong)cgroup.Length + current,
        Active = true,
        Alerts = 0,
        SampledUsec = 1,
        MemoryCurrent = current,
    };
}
