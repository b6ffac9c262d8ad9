using System.Globalization;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.History;
using Cgmemd.Linux;
using Cgmemd.Linux.Systemd;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Status;

/// <summary>
/// Passes on what is logged, has events recorded and keeps the last, for whoever cannot read the history or while it
/// cannot be written. Usage records are not events.
/// </summary>
internal sealed class EventHistory(ILogger next, Recording recording, TimeProvider time) : ILogger
{
    /// <summary>So many are kept.</summary>
    public const int Capacity = 256;

    private const string UsageEvent = "usage";

    private readonly Queue<EventRecord> _events = new(Capacity);
    private ulong _lastId;

    /// <summary>Entries sent to the journal since the start.</summary>
    public ulong Entries { get; private set; }

    /// <summary>The last events, oldest first.</summary>
    public IReadOnlyCollection<EventRecord> Events => _events;

    public ulong LastId => _lastId;

    public ulong OldestId => _lastId == 0 ? 0 : _lastId + 1 - (ulong)_events.Count;

    /// <summary>Takes over the events of a former run.</summary>
    public void Restore(IEnumerable<EventRecord> events)
    {
        foreach (EventRecord record in events)
            Add(record);
    }

    /// <summary>The newest events that match, oldest first.</summary>
    public List<EventRecord> Find(ListEventsCall call)
    {
        UnitChoice? units = call.Unit is null
            ? null
            : UnitChoice.Of(call.Unit, name => _events.Any(record => record.Unit == name));
        IEnumerable<EventRecord> found = _events.Where(record =>
            record.TimeUsec >= (call.SinceUsec ?? 0)
            && (units is null || (record.Unit is { } unit && units.Contains(unit))));
        return [.. call.Limit is { } limit ? found.TakeLast(limit) : found];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => next.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => next.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        // The journal first: nothing that the history does may keep an alert from it.
        next.Log(logLevel, eventId, state, exception, formatter);
        Entries++;
        if (eventId.Name is { } name && name != UsageEvent)
            Record(name, state, formatter(state, exception));
    }

    // Not in Log: that one is compiled for each message.
    private void Record(string name, object? state, string message)
    {
        EventRecord record = ToRecord(name, state, message);
        Add(record);
        recording.Event(record, record.Fields.GetValueOrDefault("CGMEMD_INVOCATION"));
    }

    private EventRecord ToRecord(string name, object? state, string message)
    {
        var fields = new Dictionary<string, string>();
        if (state is IReadOnlyList<KeyValuePair<string, object?>> arguments)
        {
            for (int i = 0; i < arguments.Count; i++)
            {
                if (arguments[i] is { Value: { } value, Key: var key }
                    && key[0] != '{' && key is not ("text" or "Text"))
                    fields[FieldName(key)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            }
        }

        return new EventRecord
        {
            Id = _lastId + 1,
            TimeUsec = time.RealtimeUs(),
            Event = name,
            Unit = fields.GetValueOrDefault("CGMEMD_UNIT"),
            Rule = fields.GetValueOrDefault("CGMEMD_RULE"),
            Message = message,
            Fields = fields,
        };
    }

    private static string FieldName(string argument)
    {
        Span<char> field = stackalloc char[JournalFields.LongestName];
        return field[..JournalFields.WriteName(argument, field)].ToString();
    }

    private void Add(EventRecord record)
    {
        if (_events.Count == Capacity)
            _events.Dequeue();
        _events.Enqueue(record);
        _lastId = record.Id;
    }
}
