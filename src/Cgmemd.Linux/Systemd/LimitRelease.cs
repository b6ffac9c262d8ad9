using Cgmemd.Core.State;
using Cgmemd.Linux.State;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Sets back each memory.high that a daemon held, at once and on the caller's thread: at the start, after one that was
/// killed; at the end; and from the service's ExecStopPost=, whatever the end was.
/// </summary>
public static class LimitRelease
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Sets back what it can in the time given.</summary>
    /// <param name="file">What is held; it is brought up to date.</param>
    /// <param name="dropIn">Where systemd keeps what is set.</param>
    /// <param name="timeout">For all of them: systemd may not answer.</param>
    /// <param name="log">Told what the bus has to say.</param>
    /// <param name="address">A D-Bus address instead of the system bus, for tests.</param>
    /// <returns>For each that could not be, its unit and why.</returns>
    public static List<(HeldLimit Limit, string Problem)> Run(
        HeldLimitsFile file, RuntimeDropIn dropIn, TimeSpan timeout, ILogger log, string? address = null)
    {
        List<HeldLimit> limits = file.Load();
        if (limits.Count == 0)
        {
            _ = file.Save(limits);
            return [];
        }

        var outcome = new string?[limits.Count];
        Array.Fill(outcome, $"systemd has not answered within {timeout.TotalSeconds:0} s");
        int left = limits.Count;
        using var bus = new SystemBus(log, address, () => { });
        var control = new UnitControl(bus);
        bool isSent = false;
        long untilUs = NowUs() + (long)timeout.TotalMicroseconds;
        while (left > 0 && NowUs() < untilUs)
        {
            bus.Process(NowUs());
            for (int i = 0; bus.IsOpen && !isSent && i < limits.Count; i++)
            {
                int index = i;
                control.SetMemoryHigh(limits[i].Unit, limits[i].Before, NowUs(), failure =>
                {
                    outcome[index] = UnitControl.IsNoSuchUnit(failure) ? null : failure;
                    left--;
                });
            }

            isSent |= bus.IsOpen;
            // Asked again and again: this happens once, for a moment, and nothing else waits.
            Thread.Sleep(Pause);
        }

        return Conclude(limits, outcome, file, dropIn);
    }

    private static List<(HeldLimit Limit, string Problem)> Conclude(
        List<HeldLimit> limits, string?[] outcome, HeldLimitsFile file, RuntimeDropIn dropIn)
    {
        List<(HeldLimit Limit, string Problem)> problems = [];
        for (int i = 0; i < limits.Count; i++)
        {
            string? problem = outcome[i] ?? (limits[i].HadDropIn ? null : dropIn.Clear(limits[i].Unit));
            if (problem is not null)
                problems.Add((limits[i], problem));
        }

        _ = file.Save(problems.ConvertAll(failed => failed.Limit));
        return problems;
    }

    private static long NowUs() => TimeProvider.System.NowUs();
}
