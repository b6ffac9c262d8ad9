using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Kernel;

/// <summary>The memory.events file of a cgroup and its local twin: counters since the cgroup was made.</summary>
public static class MemoryEvents
{
    private static readonly FlatKeyed Hierarchical = new("memory.events.");
    private static readonly FlatKeyed Local = new("memory.events.local.");

    // low 0
    // high 0
    // max 12
    // oom 1
    // oom_kill 1
    // oom_group_kill 0          (from 5.17)
    //
    // mm/memcontrol.c, __memory_events_show()

    /// <summary>memory.events. Malformed: false, and none of the file's metrics is set.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ref Sample sample) =>
        Hierarchical.TryParse(text, ref sample);

    /// <summary>memory.events.local, as <see cref="TryParse"/>.</summary>
    public static bool TryParseLocal(ReadOnlySpan<byte> text, ref Sample sample) => Local.TryParse(text, ref sample);
}
