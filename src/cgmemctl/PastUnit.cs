using Cgmemd.Core.History;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>A unit as the history knows it at one time, in the daemon's own terms.</summary>
internal sealed class PastUnit
{
    // What is read less often than each time, the PSS, is looked for so far back; growth is told over the half of it.
    private const long BackUs = 10 * 60 * 1_000_000L;

    /// <summary>So many processes are shown, and kept by the history.</summary>
    internal const int MostProcesses = 10;

    private readonly HistoryReader _reader;
    private readonly string _unit;
    private readonly long _atUs;
    private readonly HistoryRow? _last;
    private readonly List<(long TimeUs, ulong Bytes)> _growth = [];
    private readonly Dictionary<HistoryField, ulong> _values = [];
    private readonly long? _pssUs;

    internal PastUnit(HistoryReader reader, string unit, long atUs)
    {
        (_reader, _unit, _atUs) = (reader, unit, atUs);
        IReadOnlyList<HistoryField> fields = HistoryFields.All;
        HistoryField pss = HistoryFields.Of(Metric.Pss)!, current = HistoryFields.Of(Metric.MemoryCurrent)!;
        List<HistoryRow> rows = [.. reader.Rows(unit, new HistoryRange(atUs - BackUs, atUs + 1), null, fields)];
        _last = rows.LastOrDefault() ?? reader.At(atUs, fields).FirstOrDefault(row => row.Invocation.Unit == unit);
        if (rows.Count == 0 && _last is not null)
            rows.Add(_last);
        foreach (HistoryRow row in rows.Where(row => row.Invocation == _last!.Invocation))
        {
            for (int i = 0; i < fields.Count; i++)
            {
                if (row.Values[i]?.Last is not { } value)
                    continue;
                _values[fields[i]] = value;
                if (fields[i] == pss)
                    _pssUs = row.LastUs;
                if (fields[i] == current && row.LastUs > atUs - BackUs / 2)
                    _growth.Add((row.LastUs, value));
            }
        }
    }

    /// <summary>How memory.current grew in the minutes before; null where too little is known.</summary>
    internal double? BytesPerMinute => Cause.BytesPerMinute(_growth);

    /// <summary>All that is known of it; null where the unit was not there.</summary>
    internal UnitDetail? Detail() => _last is not { Invocation: var life } ? null : new UnitDetail
    {
        Unit = _unit,
        Cgroup = life.Cgroup,
        CgroupId = life.CgroupId,
        InvocationId = life.InvocationId,
        Active = life.End is not { } end || end.RealtimeUs > _atUs,
        SinceUsec = life.Start.RealtimeUs,
        SampledUsec = _last.LastUs,
        Sample = Sample(),
        IntervalPeakExact = _values.GetValueOrDefault(HistoryFields.PeakIsExact) == 1,
        Limits = Limits(),
        Rate = BytesPerMinute is { } rate ? (long)(rate / 60) : null,
        PssAgeUsec = _pssUs is { } read ? _atUs - read : null,
        Processes = Processes(),
        Alerts = [.. _reader.Alerts(UnitChoice.Named(_unit), new HistoryRange(_atUs, _atUs + 1)).Select(Status)],
        Children = [.. Children()],
        OomKills = _values.GetValueOrDefault(HistoryFields.Of(Metric.EventsOomKill)!),
    };

    private Dictionary<string, ulong> Sample()
    {
        var sample = new Dictionary<string, ulong>();
        foreach ((HistoryField field, ulong value) in _values)
        {
            if (field.Metric is not null)
                sample[field.Key] = value;
        }

        if (Value(Metric.MemoryCurrent) is { } current && Value(Metric.InactiveFile) is { } inactive)
            sample[Metrics.Key(Metric.WorkingSet)] = current - Math.Min(current, inactive);
        return sample;
    }

    // The limits are the fields that no metric is behind; null for none.
    private Dictionary<string, ulong?> Limits()
    {
        var limits = new Dictionary<string, ulong?>();
        foreach ((HistoryField field, ulong value) in _values)
        {
            if (field.Metric is null && field != HistoryFields.PeakIsExact)
                limits[field.Key] = value == HistoryFields.NoLimit ? null : value;
        }

        return limits;
    }

    private List<ProcessUsage> Processes()
    {
        var processes = new List<ProcessUsage>();
        foreach (ProcessSample process in _reader.Processes(_unit, _atUs)?.Processes ?? [])
        {
            if (processes.Count < MostProcesses)
                processes.Add(new ProcessUsage(process.Pid, process.Command, process.Rss, process.Pss));
        }

        return processes;
    }

    private IEnumerable<UnitSummary> Children()
    {
        HistoryField[] fields =
            [HistoryFields.Of(Metric.MemoryCurrent)!, HistoryFields.Of(Metric.Anon)!, HistoryFields.EffectiveMax];
        return _reader.At(_atUs, fields)
            .Where(row => row.Invocation.Unit.StartsWith(_unit + "/", StringComparison.Ordinal))
            .Select(row => new UnitSummary
            {
                Unit = row.Invocation.Unit,
                Cgroup = row.Invocation.Cgroup,
                CgroupId = row.Invocation.CgroupId,
                InvocationId = row.Invocation.InvocationId,
                Active = true,
                MemoryCurrent = row.Values[0]?.Last,
                Anon = row.Values[1]?.Last,
                MemoryMax = row.Values[2]?.Last is { } max && max != HistoryFields.NoLimit ? max : null,
                Alerts = 0,
                SampledUsec = row.LastUs,
            })
            .OrderByDescending(child => child.MemoryCurrent);
    }

    private ulong? Value(Metric metric) =>
        _values.TryGetValue(HistoryFields.Of(metric)!, out ulong value) ? value : null;

    private static AlertStatus Status(Alert alert) => new()
    {
        Rule = alert.Rule,
        State = "firing",
        Severity = alert.Severity,
        Metric = alert.On,
        ValueUnit = ValueText.Name(ValueText.UnitOf(alert.On)),
        SinceUsec = alert.Fired.RealtimeUs,
        Value = alert.Value,
        Threshold = alert.Threshold,
        Episode = alert.Episode,
    };
}
