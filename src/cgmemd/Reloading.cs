using Cgmemd.Core.Configuration;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Status;
using Cgmemd.Linux;
using Cgmemd.Linux.Systemd;
using Cgmemd.Linux.Varlink;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon;

/// <summary>
/// Reads the configuration anew; one with errors is refused whole, and the one before stays in force.
/// </summary>
internal sealed class Reloading(Func<ConfigurationResult> load, ILogger log, TimeProvider time)
{
    /// <summary>The files of the configuration in force, in their order.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>When it was loaded: CLOCK_REALTIME in microseconds.</summary>
    public long LoadedUs { get; private set; }

    public int Rules { get; private set; }

    /// <summary>Puts a configuration without errors in force.</summary>
    public void Loaded(ConfigurationResult result, Daemon daemon)
    {
        (Files, LoadedUs, Rules) = (result.Files, time.RealtimeUs(), result.Configuration!.Rules.Count);
        daemon.Configure(result.Configuration);
        log.ConfigurationLoaded(result.Files.Count, result.Configuration.Watches.Count, Rules);
    }

    /// <summary>Reloads, and answers as the varlink call does.</summary>
    public VarlinkReply Reload(Daemon daemon)
    {
        Notify.Reloading(time.NowUs());
        ConfigurationResult result = load();
        try
        {
            if (result.Configuration is not null)
            {
                Loaded(result, daemon);
                return VarlinkReply.Of(new ReloadReply([]), WrittenReplyJson.Default.ReloadReply);
            }

            string diagnostics = string.Join('\n', result.Diagnostics);
            log.ConfigurationRefused(diagnostics);
            return VarlinkReply.OfError(
                DaemonInterface.ConfigurationError, new ConfigurationErrorParameters(diagnostics),
                WrittenReplyJson.Default.ConfigurationErrorParameters);
        }
        finally
        {
            Notify.Ready(result.Configuration is null ? "The new configuration was refused" : "Configuration reloaded");
        }
    }
}
