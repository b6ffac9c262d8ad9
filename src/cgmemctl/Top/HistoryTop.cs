using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>Pictures of any time, from the host's history or a snapshot; and the ways through that time.</summary>
internal sealed partial class HistoryTop(HistorySource source, TimeZoneInfo zone) : ITopSource
{
    private const long Second = 1_000_000, Minute = 60 * Second, Hour = 60 * Minute;

    // What the list shows of each unit.
    private static readonly HistoryField[] Shown =
    [
        Field(Metric.MemoryCurrent), Field(Metric.MemoryPeak), HistoryFields.EffectiveMax, Field(Metric.Anon),
        Field(Metric.File), Field(Metric.InactiveFile), Field(Metric.MemorySwapCurrent), Field(Metric.Pss),
        Field(Metric.PressureSomeAvg10),
    ];

    private static readonly HistoryField[] Current = [Field(Metric.MemoryCurrent)];

    /// <summary>The latest time there is: now, or a snapshot's last.</summary>
    internal long NowUs => source.NowUs;

    /// <summary>What could not be read, in a line; null where nothing was left out.</summary>
    internal string? Problem => source.Reader.Problems switch
    {
        [] => null,
        [var only] => $"left out: {only}",
        [.., var last] and { Count: var count } => $"left out, with {count - 1} more: {last}",
    };

    public TopFrame Read(long atUs)
    {
        string name = source.IsSnapshot ? Path.GetFileName(source.Path) : "HISTORY";
        if (GapAt(atUs) is { } gap)
            return new TopFrame(name, atUs, [], $"no data: {gap.Reason} since {Time(gap.Start.RealtimeUs)}");

        IReadOnlyList<HistoryRow> rows = source.Reader.At(atUs, Shown);
        ILookup<string, Alert> alerts = source.Reader.Alerts(null, Moment(atUs)).ToLookup(alert => alert.Unit);
        Dictionary<RowId, HistoryRow> before = Before(atUs, rows);
        UnitSummary[] units =
        [
            .. rows.Select(row => Summary(row, before.GetValueOrDefault(IdOf(row.Invocation)), atUs) with
            {
                Alerts = alerts[row.Invocation.Unit].Count(),
            }),
        ];
        return new TopFrame(name, atUs, units, Doubt(atUs, rows));
    }

    public TopDetail? Detail(UnitSummary unit, long atUs)
    {
        if (new PastUnit(source.Reader, unit.Unit, atUs).Detail() is not { } detail)
            return null;
        return new TopDetail(detail, Course(unit.Unit, null, atUs));
    }

    /// <summary>memory.current of this life of a unit in the hour before a time, that included.</summary>
    internal List<(long TimeUs, ulong Bytes)> CourseOf(UnitSummary unit, long atUs) =>
        Course(unit.Unit, new RowId(unit.Cgroup, unit.CgroupId), atUs);

    public void Dispose() => source.Dispose();

    // Of one life, or of all of the unit's.
    private List<(long TimeUs, ulong Bytes)> Course(string unit, RowId? life, long atUs)
    {
        var course = new List<(long, ulong)>();
        var range = new HistoryRange(atUs - Hour, atUs + 1);
        foreach (HistoryRow point in source.Reader.Rows(unit, range, TimeSpan.FromSeconds(10), Current))
        {
            if (point.Values[0] is { } bytes && (life is not { } only || IdOf(point.Invocation) == only))
                course.Add((point.LastUs, bytes.Max));
        }
        return course;
    }

    private static HistoryField Field(Metric metric) => HistoryFields.Of(metric)!;

    private static RowId IdOf(Invocation life) => new(life.Cgroup, life.CgroupId);

    private static HistoryRange Moment(long atUs) => new(atUs, atUs + 1);

    private Gap? GapAt(long atUs) => source.Reader.Gaps(Moment(atUs))
        .FirstOrDefault(gap => gap.Start.RealtimeUs < atUs && atUs < gap.End.RealtimeUs);

    private string Time(long timeUs) => Quantity.Time(timeUs, zone);

    // The row of each unit that its rate is reckoned from: of half a minute before, or of the summary before.
    private Dictionary<RowId, HistoryRow> Before(long atUs, IReadOnlyList<HistoryRow> rows)
    {
        long span = rows.Count == 0 ? 0 : rows.Max(row => row.LastUs - row.Time.RealtimeUs);
        long back = span > Minute ? Hour : span > 0 ? Minute : Minute / 2;
        var before = new Dictionary<RowId, HistoryRow>();
        foreach (HistoryRow row in source.Reader.At(atUs - back, Current))
            before[IdOf(row.Invocation)] = row;
        return before;
    }

    // Nothing new for long, and no gap noted: the daemon is down, or this is before the beginning.
    private string? Doubt(long atUs, IReadOnlyList<HistoryRow> rows)
    {
        if (rows.Count == 0)
            return "no data: nothing is recorded of this time";
        long newest = rows.Max(row => row.LastUs);
        return atUs - newest > 5 * Minute ? $"no data since {Time(newest)}: these are the last values" : null;
    }

    private static UnitSummary Summary(HistoryRow row, HistoryRow? before, long atUs)
    {
        Invocation life = row.Invocation;
        ulong? Value(int field) => row.Values[field]?.Last;
        ulong? current = Value(0), inactive = Value(5);
        return new UnitSummary
        {
            Unit = life.Unit,
            Cgroup = life.Cgroup,
            CgroupId = life.CgroupId,
            InvocationId = life.InvocationId,
            Active = life.End is null || life.End.Value.RealtimeUs > atUs,
            MemoryCurrent = current,
            MemoryPeak = Value(1),
            MemoryMax = Value(2) is HistoryFields.NoLimit ? null : Value(2),
            Anon = Value(3),
            File = Value(4),
            WorkingSet = current is { } all && inactive is { } part ? all - Math.Min(all, part) : null,
            Swap = Value(6),
            Pss = Value(7),
            PressureSomeAvg10 = Value(8),
            Rate = Rate(row, before),
            Alerts = 0,
            SampledUsec = row.LastUs,
        };
    }

    private static long? Rate(HistoryRow row, HistoryRow? before) =>
        before is not null && row.LastUs > before.LastUs
        && row.Values[0] is { } now && before.Values[0] is { } then
            ? (long)(((double)now.Last - then.Last) * Second / (row.LastUs - before.LastUs))
            : null;
}
