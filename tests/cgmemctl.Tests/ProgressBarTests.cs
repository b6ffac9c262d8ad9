using Xunit;

namespace Cgmemd.Control.Tests;

public class ProgressBarTests
{
    [Fact]
    public void NothingIsShownWithinASecond()
    {
        var clock = new SteppedClock();
        Assert.Equal("", Shown(clock, isTerminal: true, bar =>
        {
            bar.Report(0.1);
            clock.Step(TimeSpan.FromMilliseconds(900));
            bar.Report(0.9);
        }));
    }

    [Fact]
    public void ALongWorkIsShownAndWipedAway()
    {
        var clock = new SteppedClock();
        Assert.Equal(
            "\rReading [###############...............]  50%\rReading [##############################] 100%\r\e[K",
            Shown(clock, isTerminal: true, bar =>
            {
                bar.Report(0.5);
                clock.Step(TimeSpan.FromSeconds(1));
                clock.Step(TimeSpan.FromMilliseconds(200));
                bar.Report(1.5);
                clock.Step(TimeSpan.FromMilliseconds(200));
            }));
    }

    /// <summary>What takes long may be the step before the first row.</summary>
    [Fact]
    public void ItIsShownBeforeAnythingIsReported()
    {
        var clock = new SteppedClock();
        Assert.Equal(
            "\rReading [..............................]   0%\r\e[K",
            Shown(clock, isTerminal: true, _ => clock.Step(TimeSpan.FromSeconds(3))));
    }

    /// <summary>What is printed on the same terminal must not stand in the line of the bar.</summary>
    [Fact]
    public void NothingIsShownAfterItsEnd()
    {
        var clock = new SteppedClock();
        Assert.Equal("", Shown(clock, isTerminal: true, bar =>
        {
            bar.Dispose();
            clock.Step(TimeSpan.FromSeconds(3));
        }));
    }

    [Fact]
    public void AFileIsNotTold()
    {
        var clock = new SteppedClock();
        Assert.Equal("", Shown(clock, isTerminal: false, bar =>
        {
            clock.Step(TimeSpan.FromMinutes(1));
            bar.Report(0.5);
        }));
    }

    private static string Shown(TimeProvider clock, bool isTerminal, Action<ProgressBar> work)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, 80, false, false, clock) { IsErrorTerminal = isTerminal };
        using (var bar = new ProgressBar(terminal, "Reading"))
            work(bar);
        return error.ToString();
    }

    private sealed class SteppedClock : TimeProvider
    {
        private readonly List<SteppedTimer> _timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(new SteppedTimer(() => callback(state), dueTime, period));
            return _timers[^1];
        }

        internal void Step(TimeSpan span) => _timers.ForEach(timer => timer.Step(span));
    }

    private sealed class SteppedTimer(Action tick, TimeSpan due, TimeSpan period) : ITimer
    {
        private TimeSpan _left = due;
        private bool _isOver;

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => _isOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Step(TimeSpan span)
        {
            for (_left -= span; _left <= TimeSpan.Zero && !_isOver; _left += period)
                tick();
        }
    }
}
