namespace Cgmemd.Control.Top;

/// <summary>What a key asks for beyond another state.</summary>
internal enum WishKind
{
    None,
    Quit,

    /// <summary>The whole screen anew.</summary>
    Redraw,

    /// <summary>So many samples on, or back.</summary>
    Samples,

    /// <summary>So many seconds on, or back.</summary>
    Seconds,

    /// <summary>So many events on, or back.</summary>
    Events,

    /// <summary>To the time typed.</summary>
    Time,

    /// <summary>Back to now.</summary>
    Now,
}

/// <summary>What a key asks for beyond another state.</summary>
internal readonly record struct Wish(WishKind Kind, int Amount = 0, string Text = "");

/// <summary>What each key does: a state and a key make the next state, and perhaps a wish.</summary>
internal static class TopKeys
{
    /// <summary>As many as there is room for are shown at the bottom.</summary>
    internal static IReadOnlyList<(string Keys, string What)> Line { get; } =
    [
        ("q", "quit"), ("?", "help"), ("<>", "sort"), ("/", "filter"), ("t", "tree"), ("enter", "detail"),
        ("n p", "event"), ("[ ]", "minute"), (", .", "sample"), ("{ }", "hour"), ("g", "go to"), ("l", "live"),
    ];

    /// <summary>All of them, for the help.</summary>
    internal static IReadOnlyList<(string Keys, string What)> Help { get; } =
    [
        ("up down j k", "select a unit; page up, page down, home, end"),
        ("enter", "details of the unit: limits, pressure, alerts, processes"),
        ("t", "the tree of slices, or a plain list"),
        ("space left right", "fold and unfold what is below; * all"),
        ("< >", "sort by the column on the left or right"),
        ("r", "sort the other way round"),
        ("/", "only units with this in their name; escape ends it"),
        ("n p", "the next or previous event: alert, OOM kill, capture, mark"),
        (", .", "a sample back or forth in time, of the unit selected"),
        ("[ ]", "a minute back or forth"),
        ("{ }", "an hour back or forth"),
        ("g", "go to a time: 10:00, -2h, yesterday, 2026-11-21 10:00"),
        ("l", "back to now: live, or the end of the file"),
        ("ctrl-l", "draw the screen anew"),
        ("q", "quit"),
    ];

    /// <summary>What follows a key.</summary>
    /// <param name="state">What was.</param>
    /// <param name="key">The key.</param>
    /// <param name="rows">The lines shown.</param>
    /// <param name="page">How many of them fit on the screen.</param>
    internal static (TopState State, Wish Wish) Press(TopState state, Key key, IReadOnlyList<TopRow> rows, int page)
    {
        if (state.Prompt != PromptKind.None)
            return Type(state, key);
        if (state.ShowsHelp)
            return (state with { ShowsHelp = false }, default);

        state = state.Say(null);
        if (key.Kind == KeyKind.Character && Order(key) is { Kind: not WishKind.None } wish)
            return (state, wish);
        return key.Kind switch
        {
            KeyKind.Redraw => (state, new Wish(WishKind.Redraw)),
            KeyKind.Character => (Character(state, (char)key.Character.Value, rows), default),
            _ => (Named(state, key.Kind, rows, page), default),
        };
    }

    private static Wish Order(Key key) => key.Character.Value switch
    {
        'q' or 'Q' => new Wish(WishKind.Quit),
        ',' => new Wish(WishKind.Samples, -1),
        '.' => new Wish(WishKind.Samples, 1),
        '[' => new Wish(WishKind.Seconds, -60),
        ']' => new Wish(WishKind.Seconds, 60),
        '{' => new Wish(WishKind.Seconds, -3600),
        '}' => new Wish(WishKind.Seconds, 3600),
        'n' => new Wish(WishKind.Events, 1),
        'p' or 'N' => new Wish(WishKind.Events, -1),
        'l' => new Wish(WishKind.Now),
        _ => default,
    };

