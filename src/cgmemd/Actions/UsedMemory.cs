using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Watching;

namespace Cgmemd.Daemon.Actions;

/// <summary>What a unit uses, in bytes; null where it cannot be read.</summary>
/// <param name="Own">anon and swap: what only the unit can give back.</param>
/// <param name="Current">memory.current, with the page cache.</param>
internal readonly record struct UsedMemory(ulong? Own, ulong? Current)
{
    /// <summary>As of its latest full reading.</summary>
    public static UsedMemory Of(WatchedGroup group) => new(
        group.Sample.TryGet(Metric.Anon, out ulong anon)
            // Absent where the host has no swap.
            ? anon + (group.Sample[Metric.MemorySwapCurrent] ?? 0)
            : null,
        group.Sample[Metric.MemoryCurrent]);
}
