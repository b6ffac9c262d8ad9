using System.Runtime.InteropServices;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>
/// Prints events as they come into the history, until Ctrl-C. The daemon may stop and start meanwhile, and the file may
/// be moved aside and begun anew: it is opened again for each look.
/// </summary>
internal sealed class EventFollower(Session session, HistoryRange range, EventsCommand.Wish wish)
{
    private const int WidthOfKind = 15;
    private const int PauseMs = 500;
    private const int StandardOutput = 1;

    private long _lastId;
    private string? _trouble;

    /// <summary>Prints what there is already, then what comes.</summary>
    internal int Run(IReadOnlyList<EventRecord> before)
    {
        using var poller = new Poller();
        // Nothing is waited for but its error: nobody reads any more, as in "events -f | head".
        poller.Add(StandardOutput, PollEvents.None, StandardOutput);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(session.Terminal.Stop);
        using var wake = stop.Token.Register(poller.Wake);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        if (!Print(before) && wish.Lines == 0)
            _lastId = NewestId();
        Span<(ulong, PollEvents)> broken = stackalloc (ulong, PollEvents)[1];
        while (poller.Wait(PauseMs, broken) == 0 && !stop.IsCancellationRequested)
            Look();
        return ExitCode.Success;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private void Look()
    {
        try
        {
            using HistoryReader reader = HistoryReader.Open(session.HistoryPath);
            // Numbers that went back are those of a new file.
            if (Newest(reader) < _lastId)
                _lastId = 0;
            Print(reader.Events(EventsCommand.Query(reader, range, wish) with { AfterId = _lastId }));
            _trouble = null;
        }
        catch (IOException e) when (e is HistoryException or SqliteException)
        {
            if (_trouble != e.Message)
                session.Say($"cgmemctl: {e.Message}; waiting for it");
            _trouble = e.Message;
        }
    }

    private long NewestId()
    {
        using HistoryReader reader = HistoryReader.Open(session.HistoryPath);
        return Newest(reader);
    }

    private static long Newest(HistoryReader reader) =>
        reader.Events(new EventQuery(HistoryRange.All, Limit: 1)) is [var newest] ? (long)newest.Id : 0;

    private bool Print(IReadOnlyList<EventRecord> events)
    {
        Terminal terminal = session.Terminal;
        foreach (EventRecord record in events)
        {
            _lastId = (long)record.Id;
            if (session.WantsJson)
            {
                session.WriteJson(record, ReplyJson.Default.EventRecord);
                continue;
            }

            string kind = record.Event.PadRight(WidthOfKind);
            string time = Quantity.ShortTime(record.TimeUsec, session);
            terminal.Out.WriteLine(
                $"{time} {EventsCommand.Tone(terminal, record.Event)?.Invoke(kind) ?? kind} " +
                Terminal.Plain(record.Message));
        }

        return events.Count > 0;
    }
}
