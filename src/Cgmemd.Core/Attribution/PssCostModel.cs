namespace Cgmemd.Core.Attribution;

/// <summary>
/// What a reading of smaps_rollup takes on this host: a fixed part for opening and for the list of mappings, and so
/// much a byte of resident memory for the walk over page tables. Learned from each reading.
/// </summary>
/// <remarks>
/// Measured on several kernels: 2.6 to 4 ms per GiB of 4 KiB pages, a hundredth of that of huge ones.
/// </remarks>
public sealed class PssCostModel
{
    /// <summary>Below this the fixed part is most of it.</summary>
    private const ulong SmallBytes = 32 << 20;

    private const double Weight = 1.0 / 16;

    /// <summary>Microseconds whatever the size.</summary>
    public double FixedUs { get; private set; } = 150;

    /// <summary>Microseconds a GiB.</summary>
    public double PerGiBUs { get; private set; } = 4_000;

    /// <summary>What a process that was never read will take, in microseconds.</summary>
    public long Estimate(ulong resident) => (long)(FixedUs + (PerGiBUs * GiB(resident)));

    /// <summary>What a process will take that took <paramref name="costUs"/> at another size.</summary>
    public long Estimate(ulong resident, long costUs, ulong costResident) =>
        // What has come since may be of other pages than what there was; what has gone is not counted on.
        resident <= costResident ? costUs : costUs + (long)(PerGiBUs * GiB(resident - costResident));

    /// <summary>Takes a reading into account.</summary>
    public void Learn(ulong resident, long costUs)
    {
        if (resident < SmallBytes)
            FixedUs += (costUs - FixedUs) * Weight;
        else
            PerGiBUs += ((Math.Max(costUs - FixedUs, 0) / GiB(resident)) - PerGiBUs) * Weight;
    }

    private static double GiB(ulong bytes) => bytes / (double)(1 << 30);
}
