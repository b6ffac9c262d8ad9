using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// What the loop holds of an invocation that is recorded: given by <see cref="HistoryRecorder.Begin"/>, and of no use
/// after <see cref="HistoryRecorder.End"/>.
/// </summary>
public sealed class HistorySeries
{
    internal HistorySeries(int number, Invocation start) => (Number, Start) = (number, start);

    /// <summary>As it was begun.</summary>
    public Invocation Start { get; }

    /// <summary>How the queued samples name it.</summary>
    internal int Number { get; }

    /// <summary>The loop's: in which run of the writer its begin was queued; 0 for none.</summary>
    internal int Session { get; set; }

    /// <summary>The loop's: in which run of the writer its begin found no room so far; 0 for none.</summary>
    internal int WaitingSession { get; set; }

    /// <summary>The writer's: its row in the file.</summary>
    internal long Row { get; set; }
}
