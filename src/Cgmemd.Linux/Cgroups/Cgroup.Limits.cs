using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>The cgroup's own limits. They change seldom, so their files are not kept open.</summary>
public sealed partial class Cgroup
{
    /// <summary>memory.high as it was read last.</summary>
    public ByteLimit High { get; private set; }

    /// <summary>
    /// Reads memory.high, memory.max and memory.swap.max, each in bytes or max. NotSupported at the root and without
    /// the memory controller; a kernel without swap accounting lacks the last, which then is max.
    /// </summary>
    public ReadStatus ReadLimits(out ByteLimit high, out ByteLimit max, out ByteLimit swapMax)
    {
        max = swapMax = ByteLimit.Max;
        ReadStatus status = ReadLimit("memory.high"u8, out high);
        High = high;
        if (status is ReadStatus.Ok)
            status = ReadLimit("memory.max"u8, out max);
        if (status is not ReadStatus.Ok)
            return status;
        status = ReadLimit("memory.swap.max"u8, out swapMax);
        return status is ReadStatus.NotSupported ? ReadStatus.Ok : status;
    }

    /// <summary>
    /// Writes memory.high, for what cannot wait for systemd: it is systemd's file, which is to be told the same next.
    /// </summary>
    public unsafe ReadStatus WriteHigh(ByteLimit high)
    {
        if (!_isKernel)
            return ReadStatus.NotSupported;
        using FileDescriptor file = LibC.openat(_directory, "memory.high"u8, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (file.IsInvalid)
        {
            LastErrno = Errnos.Last;
            return CgroupDirectory.StatusOfMissing(_directory, LastErrno);
        }

        byte[] text = Encoding.ASCII.GetBytes(high.ToString());
        fixed (byte* start = text)
            LastErrno = LibC.pwrite(file, start, text.Length, 0) == text.Length ? Errno.None : Errnos.Last;
        return LastErrno.ToReadStatus();
    }

    private ReadStatus ReadLimit(ReadOnlySpan<byte> name, out ByteLimit limit)
    {
        limit = ByteLimit.Max;
        LastErrno = ReadBuffer.Read(_directory, name, out ReadOnlySpan<byte> text);
        if (LastErrno is not Errno.None)
            return CgroupDirectory.StatusOfMissing(_directory, LastErrno);
        return SingleValue.TryParseLimit(text, out limit) ? ReadStatus.Ok : ReadStatus.Failed;
    }
}
