using Cgmemd.Core.Attribution;
using Cgmemd.Daemon.Attribution;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>Processes that leave a unit, as the measuring thread follows them through a made procfs.</summary>
public sealed class EscapedTests : IDisposable
{
    private const string Elsewhere = "/system.slice/run-u1.scope";
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly MadeProcfs _proc = new();
    private readonly SlowTime _time = new();
    private readonly MeasuredTree _tree;
    private readonly MeasuredGroup _group;

    public EscapedTests()
    {
        _tree = new MeasuredTree(_proc.Root, _time);
        _group = _tree.Follow(MeasuredTree.Unit);
        _group.InvocationId = Id;
        Add(41, MeasuredTree.Unit, parent: 1);
        Add(42, MeasuredTree.Unit, parent: 41);
        _tree.SetProcesses(MeasuredTree.Unit, 41, 42);
        _tree.Turn();
    }

    [Fact]
    public void A_child_that_is_moved_is_measured_apart_and_told_once()
    {
        Assert.Equal((0, 8_000UL << 10), (_tree.Collect(_group).Escaped, _tree.Collect(_group).Sums.Pss));
        Move(42, parent: 41);
        Assert.Equal((1, 4_000UL << 10), (_tree.Collect(_group).Escaped, _tree.Collect(_group).Sums.Pss));
        EscapedView escaped = Assert.Single(Escaped());
        Assert.Equal((42, Elsewhere, EscapeSign.Parent), (escaped.Process.Pid, escaped.Cgroup, escaped.Sign));
        Assert.Equal(4_000UL << 10, escaped.Process.Figures!.Value.Pss);
        EscapeNotice notice = _tree.Progress.TakeNotice()!;
        Assert.Equal((_group, 42, "made", Elsewhere), (notice.Group, notice.Pid, notice.Command, notice.Cgroup));
        _tree.Turn();
        Assert.Null(_tree.Progress.TakeNotice());
        Assert.Equal(2, _tree.Table.Count);
    }

    [Fact]
    public void It_is_followed_though_its_parent_exits_and_until_it_does_or_comes_back()
    {
        Move(42, parent: 41);
        _proc.Remove(41);
        _tree.SetProcesses(MeasuredTree.Unit);
        Move(42, parent: 1);
        Assert.Equal(EscapeSign.Parent, Assert.Single(Escaped()).Sign);

        _proc.Move(42, startTicks: 1, MeasuredTree.Unit);
        _tree.SetProcesses(MeasuredTree.Unit, 42);
        _tree.Turn();
        Assert.Empty(Escaped());
        Assert.Equal(42, Assert.Single(_tree.List(_group)).Pid);

        Move(42, parent: 1);
        Assert.Single(Escaped());
        _proc.Remove(42);
        _tree.Turn();
        Assert.Empty(Escaped());
        Assert.Equal(0, _tree.Table.Count);
    }

    [Fact]
    public void An_orphan_that_was_in_the_unit_is_known_by_that()
    {
        Move(42, parent: 1);
        Assert.Equal(EscapeSign.Seen, Assert.Single(Escaped()).Sign);
    }

    [Fact]
    public void Another_process_by_the_pid_of_one_that_was_in_the_unit_is_not()
    {
        _proc.Move(42, startTicks: 2, Elsewhere);
        _tree.SetProcesses(MeasuredTree.Unit, 41);
        _tree.Turn();
        Assert.Empty(Escaped());
    }

    [Fact]
    public void An_orphan_that_nobody_saw_is_known_by_its_invocation()
    {
        Add(50, Elsewhere, parent: 1, $"PATH=/bin\0INVOCATION_ID={Id}\0");
        Add(51, Elsewhere, parent: 50, "");
        Add(52, Elsewhere, parent: 1, $"XINVOCATION_ID={Id}\0A=INVOCATION_ID={Id}\0");
        _tree.Turn();
        Assert.Equal(
            [(50, EscapeSign.Invocation), (51, EscapeSign.Parent)],
            Escaped().Select(escaped => (escaped.Process.Pid, escaped.Sign)));
    }

    [Fact]
    public void Of_many_by_one_name_in_one_slice_one_is_told()
    {
        for (int pid = 100; pid < 350; pid++)
            Add(pid, $"/user.slice/user-{pid}.slice/session-{pid}.scope", parent: 41, "");
        for (int pid = 400; pid < 410; pid++)
            Add(pid, $"/system.slice/run-u{pid}.scope", parent: 41, "");
        _tree.Turn();
        Assert.Equal(260, _tree.Collect(_group).Escaped);
        Assert.Equal(MeasuredGroup.MaxEscaped, Escaped().Count);
        int told = 0;
        while (_tree.Progress.TakeNotice() is not null)
            told++;
        Assert.Equal(16, told);
    }

