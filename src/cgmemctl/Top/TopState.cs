using System.Collections.Immutable;

namespace Cgmemd.Control.Top;

/// <summary>What is typed in at the bottom of the screen, if anything.</summary>
internal enum PromptKind
{
    None,
    Filter,
    Time,
}

/// <summary>All that the keys have changed: what is shown, and how.</summary>
internal sealed record TopState
{
    internal SortKey Sort { get; init; } = SortKey.Current;

    internal bool IsReverse { get; init; }

    internal bool IsTree { get; init; }

    internal ImmutableHashSet<string> Folded { get; init; } = [];

    /// <summary>What unit names must contain.</summary>
    internal string Filter { get; init; } = "";

    /// <summary>The line under the cursor; null before the first.</summary>
    internal RowId? Selected { get; init; }

    /// <summary>The line it was, for when it is gone.</summary>
    internal int Cursor { get; init; }

    /// <summary>The unit to put the cursor on in the next picture, whatever line it will have; null for none.</summary>
    internal string? Wanted { get; init; }

    /// <summary>The first line that is shown.</summary>
    internal int First { get; init; }

    internal bool ShowsDetail { get; init; }

    internal bool ShowsHelp { get; init; }

    internal PromptKind Prompt { get; init; }

    /// <summary>What has been typed at the prompt.</summary>
    internal string Typed { get; init; } = "";

    /// <summary>The filter before it was changed: the escape key brings it back.</summary>
    internal string FilterBefore { get; init; } = "";

    /// <summary>The last event, or what went wrong; until the next key.</summary>
    internal string? Message { get; init; }

    internal bool IsAlarm { get; init; }

    internal Arrangement Arrangement => new(Sort, IsReverse, IsTree, Filter, Folded);

    internal TopState Say(string? message, bool alarm = false) => this with { Message = message, IsAlarm = alarm };

    /// <summary>Where the cursor is in these lines: on the same unit, else where it was.</summary>
    internal int IndexIn(IReadOnlyList<TopRow> rows)
    {
        if (Selected is { } selected)
        {
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < rows.Count; i++)
                {
                    if (pass == 0 ? rows[i].Id == selected : rows[i].Id.Cgroup == selected.Cgroup)
                        return i;
                }
            }
        }

        return Math.Clamp(Cursor, 0, Math.Max(rows.Count - 1, 0));
    }

    /// <summary>Scrolls no further than needed for the cursor to be among the lines shown.</summary>
    internal TopState Scroll(IReadOnlyList<TopRow> rows, int page)
    {
        int at = IndexIn(rows);
        int last = Math.Max(rows.Count - page, 0);
        return this with { Cursor = at, First = Math.Clamp(First, Math.Max(at - page + 1, 0), Math.Min(at, last)) };
    }

    /// <summary>Puts the cursor on a line, or the nearest there is.</summary>
    internal TopState Select(int index, IReadOnlyList<TopRow> rows)
    {
        int at = Math.Clamp(index, 0, Math.Max(rows.Count - 1, 0));
        return this with { Cursor = at, Selected = at < rows.Count ? rows[at].Id : Selected };
    }
}
