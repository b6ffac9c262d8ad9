namespace Cgmemd.Core.Rules;

/// <summary>Whether the memory of a spike came back.</summary>
public enum ReturnVerdict : byte
{
    /// <summary>No more than a tenth of the spike was kept.</summary>
    Returned,

    PartlyRetained,

    /// <summary>Half of the spike or more was kept.</summary>
    Retained,
}

/// <summary>What became of a spike. Sizes are bytes.</summary>
/// <param name="Baseline">The baseline as the spike began.</param>
/// <param name="Peak">The highest value sampled.</param>
/// <param name="Settled">
/// The low that the value settled at, or its latest low where it had not settled in time.
/// </param>
/// <param name="PeakUs">
/// When the value last rose to a new height, beyond noise: CLOCK_MONOTONIC in microseconds.
/// </param>
/// <param name="ReturnUs">
/// How long after that no more than a tenth of the spike was left, in microseconds; null where more is, or was again
/// when the verdict was given.
/// </param>
/// <param name="HasSettled">Whether the value settled; otherwise the time was up.</param>
/// <param name="IsLate">
/// Whether it mends a verdict of the same spike: what was kept then was given back after all.
/// </param>
public sealed record SpikeReturn(
    ulong Baseline, ulong Peak, ulong Settled, long PeakUs, long? ReturnUs, bool HasSettled, bool IsLate)
{
    /// <summary>The share of the spike that was kept, in hundredths of a percent.</summary>
    public uint Retained => (uint)((UInt128)Math.Min(Kept, Height) * 10_000 / Math.Max(1, Height));

    public ReturnVerdict Verdict =>
        Kept <= TenthOf(Height) ? ReturnVerdict.Returned
        : Kept >= Height - (Height / 2) ? ReturnVerdict.Retained
        : ReturnVerdict.PartlyRetained;

    /// <summary>The verdict in words.</summary>
    public string Word => Verdict switch
    {
        ReturnVerdict.Returned => "returned",
        ReturnVerdict.Retained => "retained",
        _ => "partly retained",
    };

    private ulong Height => Peak - Math.Min(Peak, Baseline);

    private ulong Kept => Settled - Math.Min(Settled, Baseline);

    /// <summary>What may be left of a spike of a height that counts as returned.</summary>
    internal static ulong TenthOf(ulong height) => height / 10;
}
