using System.CommandLine;
using System.Globalization;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl status</c>: the daemon, what the host lacks, and what it all costs.</summary>
internal static class StatusCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var command = new Command("status", "Show the daemon, what the host lacks, and what the daemon itself costs");
        command.SetAction(parsed => Run(session(parsed)));
        return command;
    }

    internal static int Run(Session session) => session.Ask(
        DaemonInterface.GetStatus, ReplyJson.Default.GetStatusReply, reply =>
        {
            if (session.WantsJson)
                session.WriteJson(reply.Status, ReplyJson.Default.DaemonStatus);
            else
                Print(session, reply.Status);
            return ExitCode.Success;
        });

    private static void Print(Session session, DaemonStatus status)
    {
        Terminal terminal = session.Terminal;
        bool well = status is
        { AlertsFiring: 0, BusConnected: true, History.Problem: null, Pss: { StuckUsec: null, State: not "failed" } };
        string dot = well ? terminal.Green("●") : terminal.Red("●");
        terminal.Out.WriteLine($"{dot} cgmemd {status.Version} ({status.Framework})");

        var sheet = new Sheet(terminal, 13);
        sheet.Line("Running", $"since {Quantity.Since(status.StartedUsec, session)} (PID {status.Pid})");
        sheet.Line("Boot", status.BootId);
        sheet.Line("Watching", $"{Quantity.Count(status.Units, "unit")}, {Quantity.Count(status.Cgroups, "cgroup")}, " +
            Quantity.Count(status.Rules, "rule"));
        sheet.Line("Alerts", status.AlertsFiring == 0 ? "none firing" : terminal.Red($"{status.AlertsFiring} firing"));
        sheet.Line("Captures", $"{status.Captures}, {Quantity.Bytes(status.CaptureBytes)}");
        sheet.Line("Events", status.LastEventId == 0 ? "none" : $"{status.OldestEventId} to {status.LastEventId}");
        PrintHistory(sheet, status.History, session);
        PrintMeasuring(sheet, status.Pss, session.Terminal);
        sheet.Line("systemd", status.BusConnected ? "connected" : terminal.Red("not connected: plain cgroups only"));
        PrintPrekill(sheet, status.Prekill, terminal);
        sheet.Line("Configured", $"since {Quantity.Since(status.ConfigurationLoadedUsec, session)}");
        sheet.Lines("", status.ConfigurationFiles);
        PrintCost(sheet, status, status.Cost);

        if (status.Preflight.Count > 0)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine("This host lacks:");
            foreach (PreflightFinding finding in status.Preflight)
                terminal.Out.WriteLine($"  {terminal.Yellow(finding.Finding)}: {finding.Consequence}");
        }
    }

    private static void PrintPrekill(Sheet sheet, DaemonPrekill? prekill, Terminal terminal)
    {
        if (prekill is null)
            return;
        sheet.Line("systemd-oomd", prekill.State switch
        {
            "listening" => $"may ask before it kills; {Quantity.Count((int)prekill.Calls, "time")} so far",
            "absent" => "cannot ask before it kills: no directory of hooks",
            "disabled" => "not kept waiting: before_oomd_kill is 0",
            _ => terminal.Red($"cannot ask before it kills: {prekill.Problem}"),
        });
    }

    private static void PrintHistory(Sheet sheet, DaemonHistory history, Session session)
    {
        string since = history.OldestUsec is { } oldest ? $", since {Quantity.Since(oldest, session)}" : "";
        string lost = history.SamplesLost > 0 ? $"; {history.SamplesLost} samples lost" : "";
        sheet.Line("History", history.State switch
        {
            "recording" => $"{Quantity.Bytes((ulong)history.Bytes)}{since}{lost}",
            "opening" => "being opened",
            "disabled" => "not written: enabled = false",
            _ => session.Terminal.Red($"not written since {Quantity.Since(history.SinceUsec, session)}") + lost,
        });
        if (history.Problem is { } problem)
            sheet.Line("", session.Terminal.Red(problem));
    }

    private static void PrintMeasuring(Sheet sheet, DaemonMeasuring pss, Terminal terminal)
    {
        if (pss.State == "disabled")
        {
            sheet.Line("PSS", "not read: enabled = false");
            return;
        }

        string oldest = pss.OldestAgeUsec is { } age ? $", read up to {Quantity.Span(age)} ago" : "";
        string share = pss.ShareUsed is { } used ? $", in {Percent(used)} of the time" : "";
        sheet.Line("PSS", $"{Quantity.Count(pss.Processes, "process", "es")}{oldest}{share}");
        List<string> lacking = [];
        Note(lacking, pss.NeverRead, "not read yet");
        Note(lacking, pss.Unreadable, "unreadable");
        Note(lacking, pss.Undercounted, "undercounted by the kernel");
        Note(lacking, pss.Untracked, "beyond what is measured");
        if (lacking.Count > 0)
            sheet.Line("", string.Join(", ", lacking));
        if (pss.StuckUsec is { } stuck)
            sheet.Line("", terminal.Red($"stuck for {Quantity.Span(stuck)}"
                + (pss.StuckPid is { } pid ? $" at PID {pid}" : "") + ": rules have no PSS"));
        if (pss.State == "failed")
            sheet.Line("", terminal.Red("failed by a defect, and is begun anew: see measuring-failed in the journal"));
    }

    private static void Note(List<string> lacking, int count, string what)
    {
        if (count > 0)
            lacking.Add($"{count} {what}");
    }

    private static void PrintCost(Sheet sheet, DaemonStatus status, DaemonCost cost)
    {
        sheet.Line("Own memory", $"{Quantity.Bytes(cost.Pss)} PSS, {Quantity.Bytes(cost.PrivateDirty)} private dirty");
        string perSecond = cost.CpuUsecPerSecond is { } usec ? $", {Percent(usec / 1e6)} over the last minute" : "";
        double mean = Share(cost.CpuUsec, status.UptimeUsec);
        sheet.Line("Own CPU", $"{Quantity.Span(cost.CpuUsec)}, {Percent(mean)} of a core{perSecond}");
        sheet.Line("Ticks", $"{cost.Ticks}: last {Quantity.Span(cost.TickLastUsec)}, " +
            $"mean {Quantity.Span(cost.TickMeanUsec)}, longest {Quantity.Span(cost.TickMaxUsec)}");
        sheet.Line("Kernel files", $"{cost.Reads} reads, {Quantity.Count(cost.Fds, "descriptor")} open");
        sheet.Line("Allocated", $"{Quantity.Bytes((ulong)Math.Max(cost.GcAllocatedBytes, 0))} since the start");
        sheet.Line("Writer", $"{Percent(Share(status.History.CpuUsec, status.UptimeUsec))} of a core, " +
            $"{status.History.SamplesWritten} samples written" +
            (status.History is { Commits: > 0 and var commits, CommitLastUsec: var last, CommitMaxUsec: var longest }
                ? $"; {commits} commits: last {Quantity.Span(last)}, longest {Quantity.Span(longest)}"
                : ""));
        sheet.Line("State file", cost.StateFileBytes is { } bytes ? Quantity.Bytes(bytes) : null);
        sheet.Line("Journal", $"{cost.JournalEntries} entries written");
    }

    private static double Share(long partUsec, long wholeUsec) => wholeUsec > 0 ? (double)partUsec / wholeUsec : 0;

    private static string Percent(double share) =>
        (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
