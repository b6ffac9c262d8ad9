namespace Cgmemd.Core.Kernel;

/// <summary>
/// The highest memory.current between two samples, and whether that is known exactly. From kernel 6.12 memory.peak
/// can be reset per file descriptor; before, a lifetime peak that rose in the interval is the interval's peak, and
/// otherwise only the highest value sampled is known.
/// </summary>
/// <remarks>Source: cgroup-v2.rst, memory.peak; commit c6f53ed8f213 ("mm, memcg: cg2 memory{.swap,}.peak write
/// handlers").</remarks>
public struct IntervalPeak
{
    private ulong _highestSampled;
    private ulong? _lastLifetime;

    /// <summary>Notes a memory.current that was read between two samples.</summary>
    public void Observe(ulong current) => _highestSampled = Math.Max(_highestSampled, current);

    /// <summary>Ends the interval at a sample and starts the next.</summary>
    /// <param name="current">memory.current at the end, in bytes.</param>
    /// <param name="lifetime">memory.peak since the cgroup was made, read after <paramref name="current"/>.</param>
    /// <param name="sinceReset">memory.peak since the last reset, where the kernel can.</param>
    /// <param name="exact">Whether the peak is the kernel's own.</param>
    public ulong Close(ulong current, ulong? lifetime, ulong? sinceReset, out bool exact)
    {
        Observe(current);
        ulong sampled = _highestSampled;
        bool rose = lifetime > _lastLifetime;
        // A counter that was seen at its lifetime peak cannot have been higher in between.
        bool atTop = sampled >= lifetime;
        _lastLifetime = lifetime;
        _highestSampled = current;
        exact = sinceReset is not null || rose || atTop;
        ulong peak = Math.Max(sampled, sinceReset ?? 0);
        // Also what came between reading the resettable peak and resetting it.
        return rose ? Math.Max(peak, lifetime!.Value) : peak;
    }
}
