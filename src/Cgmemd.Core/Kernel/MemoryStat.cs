using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Kernel;

/// <summary>The memory.stat file of a cgroup: bytes, and counts of events for the pg keys.</summary>
public static class MemoryStat
{
    private static readonly FlatKeyed Keys = new("memory.stat.");

    // anon 24313856
    // file 5423104
    // kernel_stack 49152        (5.15 has no "kernel", "vmalloc", "sec_pagetables"; 6.1 has the first two)
    // ...
    // pgmajfault 12
    //
    // mm/memcontrol.c, memory_stat_format()

    /// <summary>Sets the metrics of the keys found. Malformed: false, and none of the file's metrics is set.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ref Sample sample) => Keys.TryParse(text, ref sample);
}
