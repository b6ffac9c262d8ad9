using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>What the kernel has charged to a cgroup and all below it at one instant. Sizes are bytes.</summary>
/// <param name="Current">memory.current.</param>
/// <param name="Stat">memory.stat by key, as far as this kernel has them.</param>
/// <param name="Swap">memory.swap.current; null without swap accounting.</param>
/// <param name="Hugetlb">Of the hugetlb controller, all page sizes; null where that is not enabled.</param>
public sealed record ChargedMemory(
    ulong Current, IReadOnlyDictionary<string, ulong> Stat, ulong? Swap, ulong? Hugetlb)
{
    // anon 24313856
    // file 5423104
    // kernel_stack 49152        (5.15 has no "kernel", "vmalloc", "sec_pagetables"; 6.1 has the first two)
    //
    // mm/memcontrol.c, memory_stat_format()

    /// <summary>Reads memory.stat with all its keys; false when a line is malformed or there is none.</summary>
    public static bool TryParseStat(ReadOnlySpan<byte> text, Dictionary<string, ulong> stat)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            int space = line.IndexOf((byte)' ');
            if (space <= 0 || !KernelNumber.TryParse(line[(space + 1)..], out ulong value))
                return false;
            stat[Encoding.UTF8.GetString(line[..space])] = value;
        }

        return stat.Count > 0;
    }

    internal long? this[string key] => Stat.TryGetValue(key, out ulong value) ? (long)value : null;
}
