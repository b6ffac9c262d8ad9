using System.CommandLine;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl show UNIT…</c>: all about a unit on one screen.</summary>
internal static class ShowCommand
{
    private const int Events = 5;

    internal static Command Create(Func<ParseResult, Session> session)
    {
        var units = new Argument<string[]>("UNIT")
        {
            Description = "A unit, \".service\" may be left out, or a cgroup path from its slash on",
            Arity = ArgumentArity.OneOrMore,
        }.RefusingOptions();
        var command = new Command("show", "Show a unit: memory, limits, processes, alerts, latest events") { units };
        command.SetAction(parsed => Run(session(parsed), parsed.GetValue(units)!));
        return command;
    }

    internal static int Run(Session session, string[] units)
    {
        int worst = ExitCode.Success;
        for (int i = 0; i < units.Length; i++)
        {
            if (i > 0 && !session.WantsJson)
                session.Terminal.Out.WriteLine();
            worst = Math.Max(worst, Show(session, FullName(units[i])));
        }

        return worst;
    }

    // As systemctl does: a name without a suffix is a service's.
    private static string FullName(string unit) =>
        unit.StartsWith('/') || unit.Contains('.') ? unit : unit + ".service";

    private static int Show(Session session, string unit) => session.Ask(
        DaemonInterface.GetUnit,
        new GetUnitCall(unit),
        VarlinkJson.Default.GetUnitCall,
        VarlinkJson.Default.GetUnitReply,
        reply =>
        {
            if (session.WantsJson)
            {
                session.WriteJson(reply.Unit, VarlinkJson.Default.UnitDetail);
                return ExitCode.Success;
            }

            PrintHead(session, reply.Unit);
            PrintAlerts(session, reply.Unit);
            PrintMemory(session, reply.Unit);
            PrintTables(session, reply.Unit);
            return PrintEvents(session, unit);
        });

    private static void PrintHead(Session session, UnitDetail unit)
    {
        Terminal terminal = session.Terminal;
        bool alarmed = unit.Alerts.Any(IsFiring);
        string dot = alarmed ? terminal.Red("●") : unit.Active ? terminal.Green("●") : "○";
        string state = unit.Active ? "" : " (not running; its last sample)";
        terminal.Out.WriteLine($"{dot} {terminal.Bold(Terminal.Plain(unit.Unit))}{state}");

        Sheet sheet = NewSheet(terminal);
        sheet.Line("Cgroup", $"{Terminal.Plain(unit.Cgroup)} (id {unit.CgroupId})");
        sheet.Line("Invocation", unit.InvocationId);
        sheet.Line("Watched", $"since {Quantity.Since(unit.SinceUsec, session)}");
        sheet.Line("Sampled", unit.SampledUsec == 0
            ? "not yet"
            : $"{Quantity.Span(Quantity.NowUsec(session) - unit.SampledUsec)} ago");
    }

    private static void PrintMemory(Session session, UnitDetail unit)
    {
        ulong? current = Value(unit, Metric.MemoryCurrent);
        ulong? max = unit.Limits.GetValueOrDefault("effective_memory.max");
        ulong? high = unit.Limits.GetValueOrDefault("effective_memory.high");
        Sheet sheet = NewSheet(session.Terminal);
        sheet.Line("Memory", current is null ? Quantity.Absent : $"{Quantity.Bytes(current)}{OfLimit(current, max)}");
        sheet.Line("Limits", $"max {Limit(unit, "memory.max", max)}, high {Limit(unit, "memory.high", high)}");
        string exact = unit.IntervalPeakExact ? "" : " (highest sampled)";
        sheet.Line("Peak", $"{Bytes(unit, Metric.MemoryPeak)}; in the last interval " +
            $"{Bytes(unit, Metric.IntervalPeak)}{exact}");
        sheet.Line("Rate", Trend(unit.Rate, current, max));
        sheet.Line("Made of", $"anon {Bytes(unit, Metric.Anon)}, file {Bytes(unit, Metric.File)}, " +
            $"shmem {Bytes(unit, Metric.Shmem)}, kernel {Bytes(unit, Metric.Kernel)}");
        sheet.Line("Working set", Bytes(unit, Metric.WorkingSet));
        sheet.Line("Swap", Bytes(unit, Metric.MemorySwapCurrent));
        string age = unit.PssAgeUsec is { } usec ? $", read {Quantity.Span(usec)} ago" : "";
        sheet.Line("PSS", Value(unit, Metric.Pss) is null ? "not read yet" : $"{Bytes(unit, Metric.Pss)}{age}");
        sheet.Line("Pressure", Value(unit, Metric.PressureSomeAvg10) is null ? null
            : $"some {Quantity.Pressure(Value(unit, Metric.PressureSomeAvg10))}, " +
              $"full {Quantity.Pressure(Value(unit, Metric.PressureFullAvg10))} (10 s average)");
        sheet.Line("Events", $"high {Number(unit, Metric.EventsHigh)}, max {Number(unit, Metric.EventsMax)}, " +
            $"oom {Number(unit, Metric.EventsOom)}, oom_kill {Number(unit, Metric.EventsOomKill)}");
        sheet.Line("OOM kills", unit.OomKills == 0 ? "none" : session.Terminal.Red(Text(unit.OomKills)));
        sheet.Line("Tasks", Value(unit, Metric.PidsCurrent) is { } tasks ? Text(tasks) : null);
    }

