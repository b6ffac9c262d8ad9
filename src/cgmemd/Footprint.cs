using Cgmemd.Linux;

namespace Cgmemd.Daemon;

/// <summary>
/// Gives back the memory that the start, saved states and answered calls have taken; the sampling path allocates
/// nothing. The collector by itself lets its first generation grow to the size of the L3 cache, 32 MB on the machine
/// this was written on, and keeps those pages; the program's own pages stay mapped once they were touched.
/// </summary>
/// <remarks>
/// Source: get_gen0_min_size() in gc.cpp of dotnet/runtime, whose GCgen0size can be set in the environment alone;
/// GCCollectionMode.Aggressive decommits what a plain collection keeps. What it gains: tests/bench/footprint.
/// </remarks>
internal sealed class Footprint
{
    /// <summary>Less garbage than this is not worth a collection.</summary>
    private const long MinGarbageBytes = 256 * 1024;

    private readonly List<(nuint Start, nuint Size)> _cleanMappings = [];
    private long _allocatedBytes;

    /// <summary>Gives back, where enough has been allocated since the last time.</summary>
    public void ShrinkIfGrown()
    {
        if (GC.GetTotalAllocatedBytes() - _allocatedBytes < MinGarbageBytes)
            return;
        // The collector's code is among the pages that the steady state does not need: read, collect, then drop.
        _cleanMappings.Clear();
        bool isKnown = OwnPages.TryReadClean(_cleanMappings);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (isKnown)
            OwnPages.Drop(_cleanMappings);
        _allocatedBytes = GC.GetTotalAllocatedBytes();
    }
}
