using System.Globalization;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>
/// Tables of processes: pid, parent, session, start, cgroup; K is a kernel thread, Z has exited. Pid 1 is systemd.
/// </summary>
public sealed class EscapesTests
{
    private const string Api = "/system.slice/api.service";
    private const string ApiId = "0123456789abcdef0123456789abcdef";
    private const string Web = "/system.slice/web.service";
    private const string Scope = "/system.slice/run-u1.scope";

    private static readonly FollowedUnit[] Units =
        [new(Api, ApiId), new(Web, "fedcba9876543210fedcba9876543210"), new(Scope, null)];

    private readonly Escapes _escapes = new();

    [Fact]
    public void A_child_that_was_moved_is_known_by_its_parent_and_so_are_its_own()
    {
        Resolve("""
            10 1  10 100 /system.slice/api.service
            11 10 10 110 /system.slice/api.service
            12 11 10 120 /system.slice/elsewhere.scope
            13 12 10 130 /system.slice/elsewhere.scope
            14 13 10 140 /user.slice/deeper.scope
            """);
        Assert.Equal(["12 parent api", "13 parent api", "14 parent api"], Found());
        Assert.Equal([false, true, false], new[] { 2, 3, 4 }.Select(_escapes.IsBehindItsParent));
    }

    [Fact]
    public void What_is_below_the_unit_is_in_it_and_a_name_that_begins_alike_is_not()
    {
        Resolve("""
            10 1  10 100 /system.slice/api.service/main
            11 10 10 110 /system.slice/api.service/pool/one
            12 10 10 120 /system.slice/api.service-2
            """);
        Assert.Equal(["12 parent api"], Found());
    }

    [Fact]
    public void What_PID_1_started_is_nobodys()
    {
        // systemctl restart web, called by api; a user manager and what that starts; another service's children.
        Resolve("""
            10 1  10 100 /system.slice/api.service
            11 10 10 110 /system.slice/api.service
            20 1  20 200 /system.slice/web.service
            21 20 20 210 /system.slice/web.service
            30 1  30 100 /user.slice/user-1000.slice/user@1000.service/init.scope
            31 30 31 110 /user.slice/user-1000.slice/user@1000.service/app.slice/app.service
            40 1  40 100 /system.slice/other.service
            41 40 40 110 /system.slice/other.service
            """);
        Assert.Empty(Found());
    }

    [Fact]
    public void A_service_manager_has_no_escapes_though_it_starts_all()
    {
        Resolve(
            """
            30 1  30 100 /user.slice/user-1000.slice/user@1000.service/init.scope
            31 30 31 110 /user.slice/user-1000.slice/user@1000.service/app.slice/app.service
            32 1  32 110 /system.slice/other.service
            """,
            new("/user.slice/user-1000.slice/user@1000.service/init.scope", null), new("/init.scope", null));
        Assert.Empty(Found());
    }

    [Fact]
    public void The_root_cgroup_holds_everything()
    {
        Resolve("10 1 10 100 /\n11 10 10 110 /system.slice/elsewhere.scope\n", new FollowedUnit("/", null));
        Assert.Empty(Found());
    }

    [Fact]
    public void Kernel_threads_and_the_dead_are_neither_found_nor_ancestors_of_the_living_kind()
    {
        Resolve("""
            2  0  0  1   K
            9  2  0  2   K
            10 1  10 100 /system.slice/api.service
            11 10 10 110 /system.slice/elsewhere.scope Z
            12 11 10 120 /system.slice/elsewhere.scope
            13 2  0  130 /system.slice/elsewhere.scope
            """);
        Assert.Equal(["12 parent api"], Found());
    }

    [Fact]
    public void A_parent_that_began_later_has_only_got_the_pid()
    {
        Resolve("""
            10 1  10 500 /system.slice/api.service
            11 10 11 110 /system.slice/elsewhere.scope
            """);
        Assert.Empty(Found());
    }

    [Fact]
    public void Rings_of_pids_come_to_an_end()
    {
        Resolve("""
            10 11 0 100 /elsewhere
            11 12 0 100 /elsewhere
            12 10 0 100 /elsewhere
            13 12 0 100 /system.slice/api.service
            14 13 0 100 /elsewhere
            """);
        Assert.Equal(["14 parent api"], Found());
    }

