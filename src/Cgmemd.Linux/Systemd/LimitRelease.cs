using Cgmemd.Core.State;
using Cgmemd.Linux.State;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Sets back each memory.high that a daemon held, at once and on the caller's thread: at the start, after one that was
/// killed; at the end; and from the service's ExecStopPost=, whatever the end was.
/// </summary>
public sealed class LimitRelease : IDisposable
{
    /// <summary>A message bus bounds the replies outstanding.</summary>
    private const int MostInFlight = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly HeldFiles _files;
    private readonly SystemBus _bus;
    private readonly UnitControl _control;
    private readonly Queue<HeldLimit> _due = new();
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private int _inFlight;

    private LimitRelease(HeldFiles files, ILogger log, string? address)
    {
        _files = files;
        _bus = new SystemBus(log, address, Opened);
        _control = new UnitControl(_bus);
    }

    /// <summary>Sets back what it can in the time given; the kernel's values in any case.</summary>
    /// <param name="file">What is held; it is brought up to date.</param>
    /// <param name="files">The kernel's files and systemd's.</param>
    /// <param name="timeout">For systemd, which may not answer.</param>
    /// <param name="log">Told what the bus has to say.</param>
    /// <param name="address">A D-Bus address instead of the system bus, for tests.</param>
    /// <returns>For each that could not be, its unit and why.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static List<(HeldLimit Limit, string Problem)> Run(
        HeldLimitsFile file, HeldFiles files, TimeSpan timeout, ILogger log, string? address = null)
    {
        List<HeldLimit> limits = file.Load();
        List<HeldLimit> due = limits.FindAll(files.SetBack);
        List<(HeldLimit Limit, string Problem)> left = [];
        if (due.Count > 0)
        {
            using var release = new LimitRelease(files, log, address);
            release.Run(due, timeout);
            foreach (HeldLimit limit in due)
            {
                if (release._problems.TryGetValue(limit.Unit, out string? problem))
                    left.Add((limit, problem));
            }
        }

        _ = file.Save(left.ConvertAll(failed => failed.Limit));
        return left;
    }

    public void Dispose() => _bus.Dispose();

    private void Run(List<HeldLimit> limits, TimeSpan timeout)
    {
        foreach (HeldLimit limit in limits)
        {
            _due.Enqueue(limit);
            _problems[limit.Unit] = $"systemd has not answered within {timeout.TotalSeconds:0} s";
        }

        long untilUs = NowUs() + (long)timeout.TotalMicroseconds;
        while (_problems.Count > 0 && NowUs() < untilUs)
        {
            _bus.Process(NowUs());
            while (_bus.IsOpen && _inFlight < MostInFlight && _due.TryDequeue(out HeldLimit? limit))
                Ask(limit);
            // Looked at again and again: this happens once, for a moment, and nothing else waits.
            Thread.Sleep(Pause);
        }
    }

    // What failed is asked again as long as there is time: the bus may have been lost, or systemd reloading.
    private void Ask(HeldLimit limit)
    {
        _inFlight++;
        _control.SetMemoryHigh(limit.Unit, limit.Before, NowUs(), failure =>
        {
            _inFlight--;
            if (_files.Conclude(limit, failure) is { } problem)
            {
                _problems[limit.Unit] = problem;
                _due.Enqueue(limit);
            }
            else
            {
                _problems.Remove(limit.Unit);
            }
        });
    }

    private void Opened() => _control.Opened();

    private static long NowUs() => TimeProvider.System.NowUs();
}