    private static void PrintAlerts(Session session, UnitDetail unit)
    {
        Sheet sheet = NewSheet(session.Terminal);
        if (unit.Alerts.Count == 0)
            sheet.Line("Alerts", "none");
        sheet.Lines("Alerts", unit.Alerts.Select(alert =>
        {
            string severity = alert.Severity is null ? "" : $" [{alert.Severity}]";
            string compared = alert.Value is null ? ""
                : $": {alert.Metric ?? "value"} {Quantity.Bytes(alert.Value)}, " +
                  $"threshold {Quantity.Bytes(alert.Threshold)}";
            string state = $"{alert.Rule} {alert.State}{severity}";
            return (IsFiring(alert) ? session.Terminal.Red(state) : session.Terminal.Yellow(state))
                + $" for {Quantity.Span(Quantity.NowUsec(session) - alert.SinceUsec)}{compared}";
        }));
    }

    private static bool IsFiring(AlertStatus alert) => alert.State is "firing" or "clearing";

    private static void PrintTables(Session session, UnitDetail unit)
    {
        Table processes = new Table().Right("PID").Right("PSS").Right("RSS").Left("PROCESS");
        foreach (ProcessUsage process in unit.Processes)
        {
            processes.Add(
                Text((ulong)process.Pid), Quantity.Bytes(process.Pss), Quantity.Bytes(process.Rss), process.Comm);
        }

        Below(session, processes);
        if (unit.Children.Count > 0)
            Below(session, ListCommand.ToTable(session.Terminal, unit.Children));
    }

    private static int PrintEvents(Session session, string unit) => session.Ask(
        DaemonInterface.ListEvents,
        new ListEventsCall(Events, Unit: unit),
        VarlinkJson.Default.ListEventsCall,
        VarlinkJson.Default.ListEventsReply,
        reply =>
        {
            Below(session, EventsCommand.ToTable(session, reply.Events, units: false), anyWidth: true);
            return ExitCode.Success;
        });

    private static void Below(Session session, Table table, bool anyWidth = false)
    {
        if (table.Rows == 0)
            return;
        session.Terminal.Out.WriteLine();
        table.WriteTo(anyWidth ? session.Terminal with { Width = null } : session.Terminal, session.Legend);
    }

    private static Sheet NewSheet(Terminal terminal) => new(terminal, 12);

    private static string OfLimit(ulong? current, ulong? max) => max is null
        ? ", no limit"
        : $" of {Quantity.Bytes(max)} ({Quantity.Share(current, max)}), " +
          $"{Quantity.Bytes(max - Math.Min(max.Value, current ?? 0))} left";

    // The limit that counts is the least over the ancestors; where that is not the unit's own, both are told.
    private static string Limit(UnitDetail unit, string file, ulong? effective)
    {
        ulong? own = unit.Limits.GetValueOrDefault(file);
        string text = effective is null ? "none" : Quantity.Bytes(effective);
        return own == effective ? text : $"{text} (an ancestor's; own {(own is null ? "none" : Quantity.Bytes(own))})";
    }

    private static string Trend(long? rate, ulong? current, ulong? max)
    {
        if (rate is not > 0 || current is null || max is null || max <= current)
            return Quantity.Rate(rate);
        double seconds = (double)(max.Value - current.Value) / rate.Value;
        return seconds > 86400 ? Quantity.Rate(rate)
            : $"{Quantity.Rate(rate)}; at this rate at the limit in {Quantity.Span((long)(seconds * 1e6))}";
    }

    private static ulong? Value(UnitDetail unit, Metric metric) =>
        unit.Sample.TryGetValue(Metrics.Key(metric), out ulong value) ? value : null;

    private static string Bytes(UnitDetail unit, Metric metric) => Quantity.Bytes(Value(unit, metric));

    private static string Number(UnitDetail unit, Metric metric) =>
        Value(unit, metric) is { } value ? Text(value) : Quantity.Absent;

    private static string Text(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
