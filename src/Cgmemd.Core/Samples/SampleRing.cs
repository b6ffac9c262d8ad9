namespace Cgmemd.Core.Samples;

/// <summary>A short form of a sample, as kept in the ring. Absent values are null.</summary>
/// <param name="TimestampUs">CLOCK_MONOTONIC in microseconds.</param>
/// <param name="Current">memory.current in bytes.</param>
/// <param name="Anon">memory.stat anon in bytes; absent in the quick readings near a limit.</param>
/// <param name="File">memory.stat file in bytes; absent in the quick readings near a limit.</param>
/// <param name="Swap">memory.swap.current in bytes; absent in the quick readings near a limit.</param>
public readonly record struct RingSample(long TimestampUs, ulong Current, ulong? Anon, ulong? File, ulong? Swap);

/// <summary>
/// The last samples of one unit at full resolution: at least what fell into the last 30 seconds, as far as
/// <see cref="MaxCapacity"/> goes. It grows only while a unit is read often, so that 200 quiet units cost little.
/// </summary>
public sealed class SampleRing
{
    /// <summary>30 s at the shortest usual interval of 100 ms.</summary>
    public const int MaxCapacity = 320;

    /// <summary>How far back the ring reaches, in microseconds.</summary>
    public const long WindowUs = 30_000_000;

    private RingSample[] _items = new RingSample[8];
    private int _start;

    /// <summary>How many samples are held.</summary>
    public int Count { get; private set; }

    /// <summary>The sample at a position, 0 being the oldest.</summary>
    public RingSample this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _items[(_start + index) % _items.Length];
        }
    }

    /// <summary>
    /// Adds the newest sample; the oldest makes room once it has left the window or the ring is at its bound.
    /// </summary>
    /// <remarks>Of two samples of one instant, a quick one and the full one it led to, the second stays.</remarks>
    public void Add(in RingSample sample)
    {
        if (Count > 0 && this[Count - 1].TimestampUs == sample.TimestampUs)
        {
            _items[(_start + Count - 1) % _items.Length] = sample;
            return;
        }

        if (Count == _items.Length)
        {
            bool oldestHasLeft = sample.TimestampUs - _items[_start].TimestampUs > WindowUs;
            if (!oldestHasLeft && _items.Length < MaxCapacity)
                Grow();
        }

        if (Count == _items.Length)
        {
            _items[_start] = sample;
            _start = (_start + 1) % _items.Length;
            return;
        }

        _items[(_start + Count++) % _items.Length] = sample;
    }

    /// <summary>
    /// The change of memory.current in bytes per second over about the last <paramref name="spanUs"/>, or between the
    /// last two samples where these are further apart; 0 with fewer than two.
    /// </summary>
    public double Rate(long spanUs)
    {
        if (Count < 2)
            return 0;
        RingSample newest = this[Count - 1];
        int i = Count - 2;
        while (i > 0 && newest.TimestampUs - this[i].TimestampUs < spanUs)
            i--;
        RingSample before = this[i];
        return ((double)newest.Current - before.Current) * 1e6 / (newest.TimestampUs - before.TimestampUs);
    }

    /// <summary>A copy, oldest first.</summary>
    public RingSample[] ToArray()
    {
        var copy = new RingSample[Count];
        for (int i = 0; i < Count; i++)
            copy[i] = this[i];
        return copy;
    }

    private void Grow()
    {
        RingSample[] items = new RingSample[Math.Min(_items.Length * 2, MaxCapacity)];
        ToArray().CopyTo(items, 0);
        (_items, _start) = (items, 0);
    }
}
