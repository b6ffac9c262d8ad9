using System.Diagnostics;
using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Linux.State;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>Against a real systemd over a real bus; the kernel's half is in the scenario "tripwire".</summary>
public sealed class LimitReleaseTests : IDisposable
{
    // A bound on waiting, not a measure of anything.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-release-").FullName;
    private PrivateSystemd? _systemd;
    private SystemdUnits? _units;

    private HeldLimitsFile File => new(Path.Combine(_directory, "held"), "boot1");

    private RuntimeDropIn DropIn => new(
        Path.Combine(_systemd!.RuntimeDirectory, "systemd/user.control"),
        Path.Combine(_systemd.RuntimeDirectory, "systemd/transient"));

    public void Dispose()
    {
        _units?.Dispose();
        _systemd?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [PrivateSystemdFact]
    public void What_is_set_and_set_back_leaves_nothing_that_overrides()
    {
        Connect("cgt-h.service");
        Assert.False(DropIn.Exists("cgt-h.service"));
        Assert.EndsWith(
            "user.control cannot be written: No such file or directory", DropIn.WhyNotWritable(),
            StringComparison.Ordinal);
        Assert.Null(Set("cgt-h.service", ByteLimit.Of(64 << 20)));
        Assert.Equal("67108864", _systemd!.Show("cgt-h.service", "MemoryHigh"));
        Assert.True(DropIn.Exists("cgt-h.service"));
        Assert.True(DropIn.Says("cgt-h.service", 64 << 20));
        Assert.Null(DropIn.WhyNotWritable());

        Assert.Null(Set("cgt-h.service", ByteLimit.Max));
        DropIn.Clear("cgt-h.service");
        Assert.Equal("infinity", _systemd.Show("cgt-h.service", "MemoryHigh"));
        Assert.False(DropIn.Exists("cgt-h.service"));
        DropIn.Clear("cgt-h.service");
        Assert.Equal("no", _systemd.Show("cgt-h.service", "NeedDaemonReload"));
        Assert.True(UnitControl.IsNotLoaded(Set("cgt-none.service", ByteLimit.Max)!));
    }

    // More than are asked at a time, and one that systemd does not know.
    [PrivateSystemdFact]
    public void What_a_daemon_left_held_is_set_back_by_whoever_comes_after_it()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(number => $"cgt-i{number}.service")];
        Connect(names);
        foreach (string name in names)
            Assert.Null(Set(name, ByteLimit.Of(64 << 20)));
        HeldLimit[] held = Array.ConvertAll(names, name => Held(name, ByteLimit.Of(128 << 20)));
        string gone = Path.Combine(_systemd!.RuntimeDirectory, "systemd/user.control/cgt-gone.service.d");
        Directory.CreateDirectory(gone);
        System.IO.File.WriteAllText(Path.Combine(gone, "50-MemoryHigh.conf"), "[Service]\nMemoryHigh=67108864\n");
        File.Save([.. held, Held("cgt-gone.service", ByteLimit.Max)]);
        Assert.Empty(Release());
        Assert.All(names, name => Assert.Equal("134217728", _systemd.Show(name, "MemoryHigh")));
        Assert.All(names, name => Assert.False(DropIn.Exists(name)));
        Assert.False(Directory.Exists(gone));
        Assert.Empty(File.Load());
    }

    [PrivateSystemdFact]
    public void What_somebody_else_has_set_meanwhile_stays()
    {
        Connect("cgt-j.service");
        Assert.Null(Set("cgt-j.service", ByteLimit.Of(32 << 20)));
        File.Save([Held("cgt-j.service", ByteLimit.Max)]);
        Assert.Empty(Release());
        Assert.Equal("33554432", _systemd!.Show("cgt-j.service", "MemoryHigh"));
        Assert.True(DropIn.Exists("cgt-j.service"));
        Assert.Empty(File.Load());
    }

    [Fact]
    public void Without_a_connection_what_is_held_stays_on_file()
    {
        string control = Path.Combine(_directory, "control/a.service.d");
        Directory.CreateDirectory(control);
        System.IO.File.WriteAllText(Path.Combine(control, "50-MemoryHigh.conf"), "MemoryHigh=67108864\n");
        File.Save([Held("a.service", ByteLimit.Max)]);
        var files = new HeldFiles(null, new RuntimeDropIn(Path.Combine(_directory, "control"), _directory));
        var (limit, problem) = Assert.Single(LimitRelease.Run(
            File, files, TimeSpan.FromMilliseconds(50), NullLogger.Instance, "unix:path=/nonexistent/bus"));
        Assert.Equal("a.service", limit.Unit);
        Assert.Contains("has not answered", problem, StringComparison.Ordinal);
        Assert.Single(File.Load());
    }

    private static HeldLimit Held(string unit, ByteLimit before) => new(unit, 64 << 20, before, false, "/nowhere");

    private List<(HeldLimit Limit, string Problem)> Release() => LimitRelease.Run(
        File, new HeldFiles(null, DropIn), Patience, NullLogger.Instance, _systemd!.Address);

    private void Connect(params string[] services)
    {
        _systemd = new PrivateSystemd();
        _units = new SystemdUnits(_ => false, NullLogger.Instance, _systemd.Address);
        Until(() => _units.IsConnected);
        _systemd.StartFileServices(services);
    }

    private string? Set(string unit, ByteLimit high)
    {
        bool isDone = false;
        string? failure = null;
        _units!.Control.SetMemoryHigh(unit, high, NowUs, reason => (isDone, failure) = (true, reason));
        Until(() => isDone);
        return failure;
    }

    private static long NowUs => Environment.TickCount64 * 1000;

    private void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, "systemd does not answer");
            _units!.Process(NowUs);
            Thread.Sleep(10);
        }
    }
}
