using System.Globalization;
using Cgmemd.Linux.Native;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Logs to the journal: the message, its id of the catalog, and every argument as a field of its own, so that a reader
/// never has to parse text. An entry that cannot be sent is lost without a word: logging never fails the daemon.
/// </summary>
/// <remarks>
/// <c>journalctl -u UNIT</c> shows an entry about a unit only with OBJECT_SYSTEMD_UNIT and from user id 0
/// (add_matches_for_unit in src/shared/logs-show.c).
/// </remarks>
public sealed class JournalLogger(LogLevel minimum = LogLevel.Information) : ILogger
{
    private const string Identifier = "cgmemd";
    private readonly JournalFields _fields = new();
    private readonly Lock _lock = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_lock)
        {
            Fill(_fields, logLevel, eventId, state, exception, formatter(state, exception));
            Send(_fields);
        }
    }

    /// <summary>Makes the entry's fields.</summary>
    internal static void Fill(
        JournalFields fields, LogLevel level, EventId eventId, object? state, Exception? exception, string message)
    {
        fields.Clear();
        MessageId? id = MessageIds.Find(eventId.Name);
        int priority = id?.Priority ?? PriorityOf(level);
        fields.Add("MESSAGE", exception is null ? message : $"{message}: {exception.Message}");
        fields.Add("PRIORITY", priority.ToString(CultureInfo.InvariantCulture));
        fields.Add("SYSLOG_IDENTIFIER", Identifier);
        if (id is { } known)
        {
            fields.Add("MESSAGE_ID", known.Id);
            fields.Add("CGMEMD_EVENT", known.Event);
        }

        if (exception is not null)
            fields.AddArgument("Exception", exception.ToString());
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> arguments)
            return;
        for (int i = 0; i < arguments.Count; i++)
            AddArgument(fields, arguments[i].Key, arguments[i].Value);
    }

    // "Text" is the message itself, made by the caller; "{OriginalFormat}" is the message's template.
    private static void AddArgument(JournalFields fields, string name, object? value)
    {
        if (name[0] == '{' || name.Equals("text", StringComparison.OrdinalIgnoreCase))
            return;
        fields.AddArgument(name, value);
        if (name.Equals("unit", StringComparison.OrdinalIgnoreCase) && value is string unit && IsUnitName(unit))
            fields.Add("OBJECT_SYSTEMD_UNIT", unit);
    }

    // A watched control group that is no unit goes by its path.
    private static bool IsUnitName(string name) => name.Length > 0 && name[0] != '/' && name.Contains('.');

    /// <summary>The priority of syslog(3).</summary>
    internal static int PriorityOf(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static unsafe void Send(JournalFields fields)
    {
        Span<LibSystemd.IoVector> vectors = stackalloc LibSystemd.IoVector[fields.Count];
        fixed (byte* bytes = fields.Bytes)
        fixed (LibSystemd.IoVector* first = vectors)
        {
            for (int i = 0; i < fields.Count; i++)
            {
                (int offset, int length) = fields.RangeOf(i).GetOffsetAndLength(fields.Bytes.Length);
                vectors[i] = new LibSystemd.IoVector { Base = bytes + offset, Length = (nuint)length };
            }

            _ = LibSystemd.JournalSend(first, fields.Count);
        }
    }
}
