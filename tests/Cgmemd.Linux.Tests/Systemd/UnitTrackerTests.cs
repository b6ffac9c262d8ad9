using Cgmemd.Linux.Systemd;

namespace Cgmemd.Linux.Tests.Systemd;

public class UnitTrackerTests
{
    private const string Path = "/org/freedesktop/systemd1/unit/api_2eservice";
    private const string First = "11111111111111111111111111111111";
    private const string Second = "22222222222222222222222222222222";
    private const string Group = "/system.slice/api.service";
    private readonly UnitTracker _tracker = new(name => name.StartsWith("api", StringComparison.Ordinal));

    private TrackedUnit Unit => _tracker.Find(Path)!;

    [Fact]
    public void A_running_unit_of_the_list_is_present_once_its_control_group_is_known()
    {
        List(("api.service", Path, "active", "running"));
        Assert.Empty(Changes());

        Answer(First, Group);

        Assert.Equal([new("api.service", UnitChangeKind.Present, "active", "running", Group, First, null)], Changes());
    }

    [Fact]
    public void Units_that_nobody_wants_and_types_without_a_control_group_take_no_memory()
    {
        List(
            ("other.service", "/other", "active", "running"), ("api.timer", "/timer", "active", "waiting"),
            ("api.service", Path, "inactive", "dead"));

        Assert.Equal(1, _tracker.Count);
        Assert.False(_tracker.TryTakeQuestion(out _));
    }

    [Fact]
    public void A_unit_that_stops_is_gone_with_its_result()
    {
        Start();
        Unit.Result = "oom-kill";
        _tracker.StateChanged(Unit, "failed", "failed", First);

        Assert.Equal(
            [new("api.service", UnitChangeKind.Gone, "failed", "failed", Group, First, "oom-kill")], Changes());
    }

    [Fact]
    public void A_unit_that_waits_for_its_restart_is_gone_and_comes_back_as_a_new_invocation()
    {
        Start();
        Unit.Result = "signal";
        _tracker.StateChanged(Unit, "activating", "auto-restart", First);
        Unit.Result = "success";
        _tracker.StateChanged(Unit, "activating", "start", Second);
        Answer(null, Group);

        List<UnitChange> changes = Changes();
        Assert.Equal([UnitChangeKind.Gone, UnitChangeKind.Present], changes.Select(change => change.Kind));
        Assert.Equal([First, Second], changes.Select(change => change.InvocationId));
        Assert.Equal("signal", changes[0].Result);
    }

    [Fact]
    public void A_new_invocation_ends_the_old_one_even_if_its_end_was_not_seen()
    {
        Start();
        _tracker.StateChanged(Unit, "active", "running", Second);
        Answer(null, Group);

        Assert.Collection(
            Changes(),
            gone => Assert.Equal(
                (UnitChangeKind.Gone, First, (string?)null), (gone.Kind, gone.InvocationId, gone.Result)),
            present => Assert.Equal((UnitChangeKind.Present, Second), (present.Kind, present.InvocationId)));
    }

    [Fact]
    public void The_same_state_again_is_no_change()
    {
        Start();
        List(("api.service", Path, "active", "running"));
        Answer(First, Group);

        Assert.Empty(Changes());
    }

    [Fact]
    public void What_a_full_list_does_not_name_is_gone()
    {
        Start();
        List();

        Assert.Equal(UnitChangeKind.Gone, Assert.Single(Changes()).Kind);
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public void An_unloaded_unit_is_gone_and_an_answer_that_comes_late_is_ignored()
    {
        Start();
        TrackedUnit unit = Unit;
        _tracker.Unloaded(Path);
        _tracker.ControlGroupSeen(unit, Group);

        Assert.Equal(UnitChangeKind.Gone, Assert.Single(Changes()).Kind);
    }

    [Fact]
    public void A_unit_that_was_loaded_is_asked_for_its_state_first()
    {
        _tracker.Loaded("api.service", Path);

        Assert.True(_tracker.TryTakeQuestion(out TrackedUnit unit));
        Assert.True(unit.NeedsState);
        _tracker.StateAnswered(unit, "active", "running");
        Assert.True(_tracker.TryTakeQuestion(out unit));
        Assert.False(unit.NeedsState);
    }

    // ActiveState is answered, the unit starts and a signal tells so, SubState is answered.
    [Fact]
    public void An_answer_from_before_a_signal_changes_nothing_after_it()
    {
        _tracker.Loaded("api.service", Path);
        Assert.True(_tracker.TryTakeQuestion(out TrackedUnit unit));
        _tracker.StateChanged(unit, "active", "running", First);
        _tracker.StateAnswered(unit, "inactive", "running");
        Answer(null, Group);

        Assert.Equal([new("api.service", UnitChangeKind.Present, "active", "running", Group, First, null)], Changes());
    }

    [Fact]
    public void Many_changes_before_the_question_is_sent_make_one_question()
    {
        _tracker.Loaded("api.service", Path);
        for (int i = 0; i < 100; i++)
            _tracker.StateChanged(Unit, "activating", "start-pre", First);

        Assert.True(_tracker.TryTakeQuestion(out _));
        Assert.False(_tracker.TryTakeQuestion(out _));
    }

    [Fact]
    public void A_unit_without_a_control_group_is_not_present()
    {
        List(("api.mount", Path, "active", "mounted"));
        Answer(First, "");

        Assert.Empty(Changes());
    }

    [Theory]
    [InlineData("active", "running", true)]
    [InlineData("active", "exited", true)]
    [InlineData("reloading", "reload", true)]
    [InlineData("deactivating", "stop-sigterm", true)]
    [InlineData("activating", "start-pre", true)]
    [InlineData("activating", "auto-restart", false)]
    [InlineData("inactive", "dead", false)]
    [InlineData("failed", "failed", false)]
    public void States_in_which_processes_run(string active, string sub, bool alive) =>
        Assert.Equal(alive, new TrackedUnit("api.service", Path) { ActiveState = active, SubState = sub }.IsAlive);

    [Fact]
    public void A_signal_of_a_unit_that_nobody_wants_allocates_nothing()
    {
        Start();
        ReadOnlySpan<char> other = "/org/freedesktop/systemd1/unit/other_2eservice";
        Assert.Null(_tracker.Find(other));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            _ = _tracker.Find(other);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Start()
    {
        List(("api.service", Path, "active", "running"));
        Answer(First, Group);
        Changes();
    }

    private void List(params (string Name, string Path, string Active, string Sub)[] units)
    {
        _tracker.BeginList();
        foreach ((string name, string path, string active, string sub) in units)
            _tracker.Listed(name, path, active, sub);
        _tracker.EndList();
    }

    private void Answer(string? invocation, string group)
    {
        Assert.True(_tracker.TryTakeQuestion(out TrackedUnit unit));
        if (invocation is not null)
            _tracker.InvocationSeen(unit, invocation);
        _tracker.ControlGroupSeen(unit, group);
    }

    private List<UnitChange> Changes()
    {
        List<UnitChange> changes = [];
        while (_tracker.TryTakeChange(out UnitChange change))
            changes.Add(change);
        return changes;
    }
}
