using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Sqlite;

// The names the recorder relies on, until the branch of the store is merged.
#pragma warning disable CA1822
public sealed class HistoryStore
{
    internal void AddEvent(EventRecord record, HistoryTime time, string? invocation)
    {
    }

    internal void AddAlert(Alert alert)
    {
    }

    internal void ResolveAlert(Alert alert)
    {
    }

    internal void AddCapture(RecordedCapture capture)
    {
    }

    internal void AddMark(Mark mark)
    {
    }

    internal void AddGap(Gap gap)
    {
    }

    internal void AddProcesses(ProcessSamples processes)
    {
    }
}