    [Fact]
    public void A_unit_that_is_not_followed_any_more_takes_its_escaped_along()
    {
        Move(42, parent: 41);
        Assert.Equal(2, _tree.Table.Count);
        _tree.Leave(_group);
        Assert.Equal(0, _tree.Table.Count);
        Assert.Null(_tree.Collect(_group).Escaped);
    }

    [Fact]
    public void A_process_that_left_for_another_unit_is_in_that_ones_sum()
    {
        MeasuredGroup other = _tree.Follow(MeasuredTree.Worker[..MeasuredTree.Worker.LastIndexOf('/')]);
        Assert.NotEqual(_group, other);
        _tree.Leave(_group);
        MeasuredGroup web = _tree.Follow("/system.slice");
        _proc.Move(42, startTicks: 1, "/system.slice/api.service", parent: 41);
        _proc.Move(41, startTicks: 1, "/system.slice/api.service/workers");
        _tree.SetProcesses(MeasuredTree.Unit, 42);
        _tree.SetProcesses(MeasuredTree.Unit + "/workers", 41);
        _tree.Turn();
        Assert.Equal(1, _tree.Collect(other).Escaped);
        Assert.Equal(0, _tree.Collect(web).Escaped);
        Assert.Equal(8_000UL << 10, _tree.Collect(web).Sums.Pss);
        Assert.Equal(2, _tree.Table.Count);
    }

    [Fact]
    public void Who_is_known_stays_so_while_a_pass_takes_several_scans_and_others_are_found_at_its_end()
    {
        Move(42, parent: 41);
        for (int pid = 1_000; pid < 2_000; pid++)
            Add(pid, "/elsewhere", parent: 1);
        Add(43, Elsewhere, parent: 41);
        Add(3_000, Elsewhere, parent: 41);
        // Each look at the clock takes longer than a scan may, while one is on.
        _time.IsSlow = () => _tree.Progress is { BusySinceUs: not null, Current: (0, "/") };
        int turns = 0;
        do
        {
            _tree.Turn(times: 1);
            Assert.Contains(Escaped(), escaped => escaped.Process.Pid == 42);
            Assert.InRange(++turns, 1, 100);
        }
        while (Escaped().Count < 3);
        // No fewer than 256 are read at once.
        Assert.InRange(turns, 4, 100);
        Assert.Equal([42, 43, 3_000], Escaped().Select(escaped => escaped.Process.Pid));
    }

    [Fact]
    public void Who_is_known_stays_so_when_a_pass_has_no_room_and_others_are_found_by_the_next()
    {
        Move(42, parent: 41);
        Add(3_000, Elsewhere, parent: 41);
        _tree.Turn();
        Assert.Equal([42, 3_000], Escaped().Select(escaped => escaped.Process.Pid));
        Add(3_001, Elsewhere, parent: 41);
        // Their paths are more than a pass holds.
        for (int pid = 1_000; pid < 1_600; pid++)
            Add(pid, $"/{pid}/{new string('x', 4_000)}", parent: 1);
        int turns = 0;
        do
        {
            _tree.Turn(times: 1);
            Assert.Contains(Escaped(), escaped => escaped.Process.Pid == 42);
            Assert.Contains(Escaped(), escaped => escaped.Process.Pid == 3_000);
            Assert.InRange(++turns, 1, 10);
        }
        while (Escaped().Count < 3);
        _proc.Remove(42);
        _proc.Remove(3_000);
        _tree.Turn(times: 4);
        Assert.Equal([3_001], Escaped().Select(escaped => escaped.Process.Pid));
    }

    public void Dispose()
    {
        _tree.Dispose();
        _proc.Dispose();
    }

    private void Add(int pid, string cgroup, int parent, string environment = "")
    {
        _proc.Write(pid, startTicks: 1, residentPages: 1_000, rollupKilobytes: 4_000);
        _proc.Move(pid, startTicks: 1, cgroup, parent, environment: environment);
    }

    private void Move(int pid, int parent)
    {
        _proc.Move(pid, startTicks: 1, Elsewhere, parent);
        _tree.SetProcesses(MeasuredTree.Unit, Directory.Exists($"{_proc.Root}/41") ? [41] : []);
        _tree.Turn();
    }

    private sealed class SlowTime : TimeProvider
    {
        private long _spent;

        public Func<bool> IsSlow { get; set; } = () => false;

        public override long GetTimestamp() =>
            base.GetTimestamp() + (IsSlow() ? _spent += 2 * TimestampFrequency : _spent);
    }

    private List<EscapedView> Escaped()
    {
        var found = new List<EscapedView>();
        _tree.Table.ListEscaped(_group, found);
        found.Sort((a, b) => a.Process.Pid.CompareTo(b.Process.Pid));
        return found;
    }
}
