using Cgmemd.Core.Attribution;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Attribution;

/// <summary>
/// Takes the breakdown of a unit: first the PSS of every process, the largest first, between two readings of the
/// cgroup's own files; then the mappings of the largest. It only reads, so the target pays with the time its mmap_lock
/// is held. Bounded in time and in what it keeps; what was left out is counted. For one thread.
/// </summary>
/// <param name="proc">The host's procfs.</param>
/// <param name="time">For how long it took.</param>
public sealed class BreakdownReader(ProcDirectory proc, TimeProvider time)
{
    /// <summary>Of how many processes the mappings are read: the largest by RSS.</summary>
    public const int MaxMapped = 32;

    /// <summary>How many processes are listed, with or without their mappings; the others are in the sums.</summary>
    public const int MaxListed = 1_000;

    /// <summary>How many processes are looked at in all.</summary>
    public const int MaxProcesses = 32_768;

    private readonly Reconciler _reconciler =
        new(proc.CountCpus(), Environment.SystemPageSize, proc.AccountsHugetlb());

    /// <summary>Takes one breakdown, on the caller's thread.</summary>
    /// <param name="cgroup">Open; it and all below it are read.</param>
    /// <param name="unit">The unit, or the path of a plain cgroup.</param>
    /// <param name="invocationId">Null where there is none.</param>
    /// <param name="redaction">Hides what is private in names of mappings.</param>
    /// <param name="deadlineUs">CLOCK_MONOTONIC, µs: reading begins no further process after this.</param>
    /// <param name="realtimeUs">Now, CLOCK_REALTIME, µs.</param>
    public Breakdown Take(
        Cgroup cgroup, string unit, string? invocationId, Redaction redaction, long deadlineUs, long realtimeUs)
    {
        long startUs = time.NowUs();
        var survey = new ProcessSurvey(proc, time, redaction, deadlineUs);
        cgroup.ReadCharged(out ChargedMemory? before);
        survey.ReadSizes(cgroup);
        survey.ReadRollups();
        cgroup.ReadCharged(out ChargedMemory? after);
        survey.ReadMappings();
        return new Breakdown
        {
            Unit = unit,
            Cgroup = cgroup.Path,
            CgroupId = cgroup.Id,
            InvocationId = invocationId,
            TimeUsec = realtimeUs,
            DurationUsec = time.NowUs() - startUs,
            Categories = survey.Categories(),
            Names = survey.Names(),
            LargeAnonymousRegions = survey.LargeAnonymousRegions,
            Processes = survey.Processes(),
            ProcessCount = survey.ProcessCount,
            RollupOnlyCount = survey.RollupOnlyCount,
            Missing = survey.Missing,
            Escaped = EscapeScan.Find(proc, time, new FollowedUnit(cgroup.Path, invocationId), deadlineUs),
            Reconciliation = before is null ? null : _reconciler.Reconcile(before, after, survey.Mapped),
        };
    }
}
