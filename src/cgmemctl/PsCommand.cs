using System.CommandLine;
using Cgmemd.Control.Memory;
using Cgmemd.Core.History;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl ps UNIT</c>: the processes of a unit, as they were last measured.</summary>
internal static class PsCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        Argument<string> unit = UnitName.Argument();
        Option<ProcessKey> sort = ProcessOrder.CreateOption();
        Option<string?> at = TimeArgument.At(), from = HistorySource.From();
        var command = new Command("ps", "List the processes of a unit and their proportional set sizes")
        {
            unit, sort, at, from,
        };
        command.SetAction(parsed => Run(
            session(parsed), UnitName.Full(parsed.GetValue(unit)!), parsed.GetValue(sort), parsed.GetValue(at),
            parsed.GetValue(from)));
        return command;
    }

    private static int Run(Session session, string unit, ProcessKey sort, string? at, string? from)
    {
        if (at is not null || from is not null)
        {
            return HistorySource.Read(session, from, source =>
                TimeArgument.TryRead(session, "--at", at, source.NowUs, out long? atUs)
                    ? ShowThen(session, source, unit, sort, atUs ?? source.NowUs)
                    : ExitCode.Usage);
        }

        return session.Ask(
            DaemonInterface.ListProcesses, new ListProcessesCall(unit), VarlinkJson.Default.ListProcessesCall,
            ReplyJson.Default.ListProcessesReply,
            reply => Show(session, ProcessRuntimes.AddTo(reply.Processes, session.Host), reply.Count, sort));
    }

    private static int Show(Session session, IReadOnlyList<ProcessMemory> processes, int count, ProcessKey sort)
    {
        if (session.WantsJson)
        {
            var all = new List<ProcessMemory>(processes);
            all.Sort((a, b) => ProcessOrder.Compare(a, b, sort));
            session.WriteJson([.. all], ReplyJson.Default.ProcessMemoryArray);
        }
        else
        {
            new ProcessTable(session).Print(processes, count, sort);
        }

        return ExitCode.Success;
    }

    // The history has the largest ones.
    private static int ShowThen(Session session, HistorySource source, string unit, ProcessKey sort, long atUs)
    {
        if (source.Reader.Processes(unit, atUs) is not { } samples)
            return UnitName.Unknown(session, source, unit);
        var processes = new List<ProcessMemory>();
        foreach (ProcessSample sample in samples.Processes)
        {
            processes.Add(new ProcessMemory
            {
                Pid = sample.Pid,
                Ppid = 0,
                Comm = sample.Command,
                StartTimeTicks = 0,
                Rss = sample.Rss,
                Pss = sample.Pss,
                PssAnon = sample.Anon,
                PssFile = sample.File,
                PssShmem = sample.Shmem,
                PssDirty = sample.Dirty,
                SwapPss = sample.SwapPss,
                AgeUsec = atUs - samples.Time.RealtimeUs + sample.AgeUs,
            });
        }

        if (!session.WantsJson && session.Legend)
            session.Terminal.Out.WriteLine($"The largest, as of {Quantity.Time(samples.Time.RealtimeUs, session)}");
        return Show(session, processes, processes.Count, sort);
    }
}
