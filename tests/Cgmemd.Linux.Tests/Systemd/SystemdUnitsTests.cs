using System.Diagnostics;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>Against a real systemd over a real bus.</summary>
public sealed class SystemdUnitsTests : IDisposable
{
    // A bound on waiting, not a measure of anything.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<UnitChange> _seen = [];
    private string _wanted = "cgt-";
    private PrivateSystemd? _systemd;
    private SystemdUnits? _units;

    public void Dispose()
    {
        _units?.Dispose();
        _systemd?.Dispose();
    }

    [PrivateSystemdFact]
    public void A_service_is_seen_from_its_start_to_its_end()
    {
        Connect();
        _systemd!.StartService("other.service");
        _systemd.StartService("cgt-a.service");
        UnitChange present = Await("cgt-a.service", UnitChangeKind.Present);
        Assert.EndsWith("/cgt-a.service", present.ControlGroup, StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", present.InvocationId);

        _systemd.Control("stop", "cgt-a.service");
        UnitChange gone = Await("cgt-a.service", UnitChangeKind.Gone);
        Assert.Equal((present.InvocationId, present.ControlGroup), (gone.InvocationId, gone.ControlGroup));
        Assert.Equal("success", gone.Result);
        Assert.All(_seen, change => Assert.StartsWith("cgt-", change.Unit, StringComparison.Ordinal));
    }

    [PrivateSystemdFact]
    public void A_service_that_is_killed_and_restarted_is_a_new_invocation()
    {
        Connect();
        _systemd!.StartService("cgt-r.service", "-pRestart=always", "-pRestartSec=100ms");
        UnitChange first = Await("cgt-r.service", UnitChangeKind.Present);
        _systemd.Control("kill", "-s", "KILL", "cgt-r.service");
        UnitChange gone = Await("cgt-r.service", UnitChangeKind.Gone);
        UnitChange second = Await(
            "cgt-r.service", UnitChangeKind.Present, change => change.InvocationId != first.InvocationId);

        Assert.Equal((first.InvocationId, "signal"), (gone.InvocationId, gone.Result));
        Assert.Equal(first.ControlGroup, second.ControlGroup);
    }

    [PrivateSystemdFact]
    public void Units_that_ran_before_are_found_and_those_wanted_later_too()
    {
        _systemd = new PrivateSystemd();
        WaitForBus();
        _systemd.StartService("cgt-b.service");
        _systemd.StartService("late.service");
        Connect();
        UnitChange present = Await("cgt-b.service", UnitChangeKind.Present);
        Assert.NotNull(present.InvocationId);

        _wanted = "late";
        _units!.Refilter();
        Await("cgt-b.service", UnitChangeKind.Gone);
        Await("late.service", UnitChangeKind.Present);
    }

    [PrivateSystemdFact]
    public void A_reload_of_systemd_is_no_change_of_a_unit()
    {
        Connect();
        _systemd!.StartService("cgt-c.service");
        Await("cgt-c.service", UnitChangeKind.Present, change => change.ActiveState == "active");
        _systemd.Control("daemon-reload");
        _systemd.StartService("cgt-d.service");
        Until(() => _seen.Exists(change => change is { Unit: "cgt-d.service", ActiveState: "active" }));

        Assert.DoesNotContain(_seen, change => change.Unit == "cgt-c.service");
    }

    [PrivateSystemdFact]
    public void A_scope_is_seen_although_it_is_active_when_it_is_announced()
    {
        Connect();
        Task run = Task.Run(
            () => _systemd!.Run("systemd-run", "--user", "--scope", "--unit=cgt-s.scope", "sleep", "3"));
        UnitChange present = Await("cgt-s.scope", UnitChangeKind.Present);
        Assert.EndsWith("/cgt-s.scope", present.ControlGroup, StringComparison.Ordinal);
        Await("cgt-s.scope", UnitChangeKind.Gone);
        run.Wait();
    }

    [Fact]
    public void Without_a_bus_nothing_is_thrown_and_the_pauses_grow()
    {
        using var units = new SystemdUnits(_ => true, NullLogger.Instance, "unix:path=/nonexistent/bus");
        long now = 0;
        List<long> pauses = [];
        for (int i = 0; i < 8; i++)
        {
            units.Process(now);
            pauses.Add((units.RetryAtUs!.Value - now) / 1_000_000);
            now = units.RetryAtUs.Value;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], pauses);
        Assert.Equal((false, -1), (units.IsConnected, units.PollFd));
    }

    [PrivateSystemdFact]
    public void A_restart_of_the_bus_is_no_change_of_a_unit_and_what_stopped_meanwhile_is_gone()
    {
        Connect();
        _systemd!.StartService("cgt-f.service");
        _systemd.StartService("cgt-g.service");
        Until(() => _seen.Count(change => change.ActiveState == "active") == 2);
        _seen.Clear();
        _systemd.Control("restart", "dbus.service");
        _systemd.Control("stop", "cgt-g.service");
        Until(() => !_units!.IsConnected);
        Until(() => _units!.IsConnected);

        Await("cgt-g.service", UnitChangeKind.Gone);
        _systemd.StartService("cgt-h.service");
        Until(() => _seen.Exists(change => change is { Unit: "cgt-h.service", ActiveState: "active" }));
        Assert.DoesNotContain(_seen, change => change.Unit == "cgt-f.service");
    }

    [PrivateSystemdFact]
    public void A_bus_that_is_gone_is_told_and_ends_no_unit()
    {
        Connect();
        _systemd!.StartService("cgt-e.service");
        Await("cgt-e.service", UnitChangeKind.Present);
        _systemd.Dispose();
        Until(() => !_units!.IsConnected && _units.RetryAtUs is not null);
        _systemd = null;
        Assert.Empty(_seen);
    }

    private void Connect()
    {
        _systemd ??= new PrivateSystemd();
        _units = new SystemdUnits(
            name => name.StartsWith(_wanted, StringComparison.Ordinal), NullLogger.Instance, _systemd.Address);
        Until(() => _units.IsConnected);
    }

    private void WaitForBus()
    {
        using var probe = new SystemdUnits(_ => false, NullLogger.Instance, _systemd!.Address);
        _units = probe;
        Until(() => probe.IsConnected);
        _units = null;
    }

    private UnitChange Await(string unit, UnitChangeKind kind, Func<UnitChange, bool>? such = null)
    {
        UnitChange? found = null;
        Until(() =>
        {
            int index = _seen.FindIndex(c => c.Unit == unit && c.Kind == kind && such?.Invoke(c) != false);
            if (index < 0)
                return false;
            found = _seen[index];
            _seen.RemoveRange(0, index + 1);
            return true;
        });
        return found!;
    }

    private void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(
                clock.Elapsed < Patience, $"connected: {_units!.IsConnected}, seen: {string.Join("; ", _seen)}");
            _units.Process(Environment.TickCount64 * 1000);
            while (_units.TryTake(out UnitChange change))
                _seen.Add(change);
            Thread.Sleep(10);
        }
    }
}
