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
                clock.Step(TimeSpan.FromSeconds(1));
                bar.Report(0.5);
                bar.Report(0.6);
                clock.Step(TimeSpan.FromMilliseconds(200));
                bar.Report(1.5);
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
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        internal void Step(TimeSpan span) => _ticks += span.Ticks;
    }
}
