using System.Runtime.CompilerServices;

namespace Cgmemd.Core.Samples;

/// <summary>
/// What was read of one cgroup at one instant. A value that could not be read is absent, which is not zero.
/// A plain struct, overwritten in place: sampling allocates nothing.
/// </summary>
public struct Sample
{
    private Values _values;
    private ulong _present;

    /// <summary>When it was read: CLOCK_MONOTONIC in microseconds; 0 before the first reading.</summary>
    public long TimestampUs { get; set; }

    /// <summary>
    /// Whether <see cref="Metric.IntervalPeak"/> is the kernel's own maximum or only the highest value sampled.
    /// </summary>
    public bool IntervalPeakIsExact { get; set; }

    /// <summary>The value of a metric, or null where it is absent.</summary>
    public readonly ulong? this[Metric metric] => TryGet(metric, out ulong value) ? value : null;

    /// <summary>Reads a metric; false where it is absent.</summary>
    public readonly bool TryGet(Metric metric, out ulong value)
    {
        value = _values[(int)metric];
        return (_present & (1UL << (int)metric)) != 0;
    }

    public void Set(Metric metric, ulong value)
    {
        _values[(int)metric] = value;
        _present |= 1UL << (int)metric;
    }

    public void Clear(Metric metric)
    {
        _values[(int)metric] = 0;
        _present &= ~(1UL << (int)metric);
    }

    /// <summary>Forgets every value and the time.</summary>
    public void Clear() => this = default;

    [InlineArray(64)]
    private struct Values
    {
        private ulong _first;
    }
}
