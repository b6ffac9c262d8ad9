using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Attribution;

/// <summary>
/// The processes of one breakdown, read in steps: all sizes, all rollups, the mappings of the largest. After the
/// deadline no further process is begun.
/// </summary>
internal sealed class ProcessSurvey(ProcDirectory proc, TimeProvider time, Redaction redaction, long deadlineUs)
{
    private const int MaxNames = 100;

    private readonly List<SurveyedProcess> _processes = [];
    private int _unreadable, _outOfTime, _undercounted;

    internal MappedMemory Mapped { get; } = new();

    internal int ProcessCount { get; private set; }

    internal int RollupOnlyCount { get; private set; }

    internal int LargeAnonymousRegions { get; private set; }

    internal MissingProcesses Missing => new(_unreadable, _outOfTime, _undercounted);

    /// <summary>Finds the processes, the largest first.</summary>
    internal void ReadSizes(Cgroup cgroup)
    {
        var pids = new List<int>();
        CgroupTree.ReadProcesses(cgroup, pids);
        foreach (int pid in pids)
        {
            if (_processes.Count == BreakdownReader.MaxProcesses)
            {
                _outOfTime += pids.Count - _processes.Count;
                break;
            }

            if (proc.TryReadStatus(pid, out ProcessStatus status) is ReadStatus.Ok)
                _processes.Add(new SurveyedProcess(pid, status));
        }

        ProcessCount = _processes.Count + _outOfTime;
        _processes.Sort((a, b) => (b.Status.Rss ?? 0).CompareTo(a.Status.Rss ?? 0));
    }

    /// <summary>Reads smaps_rollup of all that have memory.</summary>
    internal void ReadRollups()
    {
        for (int i = 0; i < _processes.Count; i++)
        {
            SurveyedProcess process = _processes[i];
            if (process.Status.Rss is null)
                continue;
            if (time.NowUs() > deadlineUs)
            {
                _outOfTime++;
                Mapped.AddUnread(process.Status);
            }
            else if (!TryReadRollup(process))
            {
                _processes.RemoveAt(i--);
                ProcessCount--;
            }
        }

        RollupOnlyCount = _processes.Count(process => process.Rollup is not null);
    }

    /// <summary>Reads the mappings of the largest processes.</summary>
    internal void ReadMappings()
    {
        int tried = 0;
        foreach (SurveyedProcess process in _processes)
        {
            if (tried == BreakdownReader.MaxMapped || time.NowUs() > deadlineUs)
                return;
            if (process.Rollup is null)
                continue;
            tried++;
            process.Mappings = ReadMappings(process.Pid);
            if (process.Mappings is null)
                continue;
            RollupOnlyCount--;
            LargeAnonymousRegions += process.Mappings.LargeAnonymousCount;
        }
    }

    /// <summary>The sums by category; those without a mapping are left out.</summary>
    internal Dictionary<string, MemoryUse> Categories()
    {
        var sums = new MemoryUse[MappingCategories.Count];
        foreach (SurveyedProcess process in _processes)
            process.AddTo(sums);
        return ByName(category => sums[(int)category]);
    }

    /// <summary>The greatest by name over all processes, the greatest first.</summary>
    internal List<NamedUse> Names()
    {
        var sums = new Dictionary<string, NamedUse>();
        foreach (SurveyedProcess process in _processes)
        {
            foreach (GreatMapping mapping in process.Mappings?.Greatest ?? [])
            {
                if (mapping.Name.Length == 0)
                    continue;
                NamedUse named = Named(mapping);
                string key = named.Category + " " + named.Name;
                sums[key] = sums.TryGetValue(key, out NamedUse? sum) ? sum with { Use = sum.Use + named.Use } : named;
            }
        }

        var greatest = new List<NamedUse>(sums.Values);
        greatest.Sort((a, b) => b.Use.Pss.CompareTo(a.Use.Pss));
        if (greatest.Count > MaxNames)
            greatest.RemoveRange(MaxNames, greatest.Count - MaxNames);
        return greatest;
    }

    /// <summary>The largest, by what was read of each.</summary>
    internal List<ProcessBreakdown> Processes()
    {
        _processes.Sort((a, b) => Size(b).CompareTo(Size(a)));
        var listed = new List<ProcessBreakdown>();
        foreach (SurveyedProcess process in _processes)
        {
            if (listed.Count == BreakdownReader.MaxListed)
                break;
            if (proc.TryReadStat(process.Pid, out ProcessStat stat) is ReadStatus.Ok)
                listed.Add(Describe(process, stat));
        }

        return listed;
    }

    // False when the process is gone.
    private bool TryReadRollup(SurveyedProcess process)
    {
        ReadStatus status =
            proc.TryReadRollup(process.Pid, ulong.MaxValue, out SmapsRollup rollup, out RollupDoubt doubt);
        if (status is ReadStatus.Vanished)
            return false;
        if (status is ReadStatus.Ok)
        {
            process.Rollup = rollup;
            Mapped.Add(rollup, process.Status);
            return true;
        }

        if (doubt is RollupDoubt.Undercounted)
            _undercounted++;
        else
            _unreadable++;
        Mapped.AddUnread(process.Status);
        return true;
    }

    // Null when it is gone, or what was read twice falls short: its rollup is in the sums all the same.
    private SmapsBreakdown? ReadMappings(int pid)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (proc.TryReadStatm(pid, out Statm statm) is not ReadStatus.Ok)
                return null;
            var mappings = new SmapsBreakdown();
            if (proc.TryReadSmaps(pid, mappings) is not ReadStatus.Ok)
                return null;
            ulong resident = statm.ResidentPages * (ulong)Environment.SystemPageSize;
            if (!proc.IsUndercount(pid, mappings.Total.Rss, resident))
                return mappings;
        }

        return null;
    }

    private static ulong Size(SurveyedProcess process) => process.Use?.Pss ?? process.Status.Rss ?? 0;

    private ProcessBreakdown Describe(SurveyedProcess process, ProcessStat stat)
    {
        SmapsBreakdown? mappings = process.Mappings;
        return new ProcessBreakdown
        {
            Pid = process.Pid,
            ParentPid = stat.ParentPid,
            Command = stat.Command,
            StartTimeTicks = stat.StartTimeTicks,
            Threads = process.Status.Threads,
            Runtime = null,
            Rss = process.Status.Rss,
            Use = process.Use,
            Categories =
                mappings is null ? null : ByName(category => SurveyedProcess.UseOf(mappings[category])),
            LargeAnonymousRegions = mappings?.LargeAnonymousCount ?? 0,
            TopMappings = mappings is null ? null : [.. mappings.Greatest.Select(Named)],
        };
    }

    private static Dictionary<string, MemoryUse> ByName(Func<MappingCategory, MemoryUse> useOf)
    {
        var named = new Dictionary<string, MemoryUse>();
        for (int i = 0; i < MappingCategories.Count; i++)
        {
            MemoryUse use = useOf((MappingCategory)i);
            if (use != default)
                named[MappingCategories.Name((MappingCategory)i)] = use;
        }

        return named;
    }

    private NamedUse Named(GreatMapping mapping) =>
        new(redaction.Apply(mapping.Name), MappingCategories.Name(mapping.Category),
            SurveyedProcess.UseOf(mapping.Totals));
}
