using Cgmemd.Core.State;
using Cgmemd.Linux.State;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Holding;

/// <summary>Sets back what is held where no loop runs: at the start, at the end, after a daemon was killed.</summary>
internal sealed class Releasing(Options options, string? cgroupRoot)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public HeldLimitsFile File { get; } =
        new(Path.Combine(options.StateDirectory, "held-limits"), options.BootId);

    public HeldFiles Files { get; } = new(cgroupRoot, new RuntimeDropIn(options.Root));

    /// <summary>For each that could not be set back, its unit and why; each is said.</summary>
    public List<(HeldLimit Limit, string Problem)> Run(ILogger log)
    {
        try
        {
            List<(HeldLimit Limit, string Problem)> left = LimitRelease.Run(File, Files, Timeout, log);
            foreach ((HeldLimit limit, string problem) in left)
                log.LimitNotRestored(limit.Unit, problem);
            return left;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read is no reason not to watch.
            log.HeldUnsaved(e.Message);
            return [];
        }
    }
}