    private static TopState Character(TopState state, char key, IReadOnlyList<TopRow> rows)
    {
        int at = state.IndexIn(rows);
        return key switch
        {
            '?' or 'h' => state with { ShowsHelp = true },
            'j' => state.Select(at + 1, rows),
            'k' => state.Select(at - 1, rows),
            't' => state.Select(at, rows) with { IsTree = !state.IsTree },
            '<' => state with { Sort = TopColumn.Next(state.Sort, -1) },
            '>' => state with { Sort = TopColumn.Next(state.Sort, 1) },
            'r' => state with { IsReverse = !state.IsReverse },
            ' ' when at < rows.Count => Fold(state, rows, at, !rows[at].IsFolded),
            '*' => state with
            {
                Folded = rows.Any(r => r.IsFolded) ? [] : [.. rows.Where(r => r.HasChildren).Select(r => r.Id.Cgroup)],
            },
            '/' => state with { Prompt = PromptKind.Filter, Typed = state.Filter, FilterBefore = state.Filter },
            'g' => state with { Prompt = PromptKind.Time, Typed = "" },
            _ => state,
        };
    }

    private static TopState Named(TopState state, KeyKind key, IReadOnlyList<TopRow> rows, int page)
    {
        int at = state.IndexIn(rows);
        return key switch
        {
            KeyKind.Up => state.Select(at - 1, rows),
            KeyKind.Down => state.Select(at + 1, rows),
            KeyKind.PageUp => state.Select(at - page, rows),
            KeyKind.PageDown => state.Select(at + page, rows),
            KeyKind.Home => state.Select(0, rows),
            KeyKind.End => state.Select(rows.Count - 1, rows),
            KeyKind.Enter => state.Select(at, rows) with { ShowsDetail = !state.ShowsDetail },
            KeyKind.Help => state with { ShowsHelp = true },
            KeyKind.Escape => state with { Filter = "", ShowsDetail = false },
            KeyKind.Right when at < rows.Count => Fold(state, rows, at, false),
            KeyKind.Left when at < rows.Count => rows[at] is { HasChildren: true, IsFolded: false }
                ? Fold(state, rows, at, true)
                : state.Select(Above(rows, at), rows),
            _ => state,
        };
    }

    private static TopState Fold(TopState state, IReadOnlyList<TopRow> rows, int at, bool fold)
    {
        if (!rows[at].HasChildren)
            return state;
        string path = rows[at].Id.Cgroup;
        return state.Select(at, rows) with { Folded = fold ? state.Folded.Add(path) : state.Folded.Remove(path) };
    }

    // The line that this one is below in the tree.
    private static int Above(IReadOnlyList<TopRow> rows, int at)
    {
        int above = at;
        while (above > 0 && rows[above].Depth >= rows[at].Depth)
            above--;
        return rows[above].Depth < rows[at].Depth ? above : at;
    }

    private static (TopState State, Wish Wish) Type(TopState state, Key key)
    {
        bool filters = state.Prompt == PromptKind.Filter;
        TopState done = state with { Prompt = PromptKind.None, Typed = "" };
        switch (key.Kind)
        {
            case KeyKind.Enter when filters || state.Typed.Trim().Length == 0:
                return (done, default);
            case KeyKind.Enter:
                return (done, new Wish(WishKind.Time, Text: state.Typed));
            case KeyKind.Escape:
                return (filters ? done with { Filter = state.FilterBefore } : done, default);
        }

        string typed = key.Kind switch
        {
            KeyKind.Character => state.Typed + key.Character,
            KeyKind.Clear => "",
            KeyKind.Backspace when state.Typed.Length > 0 => Shortened(state.Typed),
            _ => state.Typed,
        };
        // The filter works while it is typed.
        return (state with { Typed = typed, Filter = filters ? typed : state.Filter }, default);
    }

    private static string Shortened(string text) =>
        text[..^(text.Length > 1 && char.IsLowSurrogate(text[^1]) ? 2 : 1)];
}