    [Fact]
    public void A_chain_of_twenty_thousand_is_followed_to_its_end()
    {
        var table = new System.Text.StringBuilder("30000 1 30000 1 /system.slice/api.service\n");
        // Children come before their parents, so that every climb is as long as it gets.
        for (int i = 10_000; i < 30_000; i++)
            table.Append(CultureInfo.InvariantCulture, $"{i} {i + 1} 30000 {40_000 - i} /elsewhere\n");
        Resolve(table.ToString());
        Assert.Equal(20_000, Found().Count(line => line.EndsWith("parent api", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_nearest_unit_counts_and_then_the_one_that_it_left()
    {
        // containerd (api) with its shim runs a container that is followed itself, and moves a process of it elsewhere.
        Resolve("""
            10 1  10 100 /system.slice/api.service
            11 10 11 110 /system.slice/run-u1.scope
            12 11 11 120 /system.slice/run-u1.scope
            13 12 11 130 /system.slice/elsewhere.scope
            """);
        Assert.Equal(["11 parent api", "12 parent api", "13 parent run-u1.scope"], Found());
    }

    [Fact]
    public void A_session_is_known_by_who_made_it_though_the_parent_is_gone()
    {
        Resolve("""
            10 1  10 100 /system.slice/api.service
            12 1  10 120 /system.slice/elsewhere.scope
            13 12 10 130 /system.slice/elsewhere.scope
            """);
        Assert.Equal(["12 session api", "13 session api"], Found());
    }

    [Fact]
    public void Who_made_the_session_may_have_left_himself()
    {
        // sudo with pam_systemd; it has made a session, and one of that has lost its parent.
        Resolve("""
            10 1  10 100 /system.slice/api.service
            11 10 11 110 /user.slice/user-0.slice/session-c1.scope
            12 1  11 120 /user.slice/user-0.slice/session-c1.scope
            """);
        Assert.Equal(["11 parent api", "12 session api"], Found());
    }

    [Fact]
    public void Of_a_session_whose_maker_has_exited_another_process_in_the_service_tells()
    {
        Resolve("""
            11 1 9 110 /system.slice/web.service
            12 1 9 120 /system.slice/elsewhere.scope
            """);
        Assert.Equal(["12 session web"], Found());
    }

    [Fact]
    public void A_session_of_which_a_process_was_moved_in_is_not_the_units()
    {
        // systemd-run --scope in a login shell: the shell did not leave that scope; nor when the shell has exited.
        Resolve("""
            50 1  50 100 /user.slice/user-1000.slice/session-4.scope
            51 50 50 110 /system.slice/run-u1.scope
            52 50 50 120 /user.slice/user-1000.slice/session-4.scope
            61 1  60 110 /system.slice/run-u1.scope
            62 1  60 120 /user.slice/user-1000.slice/session-5.scope
            71 50 50 130 /system.slice/api.service
            """);
        Assert.Empty(Found());
    }

    [Fact]
    public void A_session_whose_pid_is_another_process_by_now_tells_nothing()
    {
        Resolve("""
            10 1  8  100 /system.slice/api.service
            12 1  10 120 /system.slice/elsewhere.scope
            20 1  20 300 /system.slice/web.service
            22 1  20 120 /system.slice/elsewhere.scope
            """);
        Assert.Empty(Found());
    }

    [Fact]
    public void What_was_seen_in_the_unit_is_followed_and_not_another_by_its_pid()
    {
        Add("""
            12 1 12 120 /system.slice/elsewhere.scope
            13 1 13 130 /system.slice/elsewhere.scope
            14 1 14 140 /system.slice/api.service
            15 1 15 150 /system.slice/elsewhere.scope
            16 15 15 160 /system.slice/elsewhere.scope
            """);
        _escapes.Saw(12, 120, 0);
        _escapes.Saw(13, 99, 0);
        _escapes.Saw(14, 140, 0);
        _escapes.Saw(15, 150, 1);
        _escapes.Saw(99, 1, 1);
        _escapes.Resolve();
        Assert.Equal(["12 seen api", "15 seen web", "16 parent web"], Found());
    }

    [Fact]
    public void The_environment_is_asked_of_orphans_that_nothing_else_tells_of()
    {
        Resolve("""
            1  0  1  1   /init.scope
            10 1  10 100 /system.slice/api.service
            11 10 11 110 /system.slice/elsewhere.scope
            12 1  12 120 /system.slice/elsewhere.scope
            13 12 12 130 /system.slice/elsewhere.scope
            14 1  14 140 /system.slice/elsewhere.scope Z
            30 1  30 100 /user.slice/user-1000.slice/user@1000.service/init.scope
            31 30 31 110 /user.slice/user-1000.slice/user@1000.service/app.slice/app.service
            """);
        Assert.Equal([12, 30], Pids(_escapes.MayTellMore));
        foreach (int pid in new[] { 10, 12 })
            _escapes.TakeInvocation(Pids(_ => true).IndexOf(pid), ApiId);
        _escapes.TakeInvocation(Pids(_ => true).IndexOf(31), "00000000000000000000000000000000");
        _escapes.Spread();
        Assert.Equal(["11 parent api", "12 invocation api", "13 parent api"], Found());
    }

    [Fact]
    public void What_could_not_be_read_is_left_out()
    {
        Resolve("10 1 10 100 /system.slice/api.service\n11 10 10 110 ?\n12 11 10 120 /elsewhere\n");
        Assert.Equal(["12 session api"], Found());
    }

    private void Resolve(string table, params FollowedUnit[] units)
    {
        Add(table, units);
        _escapes.Resolve();
    }

    private void Add(string table, params FollowedUnit[] units)
    {
        _escapes.Begin(units.Length == 0 ? Units : units);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isKernel = words[4] == "K";
            _escapes.Add(new HostProcess(
                Number(words[0]), Number(words[1]), Number(words[2]), (ulong)Number(words[3]),
                isKernel || words[4] == "?" ? null : words[4], !isKernel && words.Length == 5));
        }
    }

    private List<string> Found()
    {
        var found = new List<string>();
        for (int i = 0; i < _escapes.Processes.Count; i++)
        {
            if (_escapes.TryGet(i, out int unit, out EscapeSign sign))
            {
                string name = Units[unit].Cgroup["/system.slice/".Length..].Replace(".service", "");
                found.Add($"{_escapes.Processes[i].Pid} {EscapeSigns.Name(sign)} {name}");
            }
        }

        return found;
    }

    private List<int> Pids(Func<int, bool> wanted) =>
        [.. Enumerable.Range(0, _escapes.Processes.Count).Where(wanted).Select(i => _escapes.Processes[i].Pid)];

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
