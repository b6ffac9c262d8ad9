using Cgmemd.Core.Attribution;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>Puts two states of a unit beside one another.</summary>
internal static class DiffBuilder
{
    // What adds up to memory.current, and what stands beside it; what is a part of another is behind it in the manual.
    private static readonly Metric[] Compared =
    [
        Metric.MemoryCurrent, Metric.Anon, Metric.File, Metric.Shmem, Metric.Kernel, Metric.KernelStack,
        Metric.PageTables, Metric.SecPageTables, Metric.PerCpu, Metric.Sock, Metric.VMalloc, Metric.SlabReclaimable,
        Metric.SlabUnreclaimable, Metric.Zswap, Metric.Zswapped, Metric.MemorySwapCurrent, Metric.WorkingSet,
        Metric.Pss, Metric.SwapPss,
    ];

    internal static UnitDiff Build(string unit, UnitState before, UnitState after)
    {
        UnitDetail was = before.Detail, now = after.Detail;
        bool isSameLife = was.CgroupId == now.CgroupId && was.InvocationId == now.InvocationId;
        return new UnitDiff
        {
            Unit = unit,
            BeforeUsec = was.SampledUsec,
            AfterUsec = now.SampledUsec,
            BeforeInvocationId = was.InvocationId,
            AfterInvocationId = now.InvocationId,
            IsAcrossInvocations = !isSameLife,
            Memory = DiffLines.Of(Figures(was, now), Figures(now, was)),
            Limits = Limits(was, now),
            Breakdown = before.Breakdown is { } one && after.Breakdown is { } other && one.TimeUsec != other.TimeUsec
                ? new BreakdownDiff(
                    one.TimeUsec, other.TimeUsec, DiffLines.Of(Categories(one), Categories(other)),
                    DiffLines.Of(Names(one), Names(other)))
                : null,
            Processes = before.Processes is { } then && after.Processes is { } here && then.TimeUs != here.TimeUs
                ? new ProcessDiff(then.TimeUs, here.TimeUs, ProcessMatch.Match(then, here, isSameLife))
                : null,
        };
    }

    // What is absent at one of the times has no change that could be told.
    private static Dictionary<string, ulong> Figures(UnitDetail unit, UnitDetail other)
    {
        var figures = new Dictionary<string, ulong>();
        foreach (Metric metric in Compared)
        {
            string key = Metrics.Key(metric);
            if (other.Sample.ContainsKey(key) && unit.Sample.TryGetValue(key, out ulong value))
                figures[key] = value;
        }

        return figures;
    }

    private static List<DiffLine> Limits(UnitDetail was, UnitDetail now)
    {
        var changed = new List<DiffLine>();
        foreach ((string name, ulong? limit) in now.Limits)
        {
            if (was.Limits.TryGetValue(name, out ulong? before) && before != limit)
                changed.Add(new DiffLine(name, before, limit));
        }

        return changed;
    }

    private static Dictionary<string, ulong> Categories(Breakdown breakdown)
    {
        var categories = new Dictionary<string, ulong>();
        foreach ((string name, MemoryUse use) in breakdown.Categories)
            categories[name] = use.Pss;
        return categories;
    }

    // Of a name that is not among the greatest nothing is known: only those that both have are compared.
    private static Dictionary<string, ulong> Names(Breakdown breakdown)
    {
        var names = new Dictionary<string, ulong>();
        // One file may be of two categories: a library in one process, a mapped file in another.
        foreach (NamedUse name in breakdown.Names)
            names[name.Name] = names.GetValueOrDefault(name.Name) + name.Use.Pss;
        return names;
    }
}
