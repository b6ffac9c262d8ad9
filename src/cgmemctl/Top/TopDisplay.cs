using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>What the screen shows, and how keys change it; the terminal itself is elsewhere.</summary>
internal sealed class TopDisplay(TopJourney journey, TopState state, Charset charset, TimeZoneInfo zone)
{
    private TopFrame _frame = new("", 0, []);
    private IReadOnlyList<TopRow> _rows = [];
    private TopDetail? _detail;
    private RowId? _detailed;
    private int _columns = 80, _lines = 24;

    internal TopState State { get; private set; } = state;

    internal bool IsLive => journey.IsLive;

    /// <summary>Takes a new picture; where that fails the old one stays, and the reason is shown.</summary>
    internal void Refresh()
    {
        try
        {
            TopFrame frame = journey.Read();
            // The state keeps what an event said, but not that something failed which now works.
            if (_failed)
                State = State.Say(null);
            _failed = false;
            _frame = frame;
            _detailed = null;
        }
        catch (IOException e)
        {
            State = State.Say(e.Message, true);
            _failed = true;
        }

        Arrange();
    }

    /// <summary>Does what a key asks for.</summary>
    /// <returns>What is left to do for the caller: quit, or draw all anew.</returns>
    internal WishKind Press(Key key)
    {
        (State, Wish wish) = TopKeys.Press(State, key, _rows, Page);
        if (wish.Kind is WishKind.Quit or WishKind.Redraw)
            return wish.Kind;
        if (wish.Kind == WishKind.None)
        {
            Arrange();
            return WishKind.None;
        }

        try
        {
            State = journey.Go(wish, State, Selected?.Unit);
        }
        catch (IOException e)
        {
            State = State.Say(e.Message, true);
            return WishKind.None;
        }

        Refresh();
        return WishKind.None;
    }

    /// <summary>The screen.</summary>
    internal Grid Render(int columns, int lines)
    {
        (_columns, _lines) = (columns, lines);
        State = State.Scroll(_rows, Page);
        return TopView.Render(
            new TopPicture(State, _frame.With(journey.Problem), _rows, _detail, charset, zone), columns, lines);
    }

    private bool _failed;

    private int Page => TopView.Page(State, _columns, _lines);

    private UnitSummary? Selected => State.IndexIn(_rows) is var at && at < _rows.Count ? _rows[at].Unit : null;

    private void Arrange()
    {
        _rows = UnitTree.Rows(_frame.Units, State.Arrangement);
        if (State.Wanted is { } wanted)
        {
            int at = _rows.ToList().FindIndex(row => row.Unit.Unit == wanted);
            State = (at < 0 ? State : State.Select(at, _rows)) with { Wanted = null };
        }

        if (!State.ShowsDetail || Selected is not { } unit)
        {
            (_detail, _detailed) = (null, null);
            return;
        }

        var id = new RowId(unit.Cgroup, unit.CgroupId);
        if (id == _detailed)
            return;
        _detailed = id;
        try
        {
            _detail = unit.CgroupId == 0 ? null : journey.Detail(unit);
        }
        catch (IOException e)
        {
            _detail = null;
            State = State.Say(e.Message, true);
        }
    }
}
