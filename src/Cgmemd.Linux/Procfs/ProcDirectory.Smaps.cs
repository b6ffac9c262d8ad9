using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>What a process uses its memory for, from smaps.</summary>
public sealed partial class ProcDirectory
{
    /// <summary>The most of a smaps file that is read: some 400,000 mappings.</summary>
    public const long MaximumSmapsBytes = 256L << 20;

    /// <summary>
    /// Reads all mappings of a process by category. About twice the cost of smaps_rollup: on an alert or on demand
    /// only. Read in chunks through the thread's buffer.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="breakdown">Fresh; filled only as far as the read got unless Ok.</param>
    /// <returns>NotSupported for a kernel thread; Failed with EFBIG beyond <see cref="MaximumSmapsBytes"/>, with EACCES
    /// without CAP_SYS_PTRACE.</returns>
    public ReadStatus TryReadSmaps(int pid, SmapsBreakdown breakdown)
    {
        Span<byte> path = stackalloc byte[MaximumPath];
        WritePath(path, pid, "smaps"u8);
        using FileDescriptor file = LibC.openat(_directory, path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        LastErrno = file.IsInvalid ? Errnos.Last : Errno.None;
        if (LastErrno is Errno.ESRCH)
            return StatusWithoutMemory(pid);
        if (LastErrno is not Errno.None)
            return LastErrno.ToReadStatus();
        ReadStatus status = AddLines(file, breakdown);
        if (status is not ReadStatus.Ok)
            return status;
        return breakdown.TryComplete() ? ReadStatus.Ok : StatusWithoutMemory(pid);
    }

    // Lines never straddle: what is left of a chunk behind its last newline moves to the front of the buffer.
    private unsafe ReadStatus AddLines(FileDescriptor file, SmapsBreakdown breakdown)
    {
        Span<byte> buffer = ReadBuffer.Current;
        int kept = 0;
        for (long offset = 0; offset < MaximumSmapsBytes;)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.pread(file, start + kept, buffer.Length - kept, offset);
            if (count < 0)
            {
                LastErrno = Errnos.Last;
                return LastErrno.ToReadStatus();
            }

            if (count == 0)
                return kept == 0 || breakdown.TryAddLine(buffer[..kept]) ? ReadStatus.Ok : ReadStatus.Failed;
            offset += count;
            Span<byte> text = buffer[..(kept + (int)count)];
            int end = text.LastIndexOf((byte)'\n') + 1;
            if (!TryAddLines(text[..end], breakdown) || (end == 0 && text.Length == buffer.Length))
                return ReadStatus.Failed;
            text[end..].CopyTo(buffer);
            kept = text.Length - end;
        }

        LastErrno = Errno.EFBIG;
        return ReadStatus.Failed;
    }

    private static bool TryAddLines(ReadOnlySpan<byte> text, SmapsBreakdown breakdown)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            if (!breakdown.TryAddLine(text[..end]))
                return false;
            text = text[(end + 1)..];
        }

        return true;
    }
}
