using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary>All about a unit on one screen, as it is now or as it was.</summary>
/// <param name="session">The run.</param>
/// <param name="unit">What is known of it.</param>
/// <param name="nowUs">The time it is shown as of: CLOCK_REALTIME in microseconds.</param>
internal sealed class UnitSheet(Session session, UnitDetail unit, long nowUs)
{
    /// <summary>Prints it.</summary>
    /// <param name="bytesPerMinute">How memory.current grew in the last minutes, or null.</param>
    /// <param name="events">The latest, oldest first.</param>
    internal void Print(double? bytesPerMinute, IEnumerable<EventRecord> events)
    {
        PrintHead(bytesPerMinute);
        PrintAlerts();
        PrintMemory();
        PrintTables();
        Below(EventsCommand.ToTable(session, events, units: false), anyWidth: true);
    }

    private void PrintHead(double? bytesPerMinute)
    {
        Terminal terminal = session.Terminal;
        bool alarmed = unit.Alerts.Any(IsFiring);
        string dot = alarmed ? terminal.Red("●") : unit.Active ? terminal.Green("●") : "○";
        string state = unit.Active ? "" : " (not running; its last sample)";
        terminal.Out.WriteLine($"{dot} {terminal.Bold(Terminal.Plain(unit.Unit))}{state}");

        Sheet sheet = NewSheet(terminal);
        sheet.Line("Cgroup", $"{Terminal.Plain(unit.Cgroup)} (id {unit.CgroupId})");
        sheet.Line("Invocation", unit.InvocationId);
        sheet.Line("Watched", $"since {Quantity.Since(unit.SinceUsec, session, nowUs)}");
        sheet.Line("Sampled", unit.SampledUsec == 0
            ? "not yet"
            : $"{Quantity.Span(nowUs - unit.SampledUsec)} ago");
        sheet.Line("Cause", UnitCause.Describe(unit, bytesPerMinute));
    }

    private void PrintMemory()
    {
        ulong? current = Value(Metric.MemoryCurrent);
        ulong? max = unit.Limits.GetValueOrDefault("effective_memory.max");
        ulong? high = unit.Limits.GetValueOrDefault("effective_memory.high");
        Sheet sheet = NewSheet(session.Terminal);
        sheet.Line("Memory", current is null ? Quantity.Absent : $"{Quantity.Bytes(current)}{OfLimit(current, max)}");
        sheet.Line("Limits", $"max {Limit("memory.max", max)}, high {Limit("memory.high", high)}");
        string exact = unit.IntervalPeakExact ? "" : " (highest sampled)";
        sheet.Line("Peak", $"{Bytes(Metric.MemoryPeak)}; in the last interval " +
            $"{Bytes(Metric.IntervalPeak)}{exact}");
        sheet.Line("Rate", Trend(unit.Rate, current, max));
        sheet.Line("Made of", $"anon {Bytes(Metric.Anon)}, file {Bytes(Metric.File)}, " +
            $"shmem {Bytes(Metric.Shmem)}, kernel {Bytes(Metric.Kernel)}");
        sheet.Line("Working set", Bytes(Metric.WorkingSet));
        sheet.Line("Swap", Bytes(Metric.MemorySwapCurrent));
        string age = unit.PssAgeUsec is { } usec ? $", read {Quantity.Span(usec)} ago" : "";
        sheet.Line("PSS", Value(Metric.Pss) is null ? "not read yet" : $"{Bytes(Metric.Pss)}{age}");
        sheet.Line("Pressure", Value(Metric.PressureSomeAvg10) is null ? null
            : $"some {Quantity.Pressure(Value(Metric.PressureSomeAvg10))}, " +
              $"full {Quantity.Pressure(Value(Metric.PressureFullAvg10))} (10 s average)");
        sheet.Line("Events", $"high {Number(Metric.EventsHigh)}, max {Number(Metric.EventsMax)}, " +
            $"oom {Number(Metric.EventsOom)}, oom_kill {Number(Metric.EventsOomKill)}");
        string oomd = unit.OomdKills > 0 ? $", by systemd-oomd {unit.OomdKills}" : "";
        sheet.Line("OOM kills", unit.OomKills == 0 ? "none" : session.Terminal.Red(Text(unit.OomKills) + oomd));
        sheet.Line("Tasks", Value(Metric.PidsCurrent) is { } tasks ? Text(tasks) : null);
    }

    private void PrintAlerts()
    {
        Sheet sheet = NewSheet(session.Terminal);
        if (unit.Alerts.Count == 0)
            sheet.Line("Alerts", "none");
        sheet.Lines("Alerts", unit.Alerts.Select(alert =>
        {
            string severity = alert.Severity is null ? "" : $" [{alert.Severity}]";
            string compared = alert.Value is null ? ""
                : $": {alert.Metric ?? "value"} {Quantity.Of(alert.ValueUnit, alert.Value)}, " +
                  $"threshold {Quantity.Of(alert.ValueUnit, alert.Threshold)}";
            string state = $"{alert.Rule} {alert.State}{severity}";
            return (IsFiring(alert) ? session.Terminal.Red(state) : session.Terminal.Yellow(state))
                + $" for {Quantity.Span(nowUs - alert.SinceUsec)}{compared}";
        }));
    }

    private static bool IsFiring(AlertStatus alert) => alert.State is "firing" or "clearing";

    private void PrintTables()
    {
        Table processes = new Table().Right("PID").Right("PSS").Right("RSS").Left("PROCESS");
        foreach (ProcessUsage process in unit.Processes)
        {
            processes.Add(
                Text((ulong)process.Pid), Quantity.Bytes(process.Pss), Quantity.Bytes(process.Rss), process.Comm);
        }

        Below(processes);
        if (unit.Children.Count > 0)
            Below(ListCommand.ToTable(session.Terminal, unit.Children));
    }

    private void Below(Table table, bool anyWidth = false)
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
    private string Limit(string file, ulong? effective)
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

    private ulong? Value(Metric metric) =>
        unit.Sample.TryGetValue(Metrics.Key(metric), out ulong value) ? value : null;

    private string Bytes(Metric metric) => Quantity.Bytes(Value(metric));

    private string Number(Metric metric) =>
        Value(metric) is { } value ? Text(value) : Quantity.Absent;

    private static string Text(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
