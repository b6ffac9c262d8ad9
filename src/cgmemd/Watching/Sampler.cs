using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Holding;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Daemon.Watching;

/// <summary>Reads one group and sets when it is to be read next. In the steady state it allocates nothing.</summary>
internal sealed class Sampler(AncestorLimits ancestors, Measuring measuring, LimitDesk limits)
{
    // While a unit starts, it is looked at this often for so long.
    private const long StartUs = 10_000_000;
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(500);

    // A service grows by steps of its allocator: between two quick readings often by nothing, then by much.
    private const long RateUs = 1_000_000;

    private Sample _scratch;

    /// <summary>Cgroups read since the start, in full and memory.current alone.</summary>
    public ulong FullReads { get; private set; }

    public ulong QuickReads { get; private set; }

    /// <summary>Reads all files of the group.</summary>
    public ReadStatus ReadFull(WatchedGroup group, long nowUs)
    {
        // What a cgroup on its way out leaves unread must not wipe out what was known of it.
        ReadStatus status = group.Cgroup.Read(ref _scratch);
        if (status != ReadStatus.Ok)
            return status;
        if (group.FullReadUs > group.RecordedUs)
            KeepPeak(group.Sample, ref _scratch);
        group.Sample = _scratch;
        FullReads++;
        group.FullReadUs = nowUs;
        ReadLimits(group);
        measuring.Collect(group);
        group.Pss.CopyTo(ref group.Sample);
        Take(group, group.Sample[Metric.MemoryCurrent], nowUs, isFull: true);
        return ReadStatus.Ok;
    }

    /// <summary>Reads the limits alone, for what is said of a group before its first reading.</summary>
    public void ReadLimits(WatchedGroup group)
    {
        if (ancestors.Read(group.Cgroup, out Limits read, limits.OwnHigh(group.Name)) == ReadStatus.Ok)
            group.Limits = read;
    }

    /// <summary>Reads memory.current alone; the other values stay as the last full reading left them.</summary>
    public ReadStatus ReadQuick(WatchedGroup group, long nowUs)
    {
        ReadStatus status = group.Cgroup.ReadCurrent(out ulong current);
        if (status != ReadStatus.Ok)
            return status;
        QuickReads++;
        group.Sample.Set(Metric.MemoryCurrent, current);
        Take(group, current, nowUs, isFull: false);
        return ReadStatus.Ok;
    }

    /// <summary>Sets when the group is to be read next, and whether in full.</summary>
    public static void Schedule(WatchedGroup group, SamplingOptions sampling, long nowUs)
    {
        long baseUs = ToUs(sampling.Interval);
        if (group.FullDueUs <= nowUs)
            group.FullDueUs = NextOnGrid(nowUs, baseUs);
        if (!group.Sample.TryGet(Metric.MemoryCurrent, out ulong current))
        {
            group.DueUs = group.FullDueUs;
            return;
        }

        Ceiling ceiling = Ceiling.Of(group, current);
        TimeSpan wait = Pace.Next(current, group.Rate, ceiling.Bytes, sampling);
        // A service that has just started allocates at a rate that nothing is known of yet.
        if (ceiling.Bytes is not null && nowUs - group.SinceUs < StartUs && wait > StartInterval)
            wait = StartInterval < sampling.Interval ? StartInterval : sampling.Interval;
        group.DueUs = wait >= sampling.Interval ? group.FullDueUs : nowUs + ToUs(wait);
        if (ceiling.NeedsFullRead)
            group.FullDueUs = Math.Min(group.FullDueUs, group.DueUs);
        MeetDeadlines(group, nowUs);
        group.DueUs = Math.Min(group.DueUs, group.FullDueUs);
        group.DueUs = Math.Max(group.DueUs, nowUs + ToUs(sampling.MinInterval));
    }

    // The reading before was only shown to somebody, and the interval's peak began anew with it.
    private static void KeepPeak(in Sample shown, ref Sample sample)
    {
        if (!shown.TryGet(Metric.IntervalPeak, out ulong before)
            || !sample.TryGet(Metric.IntervalPeak, out ulong peak))
        {
            return;
        }

        sample.Set(Metric.IntervalPeak, Math.Max(before, peak));
        sample.IntervalPeakIsExact &= shown.IntervalPeakIsExact;
    }

    private static void Take(WatchedGroup group, ulong? current, long nowUs, bool isFull)
    {
        if (current is not { } bytes)
            return;
        group.Sample.TimestampUs = nowUs;
        group.Peak = Math.Max(group.Peak, Math.Max(bytes, group.Sample[Metric.MemoryPeak] ?? 0));
        group.Ring.Add(new RingSample(
            nowUs, bytes,
            isFull ? group.Sample[Metric.Anon] : null,
            isFull ? group.Sample[Metric.File] : null,
            isFull ? group.Sample[Metric.MemorySwapCurrent] : null));
        group.Rate = group.Ring.Rate(RateUs);
    }

    // All groups at the base interval are read in one wake-up of the CPU, not each at a time of its own.
    private static long NextOnGrid(long nowUs, long intervalUs) => ((nowUs / intervalUs) + 1) * intervalUs;

    // The end of a rule's `for` or `keep_firing_for` is met on time, not at the next interval.
    private static void MeetDeadlines(WatchedGroup group, long nowUs)
    {
        foreach (RuleTrack track in group.Rules)
        {
            // One that is past was judged just now and could not be: its value is absent. It waits for the interval.
            if (RuleEngine.Deadline(track.Rule, track.State) is not { } deadlineUs || deadlineUs <= nowUs)
                continue;
            group.DueUs = Math.Min(group.DueUs, deadlineUs);
            if (!track.Rule.Condition.IsQuick)
                group.FullDueUs = Math.Min(group.FullDueUs, deadlineUs);
        }
    }

    private static long ToUs(TimeSpan span) => (long)span.TotalMicroseconds;
}
