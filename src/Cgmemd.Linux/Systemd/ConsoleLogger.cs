using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>Logs lines for a person: the time, the level where it is more than information, the message.</summary>
public sealed class ConsoleLogger(TextWriter output, TimeProvider time, LogLevel minimum = LogLevel.Information)
    : ILogger
{
    private readonly Lock _lock = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Write(logLevel, formatter(state, exception), exception);
    }

    // Not in Log: that one is compiled for each message.
    private void Write(LogLevel level, string message, Exception? exception)
    {
        string clock = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        lock (_lock)
            output.WriteLine(exception is null
                ? $"{clock} {Label(level)}{message}"
                : $"{clock} {Label(level)}{message}: {exception.Message}");
    }

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical: ",
        LogLevel.Error => "error: ",
        LogLevel.Warning => "warning: ",
        LogLevel.Information => "",
        _ => "debug: ",
    };
}
