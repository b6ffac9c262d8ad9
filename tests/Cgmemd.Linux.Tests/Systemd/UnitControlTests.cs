using System.Diagnostics;
using Cgmemd.Core.Rules;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>Against a real systemd over a real bus.</summary>
public sealed class UnitControlTests : IDisposable
{
    // A bound on waiting, not a measure of anything.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-control-").FullName;
    private readonly List<UnitChange> _seen = [];
    private PrivateSystemd? _systemd;
    private SystemdUnits? _units;

    private string Output => Path.Combine(_directory, "output");

    private static long NowUs => Environment.TickCount64 * 1000;

    public void Dispose()
    {
        _units?.Dispose();
        _systemd?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [PrivateSystemdFact]
    public void A_signal_reaches_the_main_process()
    {
        Connect();
        _systemd!.Run(
            "systemd-run", "--user", "--quiet", "--unit=cgt-k.service", "sh", "-c",
            $"trap 'echo usr2 > {Output}; exit' USR2; touch {Output}.ready; while :; do sleep 0.1; done");
        Until(() => File.Exists(Output + ".ready"));
        Assert.Null(Await(done => Control.Kill("cgt-k.service", SignalTo.Main, 12, NowUs, done)));
        Until(() => Read(Output) == "usr2\n");
        Assert.NotNull(Await(done => Control.Kill("cgt-none.service", SignalTo.All, 12, NowUs, done)));
    }

    [PrivateSystemdFact]
    public void A_restart_is_done_when_the_new_invocation_is_up()
    {
        Connect();
        _systemd!.StartService("cgt-r.service");
        Until(() => _seen.Exists(change => change is { Unit: "cgt-r.service", ActiveState: "active" }));
        string? first = _seen[^1].InvocationId;
        Assert.Null(Await(done => Control.Restart("cgt-r.service", Timeout, NowUs, done)));
        Until(() => _seen.Exists(change =>
            change is { Unit: "cgt-r.service", ActiveState: "active", InvocationId: { } id } && id != first));

        Assert.NotNull(Await(done => Control.Restart("cgt-absent.service", Timeout, NowUs, done)));
    }

    [PrivateSystemdFact]
    public void A_unit_that_knows_no_reload_refuses_it()
    {
        Connect();
        _systemd!.StartService("cgt-l.service");
        Assert.Contains(
            "reload", Await(done => Control.Reload("cgt-l.service", Timeout, NowUs, done)),
            StringComparison.OrdinalIgnoreCase);
        _systemd.StartService("cgt-m.service", $"-pExecReload=/usr/bin/touch {Output}");
        Assert.Null(Await(done => Control.Reload("cgt-m.service", Timeout, NowUs, done)));
        Assert.True(File.Exists(Output));
    }

    [PrivateSystemdFact]
    public void A_restart_that_does_not_come_up_has_failed()
    {
        Connect();
        _systemd!.Run(
            "systemd-run", "--user", "--quiet", "--unit=cgt-f.service", "-pType=exec",
            $"-pExecStartPre=/bin/sh -c 'test ! -e {Output}'", "sleep", "1000");
        File.WriteAllText(Output, "");
        Assert.Equal(
            "systemd's job ended as \"failed\"",
            Await(done => Control.Restart("cgt-f.service", Timeout, NowUs, done)));
    }

    [PrivateSystemdFact]
    public void A_command_has_its_environment_and_arguments_and_leaves_no_unit()
    {
        Connect();
        Assert.Null(Await(done => Control.Run(
            Command("cgt-e.service", Timeout, "/bin/sh", "-c", $"echo \"$X|$1|$2\" > {Output}", "sh", "a b%n", "${X}"),
            NowUs, done)));
        Assert.Equal("y z|a b%n|y z\n", Read(Output));
        // Gone at once, so that its name is free.
        Assert.Null(Await(done => Control.Run(Command("cgt-e.service", Timeout, "/bin/true"), NowUs, done)));
    }

    [PrivateSystemdFact]
    public void Of_a_command_that_fails_it_is_told_how()
    {
        Connect();
        Assert.Equal("it ended with status 3", Await(done => Control.Run(
            Command("cgt-x.service", Timeout, "/bin/sh", "-c", "exit 3"), NowUs, done)));
        Assert.Equal("it was ended by signal 9", Await(done => Control.Run(
            Command("cgt-y.service", Timeout, "/bin/sh", "-c", "kill -KILL $$$$"), NowUs, done)));
        Assert.Equal("it cannot be executed (status 203)", Await(done => Control.Run(
            Command("cgt-z.service", Timeout, "/nonexistent"), NowUs, done)));
        Assert.Equal("it did not end within 1s and was ended", Await(done => Control.Run(
            Command("cgt-t.service", TimeSpan.FromSeconds(1), "/bin/sleep", "1000"), NowUs, done)));
    }

    [PrivateSystemdFact]
    public void What_takes_too_long_is_given_up_and_told_once()
    {
        Connect();
        _systemd!.StartService("cgt-s.service", "-pExecStop=/bin/sleep 20", "-pTimeoutStopSec=3");
        // Of a state that was left before it was looked at, nothing is told.
        Until(() => _seen.Exists(change => change is { Unit: "cgt-s.service", ActiveState: "active" }));
        int told = 0;
        string? failure = null;
        Control.Restart(
            "cgt-s.service", TimeSpan.FromSeconds(1), NowUs, reason => (failure, told) = (reason, told + 1));
        Until(() => told > 0);
        Assert.StartsWith("not done within 1s", failure, StringComparison.Ordinal);
        Until(() => _seen.Count(change => change is { Unit: "cgt-s.service", ActiveState: "active" }) >= 2);
        Assert.Equal(1, told);
    }

    [PrivateSystemdFact]
    public void A_lost_connection_ends_what_was_asked()
    {
        Connect();
        string? failure = null;
        Control.Run(Command("cgt-b.service", Timeout, "/bin/sleep", "1000"), NowUs, reason => failure = reason);
        Until(() => _seen.Exists(change => change.Unit == "cgt-b.service"));
        _systemd!.Control("restart", "dbus.service");
        Until(() => failure is not null);
        Assert.Contains("was lost", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_connection_it_fails_at_once()
    {
        using var units = new SystemdUnits(_ => true, NullLogger.Instance, "unix:path=/nonexistent/bus");
        string? failure = null;
        units.Control.Restart("a.service", Timeout, 0, reason => failure = reason);
        Assert.Equal("there is no connection to systemd", failure);
        Assert.Null(units.Control.DueUs);
    }

    private UnitControl Control => _units!.Control;

    private static TransientCommand Command(string unit, TimeSpan timeout, params string[] command) =>
        new(unit, "a test", command, ["X=y z"], timeout);

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private void Connect()
    {
        _systemd = new PrivateSystemd();
        _units = new SystemdUnits(
            name => name.StartsWith("cgt-", StringComparison.Ordinal), NullLogger.Instance, _systemd.Address);
        Until(() => _units.IsConnected);
    }

    private string? Await(Action<Action<string?>> ask)
    {
        bool isDone = false;
        string? failure = null;
        ask(reason => (isDone, failure) = (true, reason));
        Until(() => isDone);
        return failure;
    }

    private void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, $"seen: {string.Join("; ", _seen)}");
            _units!.Process(NowUs);
            Control.Expire(NowUs);
            while (_units.TryTake(out UnitChange change))
                _seen.Add(change);
            Thread.Sleep(10);
        }
    }
}
