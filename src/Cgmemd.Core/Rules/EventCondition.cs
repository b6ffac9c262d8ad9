using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>What an event rule counts.</summary>
public enum EventSource : byte
{
    /// <summary>A counter of memory.events or memory.events.local.</summary>
    Counter,

    /// <summary>
    /// OOM kills in the unit, the kernel's of its own limit and of the whole host's: also those that only systemd told
    /// of, when the cgroup was gone.
    /// </summary>
    OomKill,

    /// <summary>Kills of the unit, or of a cgroup below it, by systemd-oomd alone.</summary>
    OomdKill,
}

/// <summary>
/// Something that the kernel counts has happened so many times within a while. The alert lasts until fewer are within
/// it.
/// </summary>
/// <param name="Source">What is counted.</param>
/// <param name="Counter">The counter, where <paramref name="Source"/> is one.</param>
/// <param name="Count">How many times, at least 1.</param>
/// <param name="Within">Within how long.</param>
public sealed record EventCondition(EventSource Source, Metric Counter, ulong Count, TimeSpan Within) : Condition
{
    /// <summary>The key of <see cref="EventSource.OomKill"/>: the kernel's.</summary>
    public const string OomKillKey = "memory.events.oom_kill";

    /// <summary>The key of <see cref="EventSource.OomdKill"/>.</summary>
    public const string OomdKillKey = "oomd_kill";

    public override string Kind => "event";

    public override string On => Source switch
    {
        EventSource.OomKill => OomKillKey,
        EventSource.OomdKill => OomdKillKey,
        _ => Metrics.Key(Counter),
    };

    /// <summary>Whether it is on kills, which may end a unit: then it is judged at the unit's end too.</summary>
    public bool IsOnKills => Source is EventSource.OomKill or EventSource.OomdKill;

    public override ValueUnit Unit => ValueUnit.Count;

    public override RuleMemory NewMemory() => new CountMemory();

    public override void BeginLate(RuleMemory memory, in Observation seen)
    {
        if (TryCount(seen, out ulong total))
            ((CountMemory)memory).Begin(total);
    }

    public override Finding Judge(RuleMemory? memory, in Observation seen, byte level)
    {
        if (!TryCount(seen, out ulong total))
            return Finding.Unknown;
        bool beginsAtZero = seen.IsFresh || Source != EventSource.Counter;
        ulong recent = ((CountMemory)memory!).Take(
            total, beginsAtZero, seen.NowUs, (long)Within.TotalMicroseconds);
        return new Finding(IsKnown: true, recent >= Count ? (byte)1 : (byte)0, recent, Count);
    }

    private bool TryCount(in Observation seen, out ulong total)
    {
        total = Source == EventSource.OomKill ? seen.OomKills : seen.OomdKills ?? 0;
        return Source switch
        {
            EventSource.OomKill => true,
            EventSource.OomdKill => seen.OomdKills is not null,
            _ => seen.Sample.TryGet(Counter, out total),
        };
    }
}

/// <summary>
/// How much a counter has grown within a window: by slots of a sixteenth of it, so that it is bounded whatever happens,
/// and an event counts for the window's length or up to a sixteenth more.
/// </summary>
internal sealed class CountMemory : RuleMemory
{
    private const int Slots = 16;

    private readonly ulong[] _counts = new ulong[Slots];
    private ulong _total;
    private long _slot;
    private bool _hasTotal;

    /// <summary>What is counted so far is the past.</summary>
    public void Begin(ulong total) => (_total, _hasTotal) = (total, true);

    /// <summary>Takes the counter in, and returns its growth within the window.</summary>
    /// <param name="total">The counter. One that has shrunk was begun anew: it is a new start, and no growth.</param>
    /// <param name="beginsAtZero">Whether what it counts at first is news.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    /// <param name="windowUs">The window in microseconds.</param>
    public ulong Take(ulong total, bool beginsAtZero, long nowUs, long windowUs)
    {
        ulong before = _hasTotal ? _total : beginsAtZero ? 0 : total;
        ulong growth = total > before ? total - before : 0;
        (_total, _hasTotal) = (total, true);
        long slot = nowUs / Math.Max(1, windowUs / (Slots - 1));
        long passed = Math.Clamp(slot - _slot, 0, Slots);
        for (long i = 1; i <= passed; i++)
            _counts[(_slot + i) % Slots] = 0;
        _slot = Math.Max(slot, _slot);
        _counts[_slot % Slots] += growth;
        ulong sum = 0;
        foreach (ulong count in _counts)
            sum += count;
        return sum;
    }

    public override void Clear()
    {
        Array.Clear(_counts);
        (_total, _slot, _hasTotal) = (0, 0, false);
    }

    public override long[] Save()
    {
        long[] saved = new long[Slots + 3];
        (saved[0], saved[1], saved[2]) = (_hasTotal ? 1 : 0, (long)_total, _slot);
        for (int i = 0; i < Slots; i++)
            saved[i + 3] = (long)_counts[i];
        return saved;
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.Length != Slots + 3 || saved[2] < 0)
            return false;
        (_hasTotal, _total, _slot) = (saved[0] != 0, (ulong)saved[1], saved[2]);
        for (int i = 0; i < Slots; i++)
            _counts[i] = (ulong)saved[i + 3];
        return true;
    }
}
