using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Tests.Cgroups;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>A defect on the measuring thread.</summary>
public sealed class DefectTests : IDisposable
{
    private readonly MadeProcfs _proc = new();

    [Fact]
    public void It_is_told_once_and_the_measuring_goes_on()
    {
        _proc.Write(42, startTicks: 1, residentPages: 5_000, rollupKilobytes: 20_000);
        using var tree = new FixtureTree("recorded-6.12");
        tree.Write("/system.slice/api.service/cgroup.procs", "42\n");
        tree.Write("/system.slice/api.service/workers/one/cgroup.procs", "");
        using var watching = new RecordedTree(tree);
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen(_proc.Root, out ProcDirectory? proc, out _));
        var time = new BrokenTime();
        using var measuring = new Measuring(new CgroupMembers(tree.Root), proc!, time);
        var log = new CountingLog();
        measuring.Follow(watching.Watched);
        measuring.Configure(PssOptions.Default);
        Assert.True(SpinWait.SpinUntil(() => measuring.Readings >= 1, 60_000));

        time.IsBroken = true;
        // Each of these wakes the thread, which fails each time.
        for (int seconds = 31; seconds < 34; seconds++)
        {
            int thrown = time.Thrown;
            measuring.Configure(PssOptions.Default with { Interval = TimeSpan.FromSeconds(seconds) });
            Assert.True(SpinWait.SpinUntil(() => time.Thrown > thrown, 60_000));
        }

        Assert.True(SpinWait.SpinUntil(() => measuring.Table.Totals().Processes == 0, 60_000));
        Assert.True(SpinWait.SpinUntil(() => measuring.Report().State == "failed", 60_000));
        measuring.Tell(log, watching.Watched);
        measuring.Tell(log, watching.Watched);
        Assert.Equal(["measuring-failed"], log.Events);
        Assert.Equal(["the clock is broken"], log.Exceptions);

        long readings = measuring.Readings;
        time.IsBroken = false;
        measuring.Configure(PssOptions.Default);
        Assert.True(SpinWait.SpinUntil(() => measuring.Readings > readings, 60_000));
        Assert.True(SpinWait.SpinUntil(() => measuring.Report() is { Processes: 1, NeverRead: 0 }, 60_000));
        Assert.True(SpinWait.SpinUntil(() => measuring.Report().State == "measuring", 60_000));
        measuring.Tell(log, watching.Watched);
        Assert.Single(log.Events);
    }

    public void Dispose() => _proc.Dispose();

    // For the measuring thread alone.
    private sealed class BrokenTime : TimeProvider
    {
        private volatile bool _isBroken;
        private int _thrown;

        public bool IsBroken
        {
            set => _isBroken = value;
        }

        public int Thrown => Volatile.Read(ref _thrown);

        public override long GetTimestamp()
        {
            if (!_isBroken || Thread.CurrentThread.Name != "measuring")
                return base.GetTimestamp();
            Interlocked.Increment(ref _thrown);
            throw new InvalidOperationException("the clock is broken");
        }
    }

    private sealed class CountingLog : ILogger
    {
        public List<string?> Events { get; } = [];

        public List<string?> Exceptions { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Events.Add(eventId.Name);
            Exceptions.Add(exception?.Message);
        }
    }
}
