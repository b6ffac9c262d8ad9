using Cgmemd.Core.Attribution;
using Cgmemd.Core.History;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>What is known of a unit at one of the two times of a diff.</summary>
internal sealed record UnitState
{
    /// <summary>The time asked for: CLOCK_REALTIME in microseconds.</summary>
    internal required long AtUs { get; init; }

    internal required UnitDetail Detail { get; init; }

    /// <summary>Null where none is near.</summary>
    internal Breakdown? Breakdown { get; init; }

    /// <summary>Null where none are known.</summary>
    internal KnownProcesses? Processes { get; init; }

    /// <summary>As the history has it; null where the unit was not there.</summary>
    internal static UnitState? Then(HistoryReader reader, string unit, long atUs)
    {
        if (new PastUnit(reader, unit, atUs).Detail() is not { } detail)
            return null;
        Breakdown? breakdown = Nearest(reader, detail, atUs);
        return new UnitState
        {
            AtUs = atUs,
            Detail = detail,
            Breakdown = breakdown,
            Processes = Known(reader.Processes(unit, atUs), breakdown, atUs),
        };
    }

    /// <summary>As the daemon has it now; null where it cannot be asked or does not watch the unit.</summary>
    internal static UnitState? Now(Session session, HistoryReader reader, string unit, long nowUs)
    {
        try
        {
            using VarlinkClient client = session.Connect();
            VarlinkResult found = client.Call(
                DaemonInterface.GetUnit, new GetUnitCall(unit), VarlinkJson.Default.GetUnitCall);
            if (found.Error is not null || found.As(ReplyJson.Default.GetUnitReply)?.Unit is not { } detail)
                return null;
            VarlinkResult listed = client.Call(
                DaemonInterface.ListProcesses, new ListProcessesCall(unit), VarlinkJson.Default.ListProcessesCall);
            ListProcessesReply? processes =
                listed.Error is null ? listed.As(ReplyJson.Default.ListProcessesReply) : null;
            return new UnitState
            {
                AtUs = nowUs,
                Detail = detail,
                Breakdown = Nearest(reader, detail, nowUs),
                Processes = processes is null ? null : Known(processes, nowUs),
            };
        }
        catch (VarlinkException)
        {
            // Then the history has to do.
            return null;
        }
    }

    // One of another life would tell of another memory.
    private static Breakdown? Nearest(HistoryReader reader, UnitDetail detail, long atUs)
    {
        BreakdownEntry? nearest = null;
        foreach (BreakdownEntry entry in reader.Breakdowns(UnitChoice.Named(detail.Unit), HistoryRange.All))
        {
            bool isOfLife = entry.CgroupId == detail.CgroupId && entry.InvocationId == detail.InvocationId;
            if (isOfLife && (nearest is null
                || Math.Abs(entry.Time.RealtimeUs - atUs) < Math.Abs(nearest.Time.RealtimeUs - atUs)))
                nearest = entry;
        }

        return nearest is null ? null : reader.Breakdown(nearest)?.Breakdown;
    }

    // The history notes the largest every few minutes; a breakdown has more of them, but may be far away.
    private static KnownProcesses? Known(ProcessSamples? samples, Breakdown? breakdown, long atUs)
    {
        bool isNearer = breakdown is not null && (samples is null
            || Math.Abs(breakdown.TimeUsec - atUs) <= Math.Abs(samples.Time.RealtimeUs - atUs));
        var known = new List<KnownProcess>();
        if (isNearer)
        {
            foreach (ProcessBreakdown process in breakdown!.Processes)
            {
                if (process.Use is { } use)
                    known.Add(new KnownProcess(process.Pid, process.StartTimeTicks, process.Command, use.Pss));
            }

            return new KnownProcesses(breakdown.TimeUsec, known, known.Count < breakdown.ProcessCount);
        }

        if (samples is null)
            return null;
        foreach (ProcessSample process in samples.Processes)
            known.Add(new KnownProcess(process.Pid, null, process.Command, process.Pss));
        return new KnownProcesses(samples.Time.RealtimeUs, known, known.Count >= PastUnit.MostProcesses);
    }

    private static KnownProcesses Known(ListProcessesReply reply, long nowUs)
    {
        var known = new List<KnownProcess>();
        foreach (ProcessMemory process in reply.Processes)
        {
            if (process.Pss is { } pss && process.EscapedTo is null)
                known.Add(new KnownProcess(process.Pid, process.StartTimeTicks, process.Comm, pss));
        }

        return new KnownProcesses(nowUs, known, known.Count < reply.Count);
    }
}
