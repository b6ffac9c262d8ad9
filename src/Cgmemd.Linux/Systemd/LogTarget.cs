using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Where the log goes. The one place that names the sinks: another journal sink is put in here.
/// See docs/decisions/ on Microsoft.Extensions.Logging and Serilog.Sinks.Journald.
/// </summary>
public static class LogTarget
{
    private const string StandardErrorLink = "/proc/self/fd/2";

    /// <summary>The journal where standard error is connected to it, else standard error.</summary>
    public static ILogger Open(TimeProvider time, LogLevel minimum = LogLevel.Information) =>
        IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo(StandardErrorLink).LinkTarget)
            ? new JournalLogger(minimum)
            : new ConsoleLogger(Console.Error, time, minimum);

    /// <summary>
    /// JOURNAL_STREAM is <c>device:inode</c> of the socket that a service was started with. A shell passes the variable
    /// on to programs whose output is elsewhere, so the inode is compared.
    /// </summary>
    /// <param name="journalStream">The variable, or null.</param>
    /// <param name="standardError">What the link in /proc says, such as <c>socket:[51234]</c>.</param>
    /// <remarks>Source: systemd.exec(5), $JOURNAL_STREAM.</remarks>
    internal static bool IsJournal(string? journalStream, string? standardError)
    {
        int colon = journalStream?.IndexOf(':') ?? -1;
        return colon > 0 && standardError == $"socket:[{journalStream![(colon + 1)..]}]";
    }
}
