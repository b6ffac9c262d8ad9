using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// The peak of each interval. From 6.12 any non-empty write to a descriptor of memory.peak makes later reads of that
/// descriptor the peak since then. Descriptors that reset disturb one another, so there is exactly one, and a plain
/// one keeps showing the lifetime peak.
/// </summary>
public sealed partial class Cgroup
{
    private IntervalPeak _intervalPeak;
    private FileDescriptor? _resettablePeak;
    private bool _triedReset;

    /// <summary>
    /// Whether this kernel and mount can say the exact peak of every interval; known after the first read.
    /// </summary>
    public bool HasResettablePeak => _resettablePeak is not null;

    // False when the cgroup is gone.
    private bool ReadPeak(ref Sample sample, ulong current)
    {
        ulong? sinceReset = ReadSinceReset();
        bool alive = ReadValue(ref _peak, "memory.peak"u8, Metric.MemoryPeak, ref sample);
        ulong peak = _intervalPeak.Close(current, sample[Metric.MemoryPeak], sinceReset, out bool exact);
        sample.Set(Metric.IntervalPeak, peak);
        sample.IntervalPeakIsExact = exact;
        return alive;
    }

    private ulong? ReadSinceReset()
    {
        if (!_triedReset)
        {
            _triedReset = true;
            OpenResettable();
            return null;
        }

        if (_resettablePeak is null)
            return null;
        bool read = ReadBuffer.Read(_resettablePeak, out ReadOnlySpan<byte> text) is Errno.None
            & SingleValue.TryParse(text, out ulong peak) & TryReset(_resettablePeak);
        return read ? peak : null;
    }

    // Before 6.12 the file has no write handler, which is EINVAL at open even for root; on a read-only mount it is
    // EROFS. Either way we go without.
    private void OpenResettable()
    {
        if (!_isKernel)
            return;
        FileDescriptor opened = LibC.openat(_directory, "memory.peak"u8, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (!opened.IsInvalid && TryReset(opened))
            _resettablePeak = opened;
        else
            opened.Dispose();
    }

    private static unsafe bool TryReset(FileDescriptor peak)
    {
        byte any = (byte)'r';
        return LibC.pwrite(peak, &any, 1, 0) == 1;
    }
}
