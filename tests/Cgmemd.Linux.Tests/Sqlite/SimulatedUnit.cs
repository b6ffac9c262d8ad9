using Cgmemd.Core.History;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Tests.Sqlite;

/// <summary>A unit whose memory wanders as a service's may: by pages, some values seldom, counters upwards.</summary>
internal sealed class SimulatedUnit(string name, int seed)
{
    private const ulong Page = 4096;

    private readonly Random _random = new(seed);
    private readonly byte[] _row = new byte[OpenRow.MaxLength];
    private Sample _sample;

    public Invocation Start(HistoryTime at, string bootId = HistoryFile.Boot) => new()
    {
        Unit = name,
        Kind = InvocationKind.Unit,
        Cgroup = "/system.slice/" + name,
        CgroupId = (ulong)(1000 + seed),
        BootId = bootId,
        InvocationId = $"{seed:x32}",
        Start = at,
        Limits = Limits,
    };

    public static Limits Limits { get; } =
        new(ByteLimit.Max, ByteLimit.Of(1 << 30), ByteLimit.Max, ByteLimit.Max, ByteLimit.Of(1 << 30));

    /// <summary>The last sample.</summary>
    public ref readonly Sample Sample => ref _sample;

    /// <summary>The next sample, encoded; valid until the one after.</summary>
    public ReadOnlySpan<byte> Next(HistoryTime at)
    {
        _sample.TimestampUs = at.MonotonicUs;
        for (Metric metric = 0; metric <= Metric.PidsCurrent; metric++)
            _sample.Set(metric, Value(metric, _sample[metric]));
        ulong current = _sample[Metric.MemoryCurrent]!.Value;
        _sample.Set(Metric.IntervalPeak, current + ((ulong)_random.Next(8) * Page));
        _sample.IntervalPeakIsExact = true;
        return _row.AsSpan(0, OpenRow.Encode(_sample, Limits, isFull: true, hasNewPss: false, _row));
    }

    private ulong Value(Metric metric, ulong? before)
    {
        bool isCounter = HistoryFields.Of(metric)?.Kind == FieldKind.Counter;
        ulong last = before ?? (isCounter ? 0 : (ulong)_random.Next(1000, 50_000) * Page);
        if (metric >= Metric.EventsLow && metric <= Metric.EventsLocalOomGroupKill)
            return last;
        if (isCounter)
            return last + (ulong)_random.Next(200);
        return _random.Next(3) == 0 ? last + ((ulong)_random.Next(32) * Page) - (12 * Page) : last;
    }
}
